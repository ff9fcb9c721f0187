/** What a trace of system calls says about acknowledgements and the disk. */
export interface SyncVerdict {
  /** PUBACKs written to sockets. */
  readonly acknowledged: number;
  /** Of these, how many followed a finished sync of the bytes with their reading. */
  readonly afterSync: number;
  readonly syncs: number;
  /** The first few that did not, by packet id. */
  readonly early: readonly number[];
}

const call =
  /^(\d+)\s+(?:[\d.:]+\s+)?(pwrite64|pwritev|write|writev|sendto|sendmsg|fdatasync|fsync)\((\d+)<([^>]*(?:->[^>]*)?)>/;
const resumed = /^(\d+)\s+(?:[\d.:]+\s+)?<\.\.\. (\w+) resumed>.*= (-?\d+)/;
const result = /= (-?\d+)/;

interface Open {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the output of `strace -f -yy -xx`. Readings carry their packet id as `sequence`; the trace must therefore come
 * from a run in which no packet id is used twice. An acknowledgement counts when, before its socket write began, a sync
 * of the journal file had ended that began after the write of its record had ended.
 */
export function judgeSyncTrace(lines: Iterable<string>): SyncVerdict {
  /** Mapped by thread: a call that has begun and not ended. */
  const open = new Map<string, Open>();
  /** Mapped by journal path: packet ids written and not yet in a sync. */
  const written = new Map<string, Set<number>>();
  /** Mapped by thread: packet ids that a running sync will cover. */
  const syncing = new Map<string, { path: string; ids: Set<number> }>();
  const synced = new Set<number>();
  const early: number[] = [];
  let acknowledged = 0;
  let syncs = 0;

  function begin(thread: string, { name, path, text }: Open): void {
    if (isSync(name) && isJournal(path)) {
      syncing.set(thread, { path, ids: written.get(path) ?? new Set() });
      written.set(path, new Set());
    } else if (/^(TCP|TCPv6):/.test(path)) {
      for (const packetId of pubacksIn(text)) {
        acknowledged++;
        if (!synced.has(packetId)) early.push(packetId);
      }
    }
  }

  function end(thread: string, { name, path, text }: Open, value: number): void {
    if (isSync(name) && isJournal(path)) {
      syncs++;
      const { ids } = syncing.get(thread)!;
      if (value === 0) for (const id of ids) synced.add(id);
    } else if (isJournal(path) && value > 0) {
      if (!written.has(path)) written.set(path, new Set());
      for (const id of sequencesIn(text)) written.get(path)!.add(id);
    }
  }

  for (const line of lines) {
    const continued = resumed.exec(line);
    if (continued) {
      const [, thread = '', , value] = continued;
      const begun = open.get(thread);
      if (begun) end(thread, begun, Number(value));
      open.delete(thread);
      continue;
    }
    const started = call.exec(line);
    if (!started) continue;
    const [, thread = '', name = '', , path = ''] = started;
    const begun = { name, path: unescaped(path), text: stringsIn(line) };
    begin(thread, begun);
    if (line.includes('<unfinished ...>')) open.set(thread, begun);
    else end(thread, begun, Number(result.exec(line.slice(line.lastIndexOf(') ')))?.[1]));
  }
  return { acknowledged, afterSync: acknowledged - early.length, syncs, early: early.slice(0, 5) };
}

const isSync = (name: string) => name === 'fdatasync' || name === 'fsync';
const isJournal = (path: string) => /\/journal\/\d+\.log$/.test(path);

/** Paths come as bytes in hexadecimal, sockets as they are. */
const unescaped = (path: string) =>
  path.startsWith('\\x') ? Buffer.from(path.replaceAll('\\x', ''), 'hex').toString() : path;

/** The bytes of all quoted strings of a line, as latin1. */
function stringsIn(line: string): string {
  let hex = '';
  for (const [, quoted = ''] of line.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g))
    hex += quoted.replaceAll('\\x', '');
  return Buffer.from(hex, 'hex').toString('latin1');
}

/** Packet ids of the PUBACKs in what was written to a socket, which carries small packets only. */
function pubacksIn(text: string): number[] {
  const bytes = Buffer.from(text, 'latin1');
  const ids: number[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2 + bytes[at + 1]!) {
    if (bytes[at] === 0x40 && bytes[at + 1] === 2 && at + 4 <= bytes.length)
      ids.push(bytes.readUInt16BE(at + 2));
  }
  return ids;
}

/** `sequence` is the last but one value of a packed reading. */
function sequencesIn(text: string): number[] {
  return [...text.matchAll(/,(\d+),[01]\]/g)].map(match => Number(match[1]));
}

import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** PostgreSQL takes payloads of less than 8,000 bytes; the head of a frame takes less than 100 of them. */
const mostBytes = 7_800;
/** Shorter ones do not get shorter. */
const compressFrom = 512;

export interface BusMessage {
  readonly serverId: string;
  readonly run: string;
  /** Counted by the run of a server, from 1. */
  readonly number: number;
  readonly topic: string;
  readonly data: unknown;
}

/** A message as payloads of notifications: `<server> <run> <number> <part>/<parts> <j|z><content>`. */
export function framesOf({ serverId, run, number, topic, data }: BusMessage): string[] {
  const json = JSON.stringify([topic, data]);
  const bytes = Buffer.from(json);
  const isShort = bytes.length < compressFrom;
  const content = isShort ? `j${json}` : `z${deflateRawSync(bytes, { level: 1 }).toString('base64')}`;
  // What is compressed is ASCII, so that it may be cut anywhere.
  const parts = Math.ceil(content.length / mostBytes);
  return Array.from(
    { length: parts },
    (_, part) =>
      `${serverId} ${run} ${number} ${part}/${parts} ${content.slice(part * mostBytes, (part + 1) * mostBytes)}`,
  );
}

/** Which message a frame belongs to; null for what is none. */
export function headOf(frame: string) {
  const found = /^(\S+) (\S+) (\d+) (\d+)\/(\d+) /.exec(frame);
  if (found === null) return null;
  const [head, serverId, run, number, part, parts] = found;
  return {
    ...{ serverId: serverId!, run: run!, number: Number(number), part: Number(part), parts: Number(parts) },
    content: frame.slice(head.length),
  };
}

/** @param content  of all parts, in their order */
export function contentOf(content: string): { readonly topic: string; readonly data: unknown } {
  const packed = content.slice(1);
  const json = content.startsWith('z') ? inflateRawSync(Buffer.from(packed, 'base64')).toString() : packed;
  const [topic, data] = JSON.parse(json) as [string, unknown];
  return { topic, data };
}

import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { replaceFile } from './replaceFile.ts';

/** How far the server has acknowledged, as a small file beside the journal. */
export interface UplinkProgress {
  /** What survives power loss: the journal may forget everything up to here. */
  readonly durable: number;
  /** The server has everything up to here; written down a moment later, many acknowledgements at once. */
  note(position: number): void;
  /** Writes down what was noted. */
  flush(): Promise<void>;
}

const writeAfterMs = 500;

/**
 * Opens (or begins) the file. One that cannot be read is as good as none: everything still in the journal is sent again,
 * and readings that come twice change nothing at the server.
 */
export async function openUplinkProgress(path: string, log: Logger): Promise<UplinkProgress> {
  let durable = await readPosition(path, log);
  let noted = durable;
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function write(): Promise<void> {
    const position = noted;
    try {
      await replaceFile(path, `${JSON.stringify({ acknowledgedThrough: position })}\n`);
      durable = position;
    } catch (error) {
      log.warn({ err: error }, 'uplink: progress could not be written down; the journal keeps what was sent');
    }
  }

  return {
    get durable() {
      return durable;
    },
    note(position) {
      if (position <= noted) return;
      noted = position;
      timer ??= setTimeout(() => {
        timer = undefined;
        writing = (writing ?? Promise.resolve()).then(write);
      }, writeAfterMs);
    },
    async flush() {
      clearTimeout(timer);
      timer = undefined;
      await writing;
      if (noted > durable) await write();
    },
  };
}

async function readPosition(path: string, log: Logger): Promise<number> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  try {
    const { acknowledgedThrough } = JSON.parse(text) as { acknowledgedThrough?: unknown };
    if (Number.isSafeInteger(acknowledgedThrough) && (acknowledgedThrough as number) >= 0)
      return acknowledgedThrough as number;
  } catch {
    // Not JSON: told below, like JSON that says nothing.
  }
  log.warn({ path }, 'uplink: the progress file cannot be read; everything in the journal is sent again');
  return 0;
}

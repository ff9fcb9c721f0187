import { once } from 'node:events';
import { open, rename, rm } from 'node:fs/promises';
import { UsageError } from './simulatePlan.ts';

export type Write = (bytes: Uint8Array) => Promise<void>;

/** A file gets its name when it is whole. A reader of standard output that has had enough (`head`) ends the export. */
export async function writeOut(out: string, work: (write: Write) => Promise<void>): Promise<void> {
  if (out === '-') return writeToStdout(work);
  const partial = `${out}.partial-${process.pid}`;
  const file = await open(partial, 'wx').catch(error => {
    throw new UsageError(`--out is ${JSON.stringify(out)}, which cannot be written: ${error.message}`);
  });
  try {
    await work(async bytes => void (await file.writeFile(bytes)));
    await file.sync();
    await file.close();
    await rename(partial, out);
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
}

async function writeToStdout(work: (write: Write) => Promise<void>): Promise<void> {
  let ended = false;
  process.stdout.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    ended = true;
  });
  await work(async bytes => {
    if (ended) throw new ReaderGone();
    if (!process.stdout.write(bytes) && !ended) await Promise.race([once(process.stdout, 'drain'), closed()]);
  }).catch(error => {
    if (!(error instanceof ReaderGone)) throw error;
  });
}

const closed = () => once(process.stdout, 'close');

class ReaderGone extends Error {}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { endWithUs, killNow } from './endWithUs.ts';

export interface ListeningChild {
  readonly port: number;
  readonly pid: number;
  /** kill -9. */
  close(): Promise<void>;
}

/** Starts a file that sends the number of the port it listens on. */
export async function startListening(path: string, ...settings: string[]): Promise<ListeningChild> {
  const child = fork(path, settings);
  endWithUs(child);
  const port = await Promise.race([
    once(child, 'message').then(([message]) => message as number),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${path} ended with ${code} before it listened`);
    }),
  ]);
  return {
    port,
    pid: child.pid!,
    close: () => killNow(child),
  };
}

/** For the file that was started: says where it listens, and ends with whoever started it. */
export function listensOn(port: number): void {
  process.send!(port);
  process.once('disconnect', () => process.exit());
}

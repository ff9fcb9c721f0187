import { fork } from 'node:child_process';
import { once } from 'node:events';
import { endWithUs } from './endWithUs.ts';

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
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** For the file that was started: says where it listens, and ends with whoever started it. */
export function listensOn(port: number): void {
  process.send!(port);
  process.once('disconnect', () => process.exit());
}

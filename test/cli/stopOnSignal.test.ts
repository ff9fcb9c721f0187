import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const module = new URL('../../cli/stopOnSignal.ts', import.meta.url).href;

/** Runs a program that waits for a signal, sends SIGTERM once it waits, and gives its exit code. */
async function endOf(stop: string): Promise<number | null> {
  const program = `
    import { stopOnSignal } from ${JSON.stringify(module)};
    setInterval(() => {}, 1000);
    const stopped = stopOnSignal(${stop});
    console.log('waiting');
    await stopped;
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await exited;
  return code;
}

describe('stopOnSignal', () => {
  it('ends the process after a stop although a forgotten timer would keep it alive', async () => {
    expect(await endOf('async () => {}')).toBe(0);
  });

  it('keeps the exit code that the stop has set', async () => {
    expect(await endOf('async () => { process.exitCode = 3; }')).toBe(3);
  });
});

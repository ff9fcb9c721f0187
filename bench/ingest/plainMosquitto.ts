import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/support/freePort.ts';
import { endWithUs, killNow } from '../load/endWithUs.ts';
import type { ListeningChild } from '../load/listeningChild.ts';

/** Debian's Mosquitto without logins. @param lines  more of its configuration; @param port  0 = any free one */
export async function startPlainMosquitto(
  dir: string,
  lines: readonly string[] = [],
  port = 0,
): Promise<ListeningChild> {
  const listenAt = port || (await freePort());
  const path = join(dir, 'mosquitto.conf');
  const config = [
    `listener ${listenAt} 127.0.0.1`,
    'allow_anonymous true',
    'user root',
    'log_type error',
    ...lines,
  ];
  writeFileSync(path, `${config.join('\n')}\n`);
  const child = spawn('mosquitto', ['-c', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  endWithUs(child);
  let failure: Error | undefined;
  child.once('error', error => {
    failure = new Error(`mosquitto could not be started (apt-get install mosquitto): ${error.message}`);
  });
  while (!(await answers(listenAt))) {
    if (failure) throw failure;
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}: ${stderr}`);
    await sleep(20);
  }
  return {
    port: listenAt,
    pid: child.pid!,
    close: () => killNow(child),
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise(done => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => done(false));
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
  });
}

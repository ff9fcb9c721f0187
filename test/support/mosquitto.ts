import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './freePort.ts';
import { here, type Place } from './testNetwork.ts';

/** The configuration that docs/mosquitto.md tells people to use: what is tested is what is documented. */
const documented = resolve(import.meta.dirname, '../../docs/mosquitto');

export interface Mosquitto {
  readonly port: number;
  /** With the login of the server. */
  readonly serverUrl: string;
  kill(signal: NodeJS.Signals): Promise<void>;
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

export const serverLogin = { username: 'tahan', password: 'server secret/@#' };
export const nodePassword = (nodeId: string): string => `secret-${nodeId}`;

/** Debian's Mosquitto on a free port, with the documented configuration and a login for each node. */
export async function startMosquitto(nodeIds: readonly string[], place = here): Promise<Mosquitto> {
  const dir = mkdtempSync(join(tmpdir(), 'tahan-mosquitto-'));
  const port = await freePort();
  const passwords = join(dir, 'passwords');
  const logins = [
    `${serverLogin.username}:${serverLogin.password}`,
    ...nodeIds.map(nodeId => `${nodeId}:${nodePassword(nodeId)}`),
  ];
  writeFileSync(passwords, `${logins.join('\n')}\n`, { mode: 0o600 });
  execFileSync('mosquitto_passwd', ['-U', passwords]);
  const config = readFileSync(join(documented, 'tahan.conf'), 'utf8')
    .replaceAll('/etc/mosquitto/tahan.passwords', passwords)
    .replaceAll('/etc/mosquitto/tahan.acl', join(documented, 'tahan.acl'))
    .replaceAll('/var/lib/mosquitto/', `${dir}/`)
    .replace(/^listener .*$/m, `listener ${port} ${place.host}`);
  const configPath = join(dir, 'tahan.conf');
  // Started by root, it would give up its rights and then not read the files made here.
  writeFileSync(configPath, `${config}\nuser ${process.getuid?.() === 0 ? 'root' : process.env.USER}\n`);
  let child = await start(configPath, port, place);
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  return {
    port,
    serverUrl: `mqtt://${serverLogin.username}:${encodeURIComponent(serverLogin.password)}@${place.host}:${port}`,
    async kill(signal) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
    async startAgain() {
      child = await start(configPath, port, place);
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
      process.off('exit', killAtExit);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function start(configPath: string, port: number, place: Place): Promise<ChildProcess> {
  const child = spawn(...place.command('mosquitto', ['-c', configPath]), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  const failed = once(child, 'error').then(([error]) => {
    throw new Error(`mosquitto could not be started (apt-get install mosquitto): ${error}`);
  });
  failed.catch(() => undefined);
  for (;;) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}: ${stderr}`);
    if (await Promise.race([answers(port, place.host), failed])) return child;
    await sleep(20);
  }
}

function answers(port: number, host: string): Promise<boolean> {
  return new Promise(done => {
    const socket = connect(port, host);
    socket.on('error', () => done(false));
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
  });
}

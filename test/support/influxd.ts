import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './freePort.ts';
import { here, type Place } from './testNetwork.ts';

export interface Influxd {
  readonly url: string;
  /** Configuration, data, write-ahead log and metadata of this server. */
  readonly dir: string;
  readonly pid: number;
  /** Sends a signal; resolves when the process has ended, or at once for SIGSTOP and SIGCONT. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** SIGTERM, and waits for the end. Does nothing to a server that has ended. */
  stop(): Promise<void>;
  /** Starts it again on the same port and folder; resolves when it answers. */
  start(): Promise<void>;
  /** Ends it and removes the folder, unless the folder was given. */
  close(): Promise<void>;
}

export interface InfluxdOptions {
  /** With it the server asks for a login, and this one is its administrator. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** Where to keep everything; left out, a new folder that `close` removes. */
  readonly dir?: string;
  /** Left out: 127.0.0.1. */
  readonly place?: Place;
  /** More lines for the configuration, by section: `{ http: ['max-body-size = 1000'] }`. */
  readonly settings?: Partial<Record<'data' | 'http' | 'coordinator', readonly string[]>>;
}

/** Debian's InfluxDB 1.6 on a free port, in a folder of its own. */
export async function startInfluxd(options: InfluxdOptions = {}): Promise<Influxd> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'tahan-influxd-'));
  mkdirSync(dir, { recursive: true });
  const port = await freePort();
  const place = options.place ?? here;
  const url = `http://${place.host}:${port}`;
  const configPath = join(dir, 'influxdb.conf');
  const firstStart = !existsSync(join(dir, 'meta'));
  writeFileSync(configPath, configuration(dir, port, options));
  let child = await start(configPath, url, place);
  // A test run that is cut short leaves no server behind.
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const influxd: Influxd = {
    url,
    dir,
    get pid() {
      return child.pid ?? 0;
    },
    async kill(signal) {
      if (hasEnded()) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await exited;
    },
    async stop() {
      if (hasEnded()) return;
      // A stopped process takes no SIGTERM before it goes on.
      child.kill('SIGCONT');
      await influxd.kill('SIGTERM');
    },
    async start() {
      if (hasEnded()) child = await start(configPath, url, place);
    },
    async close() {
      child.kill('SIGCONT');
      await influxd.kill('SIGKILL');
      process.off('exit', killAtExit);
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
  if (options.auth !== undefined && firstStart) await createAdministrator(url, options.auth);
  return influxd;
}

function configuration(
  dir: string,
  port: number,
  { auth, settings = {}, place = here }: InfluxdOptions,
): string {
  const path = (name: string) => JSON.stringify(join(dir, name));
  return `reporting-enabled = false
bind-address = "127.0.0.1:0"
[meta]
  dir = ${path('meta')}
  logging-enabled = false
[data]
  dir = ${path('data')}
  wal-dir = ${path('wal')}
  query-log-enabled = false
  ${(settings.data ?? []).join('\n  ')}
[coordinator]
  ${(settings.coordinator ?? []).join('\n  ')}
[monitor]
  store-enabled = false
[http]
  bind-address = "${place.host}:${port}"
  auth-enabled = ${auth !== undefined}
  log-enabled = false
  ${(settings.http ?? []).join('\n  ')}
`;
}

async function start(configPath: string, url: string, place: Place): Promise<ChildProcess> {
  const child = spawn(...place.command('influxd', ['-config', configPath]), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', chunk => {
    stderr = (stderr + chunk).slice(-5000);
  });
  const failed = once(child, 'error').then(([error]) => {
    throw new Error(`influxd could not be started (apt-get install influxdb): ${error}`);
  });
  failed.catch(() => undefined);
  for (;;) {
    if (child.exitCode !== null) throw new Error(`influxd ended with ${child.exitCode}: ${stderr}`);
    if (await Promise.race([answers(url), failed])) return child;
    await sleep(20);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/ping`);
    await response.arrayBuffer();
    return response.status === 204;
  } catch {
    // Refused: it does not listen yet, which is what is being asked.
    return false;
  }
}

async function createAdministrator(url: string, auth: { username: string; password: string }): Promise<void> {
  const username = auth.username.replaceAll('"', '\\"');
  const password = auth.password.replaceAll("'", "\\'");
  const q = `CREATE USER "${username}" WITH PASSWORD '${password}' WITH ALL PRIVILEGES`;
  const response = await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q }) });
  const answer = await response.text();
  if (!response.ok || answer.includes('error')) throw new Error(`no administrator was made: ${answer}`);
}

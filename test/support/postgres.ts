import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './freePort.ts';
import { here, type Place } from './testNetwork.ts';

export interface Postgres {
  /** Of a superuser, on the database `postgres`. */
  readonly url: string;
  readonly pid: () => number;
  kill(signal: NodeJS.Signals): Promise<void>;
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

const user = 'tahan owner';
const password = 'secret/@#';

/**
 * PostgreSQL with a folder of its own, on a free port, as it comes: every commit waits for the disk. Its language sorts
 * "a" before "B", so that a query which relies on the order of bytes has to say so.
 */
export async function startPostgres(place = here): Promise<Postgres> {
  const dir = mkdtempSync(join(tmpdir(), 'tahan-postgres-'));
  const owner = postgresUser();
  const passwordFile = join(dir, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const path of owner ? [dir, passwordFile] : []) chownSync(path, owner!.uid, owner!.gid);
  const data = join(dir, 'data');
  execFileSync(
    binary('initdb'),
    [
      ...['-D', data, '-U', user, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync'],
      ...['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US', '--locale=C.UTF-8'],
    ],
    { ...owner, cwd: dir, stdio: 'pipe' },
  );
  if (place !== here) appendFileSync(join(data, 'pg_hba.conf'), 'host all all samenet scram-sha-256\n');
  const port = await freePort();
  const url = `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${place.host}:${port}/postgres`;
  const start = () => startOn({ dir, data, port, url, owner, place });
  let child = await start();
  const killAtExit = () => child.kill('SIGQUIT');
  process.once('exit', killAtExit);
  return {
    url,
    pid: () => child.pid!,
    async kill(signal) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
    async startAgain() {
      child = await start();
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        // At once: whoever is still connected was left behind by a test that failed.
        child.kill('SIGQUIT');
        await exited;
      }
      process.off('exit', killAtExit);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A new empty schema on a running server, for what needs no whole database: it costs a tenth. */
export async function createSchema(serverUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await withClient(serverUrl, client => client.query(`create schema ${name}`));
  const url = new URL(serverUrl);
  url.searchParams.set('options', `-c search_path=${name}`);
  return {
    // A client reads a plus sign as itself.
    url: url.href.replaceAll('+', '%20'),
    drop: () => withClient(serverUrl, client => client.query(`drop schema ${name} cascade`)),
  };
}

/** A new empty database on a running server. */
export async function createDatabase(serverUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await withClient(serverUrl, client => client.query(`create database ${name}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => withClient(serverUrl, client => client.query(`drop database ${name} with (force)`)),
  };
}

export async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

interface StartPostgres {
  readonly dir: string;
  readonly data: string;
  readonly port: number;
  readonly url: string;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly place: Place;
}

async function startOn({ dir, data, port, url, owner, place }: StartPostgres): Promise<ChildProcess> {
  const settings = [
    `port=${port}`,
    `listen_addresses=${place.host}`,
    'unix_socket_directories=',
    'max_connections=200',
  ];
  const args = ['-D', data, ...settings.flatMap(setting => ['-c', setting])];
  for (let attempt = 1; ; attempt++) {
    // Only root may go to another place; who it is there comes after that.
    const asOwner = owner && place !== here ? ownerPrefix(owner) : [];
    const [program = '', ...before] = [...asOwner, binary('postgres')];
    const child = spawn(...place.command(program, [...before, ...args]), {
      ...(place === here ? owner : {}),
      cwd: dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    while (child.exitCode === null) {
      const isUp = await withClient(url, client => client.query('select 1')).then(
        () => true,
        () => false,
      );
      if (isUp) return child;
      await sleep(20);
    }
    // What a killed server leaves behind ends when it notices: until then the folder is in use.
    if (!/still in use|already exists/.test(stderr) || attempt > 200)
      throw new Error(`postgres ended with ${child.exitCode}: ${stderr}`);
    await sleep(50);
  }
}

const ownerPrefix = ({ uid, gid }: { readonly uid: number; readonly gid: number }) => [
  ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
];

/** It refuses to run as root: then it runs as the user that its package made. */
function postgresUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Debian keeps the server's programs beside each other by version, outside the path. */
function binary(name: string): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map(version => join(debian, version, 'bin'));
  const found = [...folders, ...(process.env.PATH ?? '').split(':')].find(dir => existsSync(join(dir, name)));
  if (found === undefined) throw new Error(`${name} is not there (apt-get install postgresql)`);
  return join(found, name);
}

import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startPostgres } from '../support/postgres.ts';
import { tempDir } from '../support/tempDir.ts';
import { root } from './composeFile.ts';

describe('deploy/make-secrets.sh', () => {
  function secretsMadeIn(folder: string) {
    mkdirSync(join(folder, 'deploy'), { recursive: true });
    cpSync(join(root, 'deploy/make-secrets.sh'), join(folder, 'deploy/make-secrets.sh'));
    execFileSync(join(folder, 'deploy/make-secrets.sh'), { stdio: 'pipe' });
    const secrets = join(folder, 'deploy/secrets');
    return new Map(
      readdirSync(secrets).map(name => [name, readFileSync(join(secrets, name), 'utf8').trim()]),
    );
  }

  it('makes long secrets, no two alike, in a folder that only its owner may enter', () => {
    const folder = tempDir();
    const secrets = secretsMadeIn(folder);
    const random = [...secrets].filter(([name]) => name !== 'database_url').map(([, value]) => value);
    for (const value of random) expect(value).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(random).size).toBe(random.length);
    expect(statSync(join(folder, 'deploy/secrets')).mode & 0o777).toBe(0o700);
    expect(new URL(secrets.get('database_url') ?? '').password).toBe(secrets.get('database_password'));
  });

  it('keeps what is there, and makes what is missing or empty', () => {
    const folder = tempDir();
    const first = secretsMadeIn(folder);
    const path = join(folder, 'deploy/secrets/influx_token');
    chmodSync(path, 0o644);
    writeFileSync(path, '');
    const second = secretsMadeIn(folder);
    expect(second.get('influx_token')).toMatch(/^[0-9a-f]{64}$/);
    first.delete('influx_token');
    second.delete('influx_token');
    expect(second).toEqual(first);
  });
});

describe('deploy/postgres/create-database.sh', () => {
  it('makes a database whose owner can work in it and is no superuser', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.close());
    const folder = tempDir();
    const secret = "it's a 'secret' \\";
    writeFileSync(join(folder, 'password'), `${secret}\n`);
    const admin = new URL(postgres.url);
    execFileSync(join(root, 'deploy/postgres/create-database.sh'), {
      stdio: 'pipe',
      env: {
        ...process.env,
        POSTGRES_USER: decodeURIComponent(admin.username),
        DATABASE_PASSWORD_FILE: join(folder, 'password'),
        PGHOST: admin.hostname,
        PGPORT: admin.port,
        PGPASSWORD: decodeURIComponent(admin.password),
      },
    });
    const client = new pg.Client({
      host: admin.hostname,
      port: Number(admin.port),
      user: 'tahan',
      password: secret,
      database: 'tahan',
    });
    await client.connect();
    await client.query('CREATE TABLE own (id int)');
    const { rows } = await client.query(
      'SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user',
    );
    await client.end();
    expect(rows).toEqual([{ rolsuper: false, rolcreatedb: false }]);
  });
});

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type pg from 'pg';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { StoreUnavailable } from '../../../server/errors.ts';
import { createSignIn } from '../../../server/signIn.ts';
import { addAudit, listAudit } from '../../../server/store/metadata/audit.ts';
import { openMetadata } from '../../../server/store/metadata/database.ts';
import { metadataMigrations } from '../../../server/store/metadata/migrations.ts';
import { addOrganisation, findOrganisation } from '../../../server/store/metadata/organisations.ts';
import { migratePostgres, postgresState } from '../../../server/store/metadata/postgresMigrate.ts';
import { createDatabase, withClient } from '../../support/postgres.ts';
import { tempDir } from '../../support/tempDir.ts';

async function emptyDatabase(): Promise<string> {
  const { url, drop } = await createDatabase(inject('postgresUrl')!);
  onTestFinished(drop);
  return url;
}

async function open(url: string) {
  const metadata = await openMetadata({ url });
  onTestFinished(() => metadata.close());
  return metadata.db;
}

/** The rows of one question, asked beside our own code. */
async function ask<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  let rows: T[] = [];
  await withClient(url, async client => {
    rows = (await client.query<T>(sql)).rows;
  });
  return rows;
}

const known = metadataMigrations.length;
const org = { orgId: 'tani', name: 'Tani', timeZone: 'Asia/Jakarta' };

describe('openMetadata on PostgreSQL', () => {
  it('makes the tables once, though many servers start at once', async () => {
    const url = await emptyDatabase();
    const opened = await Promise.all(Array.from({ length: 6 }, () => open(url)));
    await addOrganisation(opened[0]!, org, 0);
    for (const db of opened) expect(await findOrganisation(db, 'tani')).toMatchObject(org);
    expect((await postgresState(url)).schemaVersion).toBe(known);
  });

  it('makes the tables of sign-in once, though many servers need them at once', async () => {
    const url = await emptyDatabase();
    const options = { engine: 'postgres', secretPath: join(tempDir(), 'secret'), publicUrl: null } as const;
    const person = { email: 'Sari@tani.example', name: 'Sari', password: 'kunyit dan garam' };
    const servers = await Promise.all(Array.from({ length: 4 }, () => open(url)));
    const made = await Promise.all(
      servers.map((db, n) =>
        createSignIn({ db, ...options }).ensureUser({ ...person, email: `${n}@tani.example` }),
      ),
    );
    expect(made.map(({ created }) => created)).toEqual([true, true, true, true]);
  });

  it('makes the same tables, columns and keys as in a file', async () => {
    const url = await emptyDatabase();
    await open(url);
    const path = join(tempDir(), 'metadata.sqlite');
    const file = await openMetadata({ path });
    await file.close();
    expect(await shapeOfDatabase(url)).toEqual(shapeOfFile(path));
  });

  it('refuses tables of a newer release in one line and leaves them as they are', async () => {
    const url = await emptyDatabase();
    await open(url);
    await ask(url, `update metadata_version set version = ${known + 1}`);
    await expect(openMetadata({ url })).rejects.toThrow(
      new RegExp(
        `^postgres://127.0.0.1:\\d+/t_\\w+ has schema version ${known + 1}, written by a newer release`,
      ),
    );
    expect((await postgresState(url)).schemaVersion).toBe(known + 1);
  });

  it('goes on from the version it finds, and keeps what is there', async () => {
    const url = await emptyDatabase();
    await migratePostgres(url, metadataMigrations.slice(0, 1));
    await ask(url, `insert into organisations values ('tani', 'Tani', 'Asia/Jakarta', 0)`);
    expect(await findOrganisation(await open(url), 'tani')).toMatchObject(org);
  });

  it('has done nothing when a step fails, or when its connection is killed in a step', async () => {
    const url = await emptyDatabase();
    await open(url);
    const failing = ['CREATE TABLE first (a TEXT)', 'CREATE TABLE second ('];
    await expect(migratePostgres(url, [...metadataMigrations, ...failing])).rejects.toThrow('syntax');
    const killed = ['CREATE TABLE first (a TEXT)', 'SELECT pg_sleep(60)'];
    const migrating = migratePostgres(url, [...metadataMigrations, ...killed]);
    const outcome = expect(migrating).rejects.toThrow(StoreUnavailable);
    const sleeping = `from pg_stat_activity where query like 'SELECT pg_sleep%' and datname = current_database()`;
    await expect.poll(() => ask(url, `select pid ${sleeping}`)).toHaveLength(1);
    await ask(url, `select pg_terminate_backend(pid) ${sleeping}`);
    await outcome;
    expect(await ask(url, `select to_regclass('first') as found`)).toEqual([{ found: null }]);
    expect((await postgresState(url)).schemaVersion).toBe(known);
  });

  it('names what is wrong and never the password', async () => {
    const url = await emptyDatabase();
    const wrong = (change: (url: URL) => void) => {
      const changed = new URL(url);
      change(changed);
      return openMetadata({ url: changed.href }).then(
        () => 'opened',
        (error: Error) => `${error.name}: ${error.message}`,
      );
    };
    const said = [
      await wrong(it => {
        it.password = 'guessed-secret';
      }),
      await wrong(it => {
        it.pathname = '/nowhere';
      }),
      await wrong(it => {
        it.port = '1';
      }),
    ];
    expect(said[0]).toMatch(/^StoreUnavailable: postgres:.* does not answer: password authentication failed/);
    expect(said[1]).toMatch(/^StoreUnavailable: .*database "nowhere" does not exist/);
    expect(said[2]).toMatch(/^StoreUnavailable: postgres:\/\/127.0.0.1:1\/.* ECONNREFUSED/);
    expect(said.join()).not.toMatch(/guessed-secret|secret%2F/);
  });
});

describe('metadata on PostgreSQL', () => {
  it('fails as an outage when its connections are cut, and goes on by itself', async () => {
    const url = await emptyDatabase();
    const db = await open(url);
    await addOrganisation(db, org, 0);
    const cut = () =>
      ask(
        url,
        `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'tahan' and datname = current_database()`,
      );
    const step = db.transaction().execute(async inside => {
      await addOrganisation(inside, { ...org, orgId: 'lain' }, 0);
      await cut();
      return findOrganisation(inside, 'lain');
    });
    await expect(step).rejects.toThrow(StoreUnavailable);
    await cut();
    await expect.poll(() => findOrganisation(db, 'tani').catch(() => undefined)).toMatchObject(org);
    expect(await findOrganisation(db, 'lain')).toBeNull();
  });

  it('waits for whoever writes, but not for ever', async () => {
    const url = await emptyDatabase();
    const [db, other] = [await open(url), await open(url)];
    const holding = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const holder = other.transaction().execute(async () => {
      held.resolve();
      await holding.promise;
    });
    await held.promise;
    const step = db.transaction().execute(async inside => addOrganisation(inside, org, 0));
    await expect(step).rejects.toThrow(/StoreUnavailable|lock timeout/);
    // Questions, and what needs no turn, go on meanwhile.
    expect(await addOrganisation(db, org, 0)).toBe(true);
    holding.resolve();
    await holder;
  });

  it('closes though the server has frozen', async () => {
    const url = await emptyDatabase();
    const line = await freezingLine(Number(new URL(url).port));
    const through = new URL(url);
    through.port = String(line.port);
    const metadata = await openMetadata({ url: through.href });
    await addOrganisation(metadata.db, org, 0);
    line.freeze();
    // Whoever waited for an answer would wait until this test is ended.
    await metadata.close();
  });

  it('keeps text with a NUL, which PostgreSQL does not, with the sign for it', async () => {
    const db = await open(await emptyDatabase());
    const line = { at: 0, orgId: 'tani', actor: 'node', action: 'x', subject: 'S\0-01', detail: '\0' };
    await addAudit(db, line);
    expect(await listAudit(db, 'tani', 1)).toMatchObject([{ ...line, subject: 'S␀-01', detail: '␀' }]);
    expect(await findOrganisation(db, 'ta\0ni')).toBeNull();
  });
});

/** A way to the server on which at one moment nothing moves any more, not even a goodbye. */
async function freezingLine(target: number) {
  const sockets: Socket[] = [];
  const server = createServer(near => {
    const far = connect(target, '127.0.0.1');
    near.pipe(far);
    far.pipe(near);
    for (const socket of [near, far]) sockets.push(socket.on('error', () => undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** Place in the primary key from 1, else 0. */
  readonly key: number;
}
/** Keyed by table. */
type Shape = Record<string, { columns: Column[]; indexes: string[]; references: string[] }>;

const sqliteType: Record<string, string> = { INTEGER: 'bigint', REAL: 'double precision', TEXT: 'text/C' };

function shapeOfFile(path: string): Shape {
  const file = new DatabaseSync(path, { readOnly: true });
  const all = (sql: string, ...values: string[]) =>
    file.prepare(sql).all(...values) as Record<string, unknown>[];
  const tables = all(`select name from sqlite_schema where type = 'table' order by name`);
  const shape: Shape = {};
  for (const table of tables.map(({ name }) => String(name))) {
    shape[table] = {
      columns: all('select * from pragma_table_info(?)', table).map(({ name, type, notnull, pk }) => ({
        name: String(name),
        type: sqliteType[String(type)] ?? String(type),
        required: notnull === 1 || Number(pk) > 0,
        key: Number(pk),
      })),
      indexes: all(`select name from pragma_index_list(?) where origin = 'c' order by name`, table).map(
        ({ name }) => String(name),
      ),
      references: all(
        'select distinct "table" as target from pragma_foreign_key_list(?) order by 1',
        table,
      ).map(({ target }) => String(target)),
    };
  }
  file.close();
  return shape;
}

async function shapeOfDatabase(url: string): Promise<Shape> {
  const columns = await ask<Column & { table: string }>(
    url,
    `select c.relname as table, a.attname as name,
       format_type(a.atttypid, a.atttypmod) || coalesce('/' || nullif(l.collname, 'default'), '') as type,
       a.attnotnull as required, coalesce(array_position(k.conkey, a.attnum), 0) as key
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
       left join pg_collation l on l.oid = a.attcollation
       left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'metadata_version'
     order by c.relname collate "C", a.attnum`,
  );
  const indexes = await ask<{ table: string; name: string }>(
    url,
    `select tablename as table, indexname as name from pg_indexes where schemaname = 'public'
       and not exists (select 1 from pg_constraint where conname = indexname) order by indexname collate "C"`,
  );
  const references = await ask<{ table: string; target: string }>(
    url,
    `select distinct conrelid::regclass::text as table, confrelid::regclass::text as target
     from pg_constraint where contype = 'f' order by 2`,
  );
  const shape: Shape = {};
  for (const { table, ...column } of columns) {
    shape[table] ??= {
      columns: [],
      indexes: indexes.filter(index => index.table === table).map(({ name }) => name),
      references: references.filter(reference => reference.table === table).map(({ target }) => target),
    };
    shape[table].columns.push(column);
  }
  return shape;
}

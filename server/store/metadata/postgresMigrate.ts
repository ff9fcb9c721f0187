import pg from 'pg';
import { StoreUnavailable } from '../../errors.ts';
import { type FillRow, fillingOf, type Migration, sqlOf } from '../migration.ts';
import { metadataMigrations } from './migrations.ts';
import { placeOf, postgresError } from './postgresErrors.ts';
import { connectionConfig } from './postgresPool.ts';
import { postgresSql } from './postgresSql.ts';

/** Held by a transaction until it ends; those of all processes on this database take turns. The number is "tahan". */
export const writersLock = "select pg_advisory_xact_lock(x'746168616e'::bigint)";

/** What identity columns and `with (force)` need; older ones are no longer cared for by anybody. */
const oldestVersion = 13;

export interface PostgresState {
  readonly serverVersion: string;
  /** Of our tables: how many migrations it has seen. 0 for an empty database. */
  readonly schemaVersion: number;
  /** Whether the user may make tables; since version 15 only the owner of a database may. */
  readonly mayCreate: boolean;
  /** Settings that are off though what is acknowledged would not survive a power failure without them. */
  readonly unsafe: readonly string[];
}

/**
 * Brings the tables up to date, all in one transaction: killed in its midst, it has done nothing. Servers that start at
 * once take turns.
 *
 * @throws {StoreUnavailable} when it cannot be reached, is too old, or was written by a newer release (it is left untouched)
 */
export async function migratePostgres(
  url: string,
  migrations: readonly Migration[] = metadataMigrations,
): Promise<void> {
  await withClient(url, async client => {
    const { schemaVersion } = await stateOf(client, url);
    if (schemaVersion === migrations.length) return;
    await client.query(`begin; ${writersLock}`);
    await client.query(
      'create table if not exists metadata_version (one bigint primary key check (one = 1), version bigint not null)',
    );
    await client.query('insert into metadata_version values (1, 0) on conflict do nothing');
    const { rows } = await client.query<{ version: number }>('select version from metadata_version');
    const version = rows[0]?.version ?? 0;
    if (version > migrations.length)
      throw new StoreUnavailable(
        `${placeOf(url)} has schema version ${version}, written by a newer release; this one knows up to ${migrations.length}`,
      );
    for (const migration of migrations.slice(version)) await runMigration(client, migration);
    await client.query('update metadata_version set version = $1', [migrations.length]);
    await client.query('commit');
  });
}

async function runMigration(client: pg.Client, migration: Migration): Promise<void> {
  await client.query(postgresSql(sqlOf(migration)));
  const filling = fillingOf(migration);
  let rows: FillRow[] = [];
  for (;;) {
    const step = filling?.next(rows);
    if (step === undefined || step.done) return;
    let place = 0;
    const text = step.value.sql.replaceAll('?', () => `$${++place}`);
    rows = (await client.query<FillRow>(text, [...step.value.values])).rows;
  }
}

/**
 * Looks without changing anything.
 *
 * @throws {StoreUnavailable} when it cannot be reached or is too old
 */
export async function postgresState(url: string): Promise<PostgresState> {
  return withClient(url, client => stateOf(client, url));
}

/** Without time-outs of its own: a migration takes as long as its tables are long. An open transaction ends with it. */
async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connectionConfig(url));
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw postgresError(error, placeOf(url));
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function stateOf(client: pg.Client, url: string): Promise<PostgresState> {
  const { rows } = await client.query<{
    number: string;
    encoding: string;
    version: string;
    known: boolean;
    may_create: boolean;
    unsafe: string[];
  }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as version,
       current_setting('server_encoding') as encoding, to_regclass('metadata_version') is not null as known,
       coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create,
       array(select s from unnest(array['fsync', 'full_page_writes', 'synchronous_commit']) s
         where current_setting(s) = 'off') as unsafe`,
  );
  const { number, encoding, version, known, may_create: mayCreate, unsafe } = rows[0]!;
  if (Number(number) < oldestVersion * 10_000)
    throw new StoreUnavailable(
      `${placeOf(url)} is PostgreSQL ${version}; ${oldestVersion} or later is needed`,
    );
  if (encoding !== 'UTF8')
    throw new StoreUnavailable(
      `${placeOf(url)} keeps text as ${encoding}; create the database with encoding UTF8`,
    );
  const state = { serverVersion: version, mayCreate, unsafe };
  if (!known) return { ...state, schemaVersion: 0 };
  const found = await client.query<{ version: number }>('select version from metadata_version');
  return { ...state, schemaVersion: found.rows[0]?.version ?? 0 };
}

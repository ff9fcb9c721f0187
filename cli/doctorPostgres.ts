import { existsSync } from 'node:fs';
import { type Config, dataLayout } from '../server/config.ts';
import { metadataMigrations } from '../server/store/metadata/migrations.ts';
import { placeOf, sentenceOf } from '../server/store/metadata/postgresErrors.ts';
import { type PostgresState, postgresState } from '../server/store/metadata/postgresMigrate.ts';
import type { Finding } from './doctor.ts';

const check = 'store, metadata';

/** Whether the database of TAHAN_DATABASE_URL can be reached, keeps what it has acknowledged, and has tables we know. */
export async function postgresCheck({ dataDir }: Config, url: string): Promise<Finding> {
  try {
    return judge(await postgresState(url), placeOf(url), dataLayout(dataDir).metadata);
  } catch (error) {
    const advice =
      'check TAHAN_DATABASE_URL (user, password, host, port, name of the database) and that PostgreSQL runs: psql with the same address says the same';
    return { check, state: 'fault', found: sentenceOf(error), advice };
  }
}

function judge(state: PostgresState, place: string, file: string): Finding {
  const { serverVersion, schemaVersion, mayCreate, unsafe } = state;
  const known = metadataMigrations.length;
  const what = `${place}, PostgreSQL ${serverVersion}`;
  if (schemaVersion > known) {
    const advice = 'start the newer release again, or restore a backup from before it';
    return { check, state: 'fault', found: `${what}: tables of a newer release`, advice };
  }
  if (schemaVersion < known && !mayCreate) {
    const advice =
      'make the user of TAHAN_DATABASE_URL the owner of the database (ALTER DATABASE … OWNER TO …)';
    return { check, state: 'fault', found: `${what}: this user may not make tables`, advice };
  }
  if (unsafe.length > 0) {
    const advice =
      'set it on again in postgresql.conf: what it acknowledges may be lost when the power fails';
    return { check, state: 'warning', found: `${what}: ${unsafe.join(' and ')} off`, advice };
  }
  if (schemaVersion === 0 && existsSync(file)) {
    const advice = `tahan migrate-metadata --to postgres copies ${file} into it, while the server is stopped`;
    return { check, state: 'warning', found: `${what} is empty, ${file} is not used any more`, advice };
  }
  const tables =
    schemaVersion === known
      ? 'is up to date'
      : `has ${schemaVersion} of ${known} steps; the next start adds the others`;
  return { check, state: 'ok', found: `${what} ${tables}` };
}

import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type Config, dataLayout, readConfig } from '../server/config.ts';
import { ConfigError } from '../server/errors.ts';
import { migrateSignIn } from '../server/signInLibrary.ts';
import { type CopiedTable, copyToPostgres } from '../server/store/metadata/copyToPostgres.ts';
import { openMetadata } from '../server/store/metadata/database.ts';
import { placeOf } from '../server/store/metadata/postgresErrors.ts';
import { lockDataFolder } from './lockDataFolder.ts';

export function addMigrateMetadataCommand(program: Command): void {
  program
    .command('migrate-metadata')
    .description(
      'copy everything but readings from the data folder into the empty PostgreSQL database of TAHAN_DATABASE_URL',
    )
    .addOption(new Option('--to <engine>', 'where to').choices(['postgres']).makeOptionMandatory())
    .option('--json', 'print the counts as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const config = readConfig(process.env);
      const tables = await migrateMetadata(config);
      if (json) return console.log(JSON.stringify({ tables }));
      for (const { table, rows } of tables) console.log(`${String(rows).padStart(9)}  ${table}`);
      console.log(
        `copied to ${placeOf(config.databaseUrl!)}, which the next start uses; ${dataLayout(config.dataDir).metadata} is left as it was`,
      );
    });
}

/**
 * Sessions and sign-ins come along: their secret stays in the data folder. The server must not run meanwhile.
 *
 * @throws {ConfigError} when no database is named
 */
async function migrateMetadata({ dataDir, databaseUrl }: Config): Promise<CopiedTable[]> {
  if (databaseUrl === null)
    throw new ConfigError([
      {
        variable: 'TAHAN_DATABASE_URL',
        value: '',
        allowed: 'the address of an empty database, such as postgres://tahan:password@postgres.example/tahan',
      },
    ]);
  const { metadata: path } = dataLayout(dataDir);
  if (!existsSync(path)) throw new Error(`${path} is not there: there is nothing to copy`);
  const unlock = lockDataFolder(dataDir);
  try {
    const target = await openMetadata({ url: databaseUrl });
    try {
      // Both up to date first, so that they have the same tables.
      await migrateSignIn(target.db, target.engine);
      const source = await openMetadata({ path });
      await migrateSignIn(source.db, source.engine);
      await source.close();
      return await copyToPostgres(path, target.db);
    } finally {
      await target.close();
    }
  } finally {
    unlock();
  }
}

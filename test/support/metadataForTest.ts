import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { type MetadataDb, type MetadataTarget, openMetadata } from '../../server/store/metadata/database.ts';
import { createSchema } from './postgres.ts';
import { tempDir } from './tempDir.ts';

/** Keyed by data folder: a server that starts again on it finds its schema again. */
const schemas = new Map<string, Promise<string>>();

/** Where the metadata of a data folder lies: in it, or in a schema of its own on the PostgreSQL of this run. */
export async function metadataOf(dataDir: string): Promise<MetadataTarget> {
  const server = inject('postgresUrl');
  if (!server) return { path: join(dataDir, 'metadata.sqlite') };
  let url = schemas.get(dataDir);
  if (url === undefined) {
    url = createSchema(server).then(schema => {
      onTestFinished(() => schema.drop());
      return schema.url;
    });
    schemas.set(dataDir, url);
  }
  return { url: await url };
}

/** Metadata opened beside whoever else uses it, closed when the test ends. */
export async function openMetadataOf(dataDir: string = tempDir()): Promise<MetadataDb> {
  const metadata = await openMetadata(await metadataOf(dataDir));
  onTestFinished(() => metadata.close());
  return metadata.db;
}

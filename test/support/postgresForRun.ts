import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the PostgreSQL server of this run; null where metadata lies in a file. */
    readonly postgresUrl: string | null;
  }
}

/** One server for all files of the run: making one takes seconds, a database in it milliseconds. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  project.provide('postgresUrl', postgres.url);
  return () => postgres.close();
}

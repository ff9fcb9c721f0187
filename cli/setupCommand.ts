import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { systemClock } from '../server/clock.ts';
import { readConfig } from '../server/config.ts';
import { type OfflineSetup, withSetup } from '../server/openSetup.ts';

/** The firm that commands mean when they name none; made when it is first needed. */
export const defaultOrgId = 'demo';

/**
 * Runs one setup command on the data folder of the environment and prints its answer: as JSON for scripts, as a line
 * for people.
 */
export async function runSetup<T>(
  options: { readonly org?: string; readonly json?: boolean },
  work: (setup: OfflineSetup) => Promise<T>,
  toLine: (result: T) => string,
): Promise<void> {
  const result = await withSetup(readConfig(process.env), systemClock, async setup => {
    if (options.org === defaultOrgId) await setup.ensureOrganisation({ orgId: defaultOrgId, name: 'Demo' });
    return work(setup);
  });
  console.log(options.json ? JSON.stringify(result) : toLine(result));
}

/** Checks an argument with the schema that the API checks it with; a refusal is bad usage. */
export function checked<T extends z.ZodType>(schema: T): (value: string) => z.output<T> {
  return value => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(`It ${parsed.error.issues.map(issue => issue.message).join('; ')}.`);
  };
}

import { InfluxError } from './influxErrors.ts';
import type { InfluxServer } from './influxServer.ts';

/**
 * A login that may only read and write is enough where everything is there already.
 *
 * @returns why it may not, and what to run; null when all is as it should be
 */
export async function prepareIfAllowed(
  server: InfluxServer,
  days: number | null,
): Promise<InfluxError | null> {
  try {
    await server.prepare({ days });
    return null;
  } catch (error) {
    if (error instanceof InfluxError && error.kind === 'not-allowed') return error;
    throw error;
  }
}

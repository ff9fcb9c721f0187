import type { Reading } from '../../../models/contracts/reading.ts';
import { InfluxError } from './influxErrors.ts';
import type { InfluxServer } from './influxServer.ts';

export interface Line {
  readonly text: string;
  /** Null: it only adds to a reading. */
  readonly reading: Reading | null;
}

export interface RefusedLine extends Line {
  readonly reason: string;
}

/**
 * A batch in which so many lines are refused and not one is taken says more of the server than of the readings (a field
 * that somebody made text, say): it waits for a person instead of emptying the journal into quarantine.
 */
const mostRefusedAlone = 20;

/**
 * Writes lines; what the server will never take stands alone in the end, after at most 2 log2(n) requests for each.
 *
 * @returns what it refused; everything else is stored
 * @throws {InfluxError} when the batch has to be sent again
 */
export async function writeBatch(server: InfluxServer, lines: readonly Line[]): Promise<RefusedLine[]> {
  const refused: RefusedLine[] = [];
  let taken = 0;
  const write = async (part: readonly Line[]): Promise<void> => {
    try {
      await server.write(part.map(({ text }) => text).join('\n'));
      taken += part.length;
    } catch (error) {
      if (!(error instanceof InfluxError) || (error.kind !== 'refused' && error.kind !== 'too-large'))
        throw error;
      if (error.badLines !== null && error.badLines.length > 0) {
        const bad = error.badLines.flatMap(({ lineNumber, reason }) => {
          const line = part[lineNumber - 1];
          return line === undefined ? [] : [{ ...line, reason }];
        });
        refused.push(...bad);
        taken += part.length - bad.length;
      } else if (part.length === 1) refused.push({ ...(part[0] as Line), reason: error.message });
      else {
        const half = part.length >>> 1;
        await write(part.slice(0, half));
        await write(part.slice(half));
      }
      if (taken === 0 && refused.length > mostRefusedAlone)
        throw new InfluxError('busy', error.message, { status: error.status, cause: error });
    }
  };
  if (lines.length > 0) await write(lines);
  return refused;
}

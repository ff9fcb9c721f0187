import type { Reading } from '../../../models/contracts/reading.ts';
import { askReadings, pieces, type Span } from './influxQueries.ts';
import type { InfluxServer } from './influxServer.ts';

/** The answers for the pieces of a span, one after the other. */
export async function inPieces<T>(cut: readonly Span[], ask: (piece: Span) => Promise<T[]>): Promise<T[]> {
  const [only] = cut;
  if (cut.length === 1 && only !== undefined) return ask(only);
  const found: T[][] = [];
  for (const piece of cut) found.push(await ask(piece));
  return found.flat();
}

/** Readings of a node, page by page, until there are enough of them. */
export async function askRange(
  server: InfluxServer,
  nodeId: string,
  cut: readonly Span[],
  isWanted: (reading: Reading) => boolean,
  limit: number,
): Promise<{ readonly readings: Reading[] }> {
  const readings: Reading[] = [];
  for (const piece of cut)
    for (let from = piece.from; from < piece.to && readings.length < limit; ) {
      // One more than asked for: the cursor's own reading may be among them.
      const page = await askReadings(server, { nodeId, from, to: piece.to }, limit - readings.length + 1);
      for (const reading of page.readings) if (isWanted(reading)) readings.push(reading);
      const last = page.readings.at(-1);
      from = page.isAll || last === undefined ? piece.to : last.measuredAt + 1;
    }
  return { readings };
}

const nearMs = 48 * 3_600_000;
/** Neighbours that are further away than these on 3 Core (36 days) say nothing of a batch. */
const mostPieces = 12;

/**
 * A span in pieces from one end on, for who needs but a few readings there: two days first, because InfluxDB opens every
 * week of a span before it answers.
 */
export function endPieces(server: InfluxServer, span: Span, end: 'first' | 'last', now: number): Span[] {
  const all = pieces(server, span, now);
  if (server.kind === '3-core')
    return end === 'first' ? all.slice(0, mostPieces) : all.slice(-mostPieces).reverse();
  const cut = end === 'first' ? span.from + nearMs : Math.min(span.to, now) - nearMs;
  if (!(span.from < cut && cut < span.to)) return all;
  const [before, after] = [
    { ...span, to: cut },
    { ...span, from: cut },
  ];
  return end === 'first' ? [before, after] : [after, before];
}

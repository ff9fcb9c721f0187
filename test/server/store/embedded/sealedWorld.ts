import type { Reading } from '../../../../models/contracts/reading.ts';
import { aReading } from '../../../support/aReading.ts';

const t0 = Date.parse('2026-11-20T00:00:00Z');

/** Appends of some nodes over some days: mostly in time, every tenth of a day before. */
export function sealedWorld(appends: number): Reading[][] {
  return Array.from({ length: appends }, (_, n) =>
    Array.from({ length: 40 }, (_, i) => {
      const minute = n * 10 + (i % 10) - (n % 10 === 0 ? 1_441 : 0);
      const measuredAt = t0 + minute * 60_000 + (n % 10 === 0 ? 7 : 0);
      return aReading({
        nodeId: `S-0${Math.floor(i / 10)}`,
        measuredAt,
        receivedAt: measuredAt + n,
        temperatureC: Math.round(500 * Math.sin(n + i)) / 100,
        sequence: n,
      });
    }),
  );
}

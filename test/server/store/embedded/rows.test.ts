import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeRows, Rows } from '../../../../server/store/embedded/rows.ts';
import { aReading } from '../../../support/aReading.ts';

const times = fc.uniqueArray(fc.nat(60)).map(list => list.sort((a, b) => a - b));

function rowsOf(list: readonly number[], temperatureC: number): Rows {
  const rows = new Rows(0);
  for (const measuredAt of list) rows.insert(rows.count, aReading({ measuredAt, temperatureC }));
  return rows;
}

it('mergeRows gives the rows of both in the order of time, the first ones where both have a time', () => {
  fc.assert(
    fc.property(times, times, (a, b) => {
      const merged = mergeRows(rowsOf(a, 1), rowsOf(b, 2));
      const both = new Map([...b.map(t => [t, 2] as const), ...a.map(t => [t, 1] as const)]);
      expect(
        Array.from({ length: merged.count }, (_, i) => [merged.measuredAt(i), merged.temperatureC(i)]),
      ).toEqual([...both].sort((x, y) => x[0] - y[0]));
    }),
    { numRuns: 300 },
  );
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isHeld, type MeasuredRow, timesBetter } from '../../bench/report/measuredRow.ts';
import { withTables } from '../../bench/report/readmeTables.ts';
import { readResults, withVerdicts } from '../../bench/report/result.ts';
import { chartOfResult, readmePath, resultsDir } from '../../bench/report/writeReport.ts';

const once = (median: number) => ({ median, min: median, max: median, rounds: 1 });
const row: MeasuredRow = {
  job: 'publishes/s',
  unit: '/s',
  better: 'more',
  ours: once(90),
  others: { peer: once(30), 'fast & <free>': once(180) },
};

describe('the page of the benches', () => {
  test('the tables of README are those of the results that lie beside it', () => {
    const text = readFileSync(readmePath, 'utf8');
    expect(withTables(text, readResults(resultsDir))).toBe(text);
  });

  test('every result that compares has its chart, drawn from the same figures', () => {
    for (const result of readResults(resultsDir)) {
      const chart = chartOfResult(result);
      const path = join(resultsDir, `${result.bench}.svg`);
      expect(existsSync(path) ? readFileSync(path, 'utf8') : null, path).toBe(chart);
    }
  });

  test('a text without the place for tables is refused', () => {
    expect(() => withTables('# Benchmarks', [])).toThrow('must have "<!-- results');
  });
});

describe('goals', () => {
  test('a goal against a peer is a ratio, whichever way is better', () => {
    expect(timesBetter(row, 'peer')).toBe(3);
    expect(timesBetter({ ...row, better: 'less' }, 'peer')).toBeCloseTo(1 / 3);
    expect(isHeld(row, { value: 3, against: 'peer' })).toBe(true);
    expect(isHeld(row, { value: 0.95, against: 'fast & <free>' })).toBe(false);
  });

  test('a goal alone is a least where more is better and a most where less is', () => {
    expect(isHeld(row, { value: 91 })).toBe(false);
    expect(isHeld(row, { value: 90 })).toBe(true);
    expect(isHeld({ ...row, better: 'less' }, { value: 89 })).toBe(false);
  });

  test('a goal against somebody who was not measured is an error that names those who were', () => {
    expect(() => isHeld(row, { value: 2, against: 'nobody' })).toThrow('only of peer, fast & <free>');
  });

  test('results say of each goal whether it is held', () => {
    const [told] = withVerdicts([{ ...row, goals: [{ value: 91 }, { value: 2, against: 'peer' }] }]);
    expect(told).toMatchObject({ goals: [{ held: false }, { held: true }] });
  });
});

describe('charts', () => {
  test('a chart says what others are called, also where that is no XML', () => {
    const result = {
      bench: 'x',
      node: 'v1',
      cpu: 'cpu',
      measuredAt: '2026-11-24T00:00:00.000Z',
      rows: [row],
    };
    const chart = chartOfResult(result)!;
    expect(chart).toContain('fast &amp; &lt;free&gt;: 180');
    expect(chart).toContain('3.0×');
    expect(chart).toContain('0.50×');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  lonePoints,
  longestSilenceMs,
  nodeChartModel,
  nodeCsv,
  nodeExtremes,
  nodeLine,
} from '../../dashboard/charts/nodeChartModel.ts';
import {
  askedSpan,
  nodeRangeNames,
  nodeRanges,
  readNodeRange,
  withNodeRange,
} from '../../dashboard/charts/nodeRange.ts';
import { timeTicks } from '../../dashboard/charts/timeTicks.ts';
import { createFormat } from '../../dashboard/format.ts';
import { createZone } from '../../dashboard/zone.ts';
import { hourMs, iso, now } from './builders.ts';
import { translateIn } from './words.ts';

const jakarta = createZone('Asia/Jakarta');
const spanMs = hourMs / 12;
const from = now - 24 * hourMs;
const day = { from, to: now };
const halfHourMs = hourMs / 2;

const bucket = (index: number, meanC = 4, with_ = {}) => ({
  from: iso(from + index * spanMs),
  to: iso(from + (index + 1) * spanMs),
  minC: meanC - 1,
  meanC,
  maxC: meanC + 1,
  count: 5,
  ...with_,
});

describe('the range in the address', () => {
  test.each(nodeRangeNames)('%s is read back from the address it was put in', range => {
    expect(readNodeRange(withNodeRange('', range))).toBe(range);
  });

  test('an address without a range, or with one nobody knows, is the last day', () => {
    expect(readNodeRange('')).toBe('day');
    expect(readNodeRange('?rentang=100-tahun')).toBe('day');
    expect(withNodeRange('?rentang=1-tahun', 'day')).toBe('');
  });

  test('other parts of the address stay', () => {
    expect(withNodeRange('?a=1&rentang=7-hari', 'year')).toBe('?a=1&rentang=1-tahun');
  });

  test('a year is asked for in 500 spans at most, and the question ends at a whole minute from now', () => {
    for (const range of nodeRangeNames) {
      const span = askedSpan(range, now + 12_345);
      expect(span.points).toBeLessThanOrEqual(500);
      expect(span.to).toBe(now + 60_000);
      expect(span.to - span.from).toBe(nodeRanges[range].lengthMs);
    }
  });
});

describe('nodeChartModel', () => {
  test('draws the middle of each span, and calls spans without readings a gap from half an hour on', () => {
    const shortOnes = [0, 1, 7, 8].map(i => bucket(i));
    expect(nodeChartModel(shortOnes, day, halfHourMs).gaps).toEqual([{ from: from + 9 * spanMs, to: now }]);
    const model = nodeChartModel([bucket(0), bucket(7)], { from, to: from + 8 * spanMs }, halfHourMs);
    expect(model.rows.map(row => row.at)).toEqual([from + spanMs / 2, from + 7.5 * spanMs]);
    expect(model.gaps).toEqual([{ from: from + spanMs, to: from + 7 * spanMs }]);
  });

  test('without any reading is one gap', () => {
    const model = nodeChartModel([], day, halfHourMs);
    expect(model.gaps).toEqual([day]);
    expect(nodeLine(model, row => row.meanC)).toEqual([]);
    expect(nodeExtremes(model.rows)).toBeNull();
  });

  test('allows a node that does not say how often it reports an hour of silence', () => {
    expect(longestSilenceMs(null)).toBe(65 * 60_000);
    expect(longestSilenceMs(60)).toBe(halfHourMs);
    expect(longestSilenceMs(3600)).toBe(3 * hourMs);
  });

  test('breaks the line in every gap between readings and nowhere else; gaps and spans never overlap', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 287 }), { minLength: 1 }), indexes => {
        const present = [...indexes].sort((a, b) => a - b);
        const model = nodeChartModel(
          present.map(i => bucket(i)),
          day,
          halfHourMs,
        );
        const line = nodeLine(model, row => row.meanC);
        const inner = model.gaps.filter(gap => gap.from > from && gap.to < now);
        const broken = present.slice(1).filter((i, k) => i - (present[k] ?? 0) - 1 >= 6).length;
        expect(line.filter(point => point.y === null).length).toBe(broken);
        expect(inner.length).toBeGreaterThanOrEqual(broken);
        expect(line.map(point => point.x)).toEqual(line.map(point => point.x).sort((a, b) => a - b));
        for (const row of model.rows)
          expect(model.gaps.some(gap => gap.from < row.to && gap.to > row.from)).toBe(false);
      }),
    );
  });

  test('draws a dot for a span with a gap on both sides, which no line passes through', () => {
    const model = nodeChartModel(
      [bucket(0, 4), bucket(10, 5), bucket(20, 6), bucket(21, 7)],
      day,
      halfHourMs,
    );
    expect(lonePoints(model).map(point => point.y)).toEqual([4, 5]);
  });

  test('weighs the mean by readings and names the spans that were coldest and warmest', () => {
    const { rows } = nodeChartModel(
      [bucket(0, 4, { count: 1 }), bucket(1, 8, { count: 3 }), bucket(2, 2, { count: 4 })],
      day,
      halfHourMs,
    );
    const extremes = nodeExtremes(rows);
    expect(extremes?.meanC).toBe((4 + 24 + 8) / 8);
    expect(extremes?.coldest.at).toBe(from + 2.5 * spanMs);
    expect(extremes?.warmest.at).toBe(from + 1.5 * spanMs);
  });

  test('writes CSV with ISO times and a decimal point', () => {
    const csv = nodeCsv(nodeChartModel([bucket(0, 4.25)], day, halfHourMs));
    expect(csv).toBe(
      `from,to,minC,meanC,maxC,count\r\n${iso(from)},${iso(from + spanMs)},3.25,4.25,5.25,5\r\n`,
    );
  });
});

describe('timeTicks of a year', () => {
  test('stand on first days of months, evenly, whatever the width', () => {
    const id = createFormat('id', translateIn('id'), jakarta);
    const year = 365 * 24 * hourMs;
    for (const most of [3, 4, 6, 9, 12]) {
      const ticks = timeTicks(now - year, now, most, jakarta);
      expect(ticks.length).toBeLessThanOrEqual(most);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      for (const at of ticks) expect([jakarta.local(at).day, jakarta.local(at).hour]).toEqual([1, 0]);
    }
    expect(timeTicks(now - year, now, 4, jakarta).map(at => id.dayOfMonth(at))).toEqual([
      '1 Jan',
      '1 Apr',
      '1 Jul',
      '1 Okt',
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chartModel,
  countRange,
  lifeRange,
  nearestRow,
  temperatureLine,
  temperatureRange,
  thinBands,
} from '../../dashboard/charts/chartModel.ts';
import { chartSummaries } from '../../dashboard/charts/chartSummary.ts';
import { historyCsv, rowWords } from '../../dashboard/charts/historyRows.ts';
import { timeTicks } from '../../dashboard/charts/timeTicks.ts';
import { createFormat } from '../../dashboard/format.ts';
import { createZone } from '../../dashboard/zone.ts';
import { aHistory, anEstimate, aPoint, hourMs, iso, now } from './builders.ts';
import { translateIn } from './words.ts';

const jakarta = createZone('Asia/Jakarta');
const id = createFormat('id', translateIn('id'), jakarta);
const estimate = anEstimate({ lo: 7, median: 10, hi: 14 });

describe('timeTicks', () => {
  test('timeTicks stand on round local hours', () => {
    const ticks = timeTicks(now - 8 * hourMs, now + 8 * hourMs, 5, jakarta);
    expect(ticks.map(at => id.clock(at))).toEqual(['06.00', '12.00', '18.00']);
  });

  test('timeTicks of several days stand on local midnights', () => {
    const ticks = timeTicks(now, now + 4 * 24 * hourMs, 6, jakarta);
    expect(ticks.map(at => id.day(at))).toEqual(['Rab 25', 'Kam 26', 'Jum 27', 'Sab 28']);
    expect(ticks.every(at => jakarta.local(at).hour === 0)).toBe(true);
  });

  test('timeTicks stay on midnight over the change to winter time', () => {
    const berlin = createZone('Europe/Berlin');
    const from = Date.parse('2026-10-23T22:00:00Z');
    const ticks = timeTicks(from, from + 4 * 24 * hourMs, 5, berlin);
    expect(ticks.length).toBe(4);
    expect(ticks.every(at => berlin.local(at).hour === 0)).toBe(true);
  });

  test('timeTicks are ascending, inside the span and not more than asked for', () => {
    const span = fc.tuple(
      fc.integer({ min: 1e12, max: 2e12 }),
      fc.integer({ min: 60_000, max: 60 * 24 * hourMs }),
    );
    fc.assert(
      fc.property(span, fc.integer({ min: 3, max: 9 }), ([from, length], most) => {
        const ticks = timeTicks(from, from + length, most, jakarta);
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        for (const [i, at] of ticks.entries()) {
          expect(at).toBeGreaterThanOrEqual(from);
          expect(at).toBeLessThanOrEqual(from + length);
          if (i > 0) expect(at).toBeGreaterThan(ticks[i - 1] ?? 0);
        }
      }),
    );
  });
});

describe('chartModel', () => {
  test('chartModel spans from the making to a little after the upper end of the interval', () => {
    const model = chartModel(aHistory(), estimate);
    expect(model.from).toBe(now - 8 * hourMs);
    expect(model.to).toBeGreaterThan(now + 14 * hourMs);
    expect(model.to).toBeLessThan(now + 15 * hourMs);
  });

  test('chartModel still shows now with some room when the limit is long past', () => {
    const past = anEstimate({ lo: -6, median: -4, hi: -2 }, { status: 'spoilage-risk' });
    expect(chartModel(aHistory(), past).to).toBeGreaterThan(now);
  });

  test('chartModel draws life in hours up to three days and in days beyond', () => {
    expect(chartModel(aHistory(), estimate)).toMatchObject({ lifeUnit: 'hours', lifeUnitH: 1 });
    const long = aHistory({ points: [aPoint(now - hourMs, 5, 3, 100), aPoint(now, 5, 3, 99)] });
    expect(chartModel(long, estimate)).toMatchObject({ lifeUnit: 'days', lifeUnitH: 24 });
  });

  test('chartModel takes the crossing from the bands when a rule ends the life before spoilage does', () => {
    expect(chartModel(aHistory(), estimate).reach).toEqual({
      from: now + 7 * hourMs,
      to: now + 14 * hourMs,
    });
    const capped = { ...estimate, limitedBy: 'cap-fresh-7-days' as const };
    expect(chartModel(aHistory(), capped).reach).toEqual({
      from: now + 10 * hourMs,
      to: now + 14 * hourMs,
    });
    const flat = aHistory({ forecast: [aPoint(now, 28, 4, 10), aPoint(now + 9 * hourMs, 28, 5, 1)] });
    expect(chartModel(flat, capped).reach).toBeNull();
  });

  test('temperatureLine breaks at a gap even when no point lies in it', () => {
    const gap = { from: iso(now - 6 * hourMs), to: iso(now - 5 * hourMs) };
    const line = temperatureLine(chartModel(aHistory({ gaps: [gap] }), estimate));
    expect(line.map(p => p.y)).toEqual([38, null, 28, 29]);
    expect(temperatureLine(chartModel(aHistory(), estimate)).map(p => p.y)).toEqual([38, 28, 29]);
  });

  test('temperatureLine keeps 0 degrees and leaves what was not measured empty', () => {
    const history = aHistory({ points: [aPoint(now - hourMs, 0), aPoint(now, null)] });
    expect(temperatureLine(chartModel(history, estimate)).map(p => p.y)).toEqual([0, null]);
  });
});

describe('axis ranges', () => {
  test('temperature runs from 0 in tens for the room and in eights for the cold', () => {
    expect(temperatureRange(chartModel(aHistory(), estimate))).toEqual({ min: 0, max: 40, step: 10 });
    const cold = aHistory({
      outOfRangeAboveC: 8,
      futureTemperatureC: 8,
      points: [aPoint(now - hourMs, 22.3), aPoint(now, 5)],
    });
    expect(temperatureRange(chartModel(cold, estimate))).toEqual({ min: 0, max: 24, step: 8 });
  });

  test('temperature runs below 0 when it was', () => {
    const frozen = aHistory({ outOfRangeAboveC: 8, points: [aPoint(now, -3)] });
    expect(temperatureRange(chartModel(frozen, estimate)).min).toBe(-8);
  });

  test('the count runs from 2 to 9 and life from 0 to a round figure', () => {
    const model = chartModel(aHistory(), estimate);
    expect(countRange(model)).toEqual({ min: 2, max: 9, step: 1 });
    expect(lifeRange(model)).toEqual({ min: 0, max: 25, step: 5 });
  });
});

describe('thinBands', () => {
  test('thinBands keeps the highest and the lowest of what it leaves out', () => {
    const value = fc.double({ min: -5, max: 50, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 50, maxLength: 400 }), pairs => {
        const rows = pairs.map(([a, b], at) => ({
          at,
          band: { lo: Math.min(a, b), median: (a + b) / 2, hi: Math.max(a, b) },
        }));
        const thin = thinBands(rows, 0, rows.length, 20);
        expect(thin.length).toBeLessThanOrEqual(40 + 1);
        expect(Math.max(...thin.map(r => r.band.hi))).toBe(Math.max(...rows.map(r => r.band.hi)));
        expect(Math.min(...thin.map(r => r.band.lo))).toBe(Math.min(...rows.map(r => r.band.lo)));
      }),
    );
  });

  test('thinBands leaves a series alone that has at most two points per pixel', () => {
    const rows = [0, 1, 2].map(at => ({ at, band: { lo: 0, median: 1, hi: 2 } }));
    expect(thinBands(rows, 0, 3, 2)).toEqual(rows);
  });
});

describe('reading a chart', () => {
  test('nearestRow finds the row closest in time, also beyond both ends', () => {
    const { past } = chartModel(aHistory(), estimate);
    expect(nearestRow(past, now - 9 * hourMs)).toBe(0);
    expect(nearestRow(past, now - 5.9 * hourMs)).toBe(1);
    expect(nearestRow(past, now - 6.1 * hourMs)).toBe(0);
    expect(nearestRow(past, now + hourMs)).toBe(2);
  });

  test('rowWords says "no data" where nothing was measured', () => {
    const [row] = chartModel(aHistory({ points: [aPoint(now, null)] }), estimate).past;
    expect(row && rowWords(row, id)).toEqual({
      time: 'Sel 24, 13.40',
      temperature: 'Tidak ada data',
      count: '3,6–4,5',
      remaining: '7–14 jam',
    });
  });

  test('historyCsv writes one line per row with ISO times and empty cells for what is not known', () => {
    const csv = historyCsv(chartModel(aHistory({ points: [aPoint(now, null, 4, 10)] }), estimate));
    const lines = csv.split('\r\n');
    expect(lines[0]).toMatch(/^at,kind,temperatureC,/);
    expect(lines[1]).toBe('2026-11-24T06:40:00.000Z,measured,,,,4,3.6,4.5,10,7,14');
    expect(lines.length).toBe(1 + 1 + 3 + 1);
  });

  test('chartSummaries tells each chart in a sentence', () => {
    const gap = { from: iso(now - 6 * hourMs), to: iso(now - 5 * hourMs) };
    const excursion = { from: iso(now - 8 * hourMs), to: iso(now - 4 * hourMs), peakC: 38, lifeLostH: 3 };
    const model = chartModel(aHistory({ gaps: [gap], excursions: [excursion] }), estimate);
    const summaries = chartSummaries(model, id);
    expect(summaries.temperature).toBe(
      'Paling panas 38,0 °C pada Sel 24 05.40. Terakhir 29,0 °C. 4 jam di atas 35 °C. 1 jeda tanpa data.',
    );
    expect(summaries.count).toContain('dari 3,0 ke 4,0 log CFU/g');
    expect(summaries.life).toBe('Sekarang paling sedikit 7 jam, rentang 90% 7–14 jam.');
  });
});

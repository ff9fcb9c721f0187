import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFormat } from '../../dashboard/format.ts';
import { keptAt, keptIn } from '../../dashboard/keptWords.ts';
import { leadSentence } from '../../dashboard/leadSentence.ts';
import { axisMarks, barHorizonH, fittingMarks, listHorizonH } from '../../dashboard/lifeAxis.ts';
import { countMoves, orderByUrgency } from '../../dashboard/orderByUrgency.ts';
import { createZone } from '../../dashboard/zone.ts';
import { aBatch, anEstimate, hourMs, iso, now } from './builders.ts';
import { translateIn } from './words.ts';

const id = createFormat('id', translateIn('id'), createZone('Asia/Jakarta'));
const en = createFormat('en', translateIn('en'), createZone('Asia/Jakarta'));

const pong = aBatch({
  batchId: 'pong',
  name: 'Tahu pong',
  estimate: anEstimate({ lo: -3, median: -1, hi: 2 }, { status: 'spoilage-risk' }),
});
const pagi = aBatch({
  batchId: 'pagi',
  name: 'Takwa pagi',
  estimate: anEstimate({ lo: 4.9, median: 7, hi: 9 }, { status: 'use-soon' }),
});
const putih = aBatch({
  batchId: 'putih',
  name: 'Tahu putih',
  estimate: anEstimate(
    { lo: 2, median: 7, hi: 9 },
    { status: 'unknown', flags: ['silent', 'silent-too-long'] },
  ),
});
const siang = aBatch({
  batchId: 'siang',
  name: 'Takwa siang',
  estimate: anEstimate({ lo: 13, median: 16, hi: 19 }),
});
const vakum = aBatch({
  batchId: 'vakum',
  name: 'Takwa vakum',
  storage: 'fridge',
  estimate: anEstimate({ lo: 250, median: 300, hi: 400 }, { lifeAtMakingH: 280, futureTemperatureC: 5 }),
});
const all = [vakum, siang, putih, pagi, pong];
const say = (batches: typeof all, format = id): string =>
  leadSentence(orderByUrgency(batches, now), now, format)
    .map(part => part.text)
    .join('');

describe('orderByUrgency', () => {
  test('orderByUrgency puts risk first, then soon, then no data, then fresh by the least sure life', () => {
    expect(orderByUrgency(all, now).map(b => b.batchId)).toEqual(['pong', 'pagi', 'putih', 'siang', 'vakum']);
  });

  test('orderByUrgency leaves out what is sold', () => {
    const sold = { ...pong, soldOutAt: iso(now) };
    expect(orderByUrgency([sold, siang], now).map(b => b.batchId)).toEqual(['siang']);
  });

  test('orderByUrgency does not depend on the order it is given', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), shuffled => {
        expect(orderByUrgency(shuffled, now)).toEqual(orderByUrgency(all, now));
      }),
    );
  });
});

describe('countMoves', () => {
  test('countMoves counts what moved, came and went, and nothing else', () => {
    expect(countMoves(['a', 'b', 'c'], ['a', 'b', 'c'])).toBe(0);
    expect(countMoves(['a', 'b', 'c'], ['c', 'a', 'b'])).toBe(1);
    expect(countMoves(['a', 'b', 'c'], ['a', 'c'])).toBe(1);
    expect(countMoves(['a', 'b'], ['a', 'x', 'b'])).toBe(1);
  });
});

describe('leadSentence', () => {
  test('leadSentence says what to check and what to sell, and by when', () => {
    expect(say(all)).toBe('Cek Tahu pong dulu. Jual Takwa pagi sebelum 18.00.');
    expect(say(all, en)).toBe('Check Tahu pong first. Sell Takwa pagi before 18:00.');
  });

  test('leadSentence marks the names with their status', () => {
    const marks = leadSentence(orderByUrgency(all, now), now, id).filter(part => part.mark);
    expect(marks).toEqual([
      { text: 'Tahu pong', mark: 'risk' },
      { text: 'Takwa pagi', mark: 'soon' },
    ]);
  });

  test('leadSentence counts further risks and names the day when it is not today', () => {
    const second = { ...pong, batchId: 'pong-2' };
    expect(say([pong, second])).toBe('Cek Tahu pong dan 1 lainnya dulu.');
    const night = aBatch({
      estimate: anEstimate({ lo: 11, median: 13, hi: 15 }, { status: 'use-soon' }),
    });
    expect(say([night])).toBe('Jual Takwa pagi sebelum besok 00.00.');
  });

  test('leadSentence says "now" rather than a time that has passed', () => {
    const last = aBatch({ estimate: anEstimate({ lo: 0.2, median: 2, hi: 4 }, { status: 'use-soon' }) });
    expect(say([last])).toBe('Jual Takwa pagi sekarang.');
  });

  test('leadSentence names what has no data, and says so when all is fresh', () => {
    expect(say([putih, siang])).toBe('Belum ada kabar suhu untuk Tahu putih.');
    expect(say([vakum, siang])).toBe('Semua masih segar. Jual Takwa siang paling dulu, sebelum besok 02.00.');
  });
});

describe('the assumption', () => {
  test('the assumption names the storage, the mean of the day, or only the temperature', () => {
    expect(keptAt(siang, id)).toBe('Suhu ruang, 28 °C');
    expect(keptIn(vakum, id)).toBe('di kulkas, 5 °C');
    const mean = aBatch({
      storage: null,
      estimate: anEstimate(
        { lo: 9, median: 10, hi: 11 },
        { assumptionKind: 'recent-mean', futureTemperatureC: 29.3 },
      ),
    });
    expect(keptAt(mean, id)).toBe('Rata-rata 24 jam, 29,3 °C');
    const given = aBatch({
      estimate: anEstimate({ lo: 9, median: 10, hi: 11 }, { assumptionKind: 'given' }),
    });
    expect(keptAt(given, en)).toBe('Assumed 28 °C');
  });
});

describe('the axis of life bars', () => {
  test('the axis marks the midnights of the firm’s zone and calls them tomorrow and the day after', () => {
    expect(axisMarks(now, 48, id).map(m => m.label)).toEqual(['Besok', 'Lusa']);
    expect(axisMarks(now, 48, id)[0]?.atH).toBeCloseTo(10 + 20 / 60);
  });

  test('a short axis marks clock times', () => {
    expect(axisMarks(now, 12, id).map(m => m.label)).toEqual(['15.00', '18.00', '21.00', 'Rab 25']);
  });

  test('a list spans two days while something must go within them, more when all keep longer', () => {
    expect(listHorizonH([5, 250])).toBe(48);
    expect(listHorizonH([])).toBe(48);
    expect(listHorizonH([250])).toBeGreaterThan(250);
  });

  test('a single bar spans its whole interval', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2000, noNaN: true }), hiH => {
        expect(barHorizonH(hiH)).toBeGreaterThanOrEqual(hiH);
      }),
    );
  });

  test('labels that would touch are dropped, the lines stay', () => {
    const marks = axisMarks(now, 8 * 24, id);
    const fitting = fittingMarks(marks, 8 * 24, 300, 'Sekarang');
    expect(marks.length).toBe(8);
    expect(fitting.length).toBeLessThan(marks.length);
    const pxBetween = fitting.slice(1).map((m, i) => ((m.atH - (fitting[i]?.atH ?? 0)) / (8 * 24)) * 300);
    expect(Math.min(...pxBetween)).toBeGreaterThanOrEqual(7 * 6);
    expect((fitting[0]?.atH ?? 0) * hourMs).toBeGreaterThan(0);
  });
});

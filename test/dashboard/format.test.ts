import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFormat } from '../../dashboard/format.ts';
import { createZone } from '../../dashboard/zone.ts';
import { hourMs, now } from './builders.ts';
import { translateIn } from './words.ts';

const jakarta = createZone('Asia/Jakarta');
const id = createFormat('id', translateIn('id'), jakarta);
const en = createFormat('en', translateIn('en'), jakarta);
const ja = createFormat('ja', translateIn('ja'), jakarta);
const hours = fc.double({ min: 0, max: 2000, noNaN: true });

/** Printed life back into hours, to check what it promises. */
function promisedH(text: string): number {
  const [figure = '', unit] = text.split(' ');
  if (figure === '<1') return 0;
  const number = figure.endsWith('½') ? Number(figure.slice(0, -1)) + 0.5 : Number(figure);
  return unit === 'jam' || unit === 'h' ? number : number * 24;
}

describe('remaining life', () => {
  test.each([
    [0, '0 jam', '0 h'],
    [0.4, '<1 jam', '<1 h'],
    [1, '1 jam', '1 h'],
    [5.99, '5 jam', '5 h'],
    [47.99, '47 jam', '47 h'],
    [48, '2 hari', '2 days'],
    [84, '3½ hari', '3.5 days'],
    [95.9, '3½ hari', '3.5 days'],
    [167.9, '6½ hari', '6.5 days'],
    [168, '7 hari', '7 days'],
    [263.9, '10 hari', '10 days'],
  ])('%f hours print as "%s" and "%s"', (value, indonesianText, englishText) => {
    expect(id.remainingText(value)).toBe(indonesianText);
    expect(en.remainingText(value)).toBe(englishText);
  });

  test('remaining life is never printed longer than it is, and less than a day is given away', () => {
    fc.assert(
      fc.property(hours, value => {
        for (const format of [id, en]) {
          const promised = promisedH(format.remainingText(value));
          expect(promised).toBeLessThanOrEqual(value);
          expect(value - promised).toBeLessThan(24);
        }
      }),
    );
  });

  test('remaining life that is past or no number prints as 0', () => {
    expect(id.remainingText(-3)).toBe('0 jam');
    expect(id.remainingText(Number.NaN)).toBe('0 jam');
  });

  test('a range names its unit once when both ends share it', () => {
    expect(id.range(5.2, 9.7)).toBe('5–9 jam');
    expect(id.range(46.5, 90)).toBe('46 jam–3½ hari');
    expect(id.range(0, 0)).toBe('0 jam');
  });

  test('a loss is rounded up, so that it is never made to look smaller', () => {
    expect(id.lossText(10.1)).toBe('11 jam');
    expect(id.lossText(0.2)).toBe('1 jam');
    expect(en.lossText(49)).toBe('2.5 days');
    fc.assert(
      fc.property(hours, value => {
        expect(promisedH(id.lossText(value))).toBeGreaterThanOrEqual(value);
      }),
    );
  });
});

describe('until', () => {
  test('until names today, tomorrow and then the date, with the clock on the hour', () => {
    expect(id.until(now + 4.9 * hourMs, now)).toMatchObject({ day: 'hari ini', clock: '18.00' });
    expect(id.until(now + 13 * hourMs, now)).toMatchObject({ day: 'besok', clock: '02.00' });
    expect(en.until(now + 47 * hourMs, now)).toMatchObject({ day: 'Thu 26 Nov', clock: '12:00' });
  });

  test('until falls on 00, 06, 12 or 18 from two days on', () => {
    expect(id.until(now + 48 * hourMs, now)).toMatchObject({ day: 'Kam 26 Nov', clock: '12.00' });
    expect(id.until(Date.parse('2026-12-05T11:59:00+07:00'), now)).toMatchObject({
      day: 'Sab 5 Des',
      clock: '06.00',
    });
  });

  test('until never promises a later time than the estimate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90 * 24 * hourMs }), left => {
        const until = id.until(now + left, now);
        expect(until.at).toBeLessThanOrEqual(now + left);
        expect(now + left - until.at).toBeLessThan(6 * hourMs);
      }),
    );
  });

  test('until that would round to before now is marked as passed instead of printed', () => {
    expect(id.until(now + 10 * 60_000, now).passed).toBe(true);
    expect(id.until(now + 30 * 60_000, now)).toMatchObject({ passed: false, clock: '14.00' });
  });

  test('until follows the firm’s own zone across its midnight', () => {
    const jayapura = createFormat('id', translateIn('id'), createZone('Asia/Jayapura'));
    expect(id.until(now + 9 * hourMs, now).day).toBe('hari ini');
    expect(jayapura.until(now + 9 * hourMs, now).day).toBe('besok');
    expect(jayapura.zone.name).toBe('WIT');
  });
});

describe('numbers and times', () => {
  test('temperatures take a decimal comma in Indonesian, a point in English, and a real minus sign', () => {
    expect(id.temperature(28.25)).toBe('28,3 °C');
    expect(en.temperature(-1.5)).toBe('−1.5 °C');
    expect(id.temperature(-0.04)).toBe('0,0 °C');
    expect(id.plainTemperature(28)).toBe('28 °C');
    expect(id.plainTemperature(29.3)).toBe('29,3 °C');
  });

  test('a moment of today is a clock time, of another day carries its date', () => {
    expect(id.moment(now - 2 * hourMs, now)).toBe('11.40');
    expect(id.moment(now - 20 * hourMs, now)).toBe('Sen 23 Nov 17.40');
    expect(en.moment(now - 2 * hourMs, now)).toBe('11:40');
  });

  test('durations keep minutes under three hours only', () => {
    expect(id.duration(108 * 60_000)).toBe('1 jam 48 menit');
    expect(id.duration(2 * 60_000)).toBe('2 menit');
    expect(id.duration(5.5 * hourMs)).toBe('5 jam');
    expect(id.duration(50 * hourMs)).toBe('2 hari');
  });
});

describe('in Japanese', () => {
  test('lengths stand close to their unit, half days as a decimal', () => {
    expect([0, 0.4, 5.99, 84, 168].map(ja.remainingText)).toEqual([
      '0時間',
      '<1時間',
      '5時間',
      '3.5日',
      '7日',
    ]);
    expect(ja.range(5.2, 9.7)).toBe('5–9時間');
    expect(ja.range(46.5, 90)).toBe('46時間–3.5日');
    expect(ja.lossText(49)).toBe('2.5日');
    expect(ja.duration(108 * 60_000)).toBe('1時間48分');
    expect(ja.remaining(5.2)).toEqual({ figure: '5', unit: '時間' });
  });

  test('dates and clock times are written as in Japan', () => {
    expect(ja.day(now)).toBe('24日(火)');
    expect(ja.date(now)).toBe('11月24日(火)');
    expect(ja.dayOfMonth(now)).toBe('11月24日');
    expect(ja.month(now)).toBe('11月');
    expect(ja.longDate(now)).toBe('2026年11月24日');
    expect(ja.moment(now - 20 * hourMs, now)).toBe('11月23日(月) 17:40');
    expect(ja.until(now + 4.9 * hourMs, now)).toMatchObject({ day: '今日', clock: '18:00' });
    expect(ja.temperature(-1.5)).toBe('−1.5 °C');
  });

  test('lists and sentences take no spaces', () => {
    expect(ja.list(['a', 'b', 'c'])).toBe('a、b、c');
    expect(ja.sentences(['一。', '二。'])).toBe('一。二。');
    expect(id.list(['a', 'b'])).toBe('a, b');
    expect(en.sentences(['One.', 'Two.'])).toBe('One. Two.');
  });
});

describe('dates', () => {
  test('names of days and months are those of the language', () => {
    expect([id.day(now), id.dayOfMonth(now), id.longDate(now)]).toEqual(['Sel 24', '24 Nov', '24 Nov 2026']);
    expect([en.day(now), en.date(now), en.month(now)]).toEqual(['Tue 24', 'Tue 24 Nov', 'Nov']);
  });

  test('large numbers are grouped as in the language', () => {
    expect([id, en, ja].map(format => format.number(12345.25))).toEqual(['12.345,3', '12,345.3', '12,345.3']);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochToMs, judgeTime, localToEpoch, parseIsoTime } from '../../../gateway/formats/sampleTime.ts';

const at = (iso: string) => Date.parse(iso);
const receivedAt = at('2026-03-02T03:15:00Z');

describe('parseIsoTime', () => {
  it.each([
    ['2026-03-02T03:14:57.123456789+00:00', '2026-03-02T03:14:57.123Z', 0],
    ['2026-03-02T10:14:59+07:00', '2026-03-02T10:14:59Z', 420],
    ['2026-03-02T10:14:59+0700', '2026-03-02T10:14:59Z', 420],
    ['2026-03-02T10:14:59-03', '2026-03-02T10:14:59Z', -180],
    ['2026-03-02 10:14:59Z', '2026-03-02T10:14:59Z', 0],
    ['2026-03-02T10:14Z', '2026-03-02T10:14:00Z', 0],
  ])('reads %s', (text, written, offsetMin) => {
    expect(parseIsoTime(text)).toEqual({ asUtc: at(written), offsetMin });
  });

  it('leaves the offset open where none is written', () => {
    expect(parseIsoTime('2026-03-02T10:14:55')).toEqual({ asUtc: at('2026-03-02T10:14:55Z') });
  });

  it.each([
    '',
    'kemarin',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-03-02',
    '2026-03-02T10:61:00Z',
    `2026-03-02T10:14:55.${'1'.repeat(60)}Z`,
  ])('refuses "%s"', text => {
    expect(parseIsoTime(text)).toBeUndefined();
  });

  it('reads every instant that Date writes', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }), date => {
        expect(parseIsoTime(date.toISOString())).toEqual({ asUtc: date.getTime(), offsetMin: 0 });
      }),
    );
  });
});

describe('localToEpoch', () => {
  it.each([
    ['Asia/Jakarta', '2026-03-02T03:14:55Z'],
    ['Asia/Makassar', '2026-03-02T02:14:55Z'],
    ['Asia/Jayapura', '2026-03-02T01:14:55Z'],
    ['+07:00', '2026-03-02T03:14:55Z'],
    ['UTC', '2026-03-02T10:14:55Z'],
  ])('puts 10:14:55 of %s at %s', (zone, instant) => {
    expect(localToEpoch(at('2026-03-02T10:14:55Z'), zone, at('2026-03-02T12:00:00Z'))).toBe(at(instant));
  });

  it('knows no zone that is none', () => {
    expect(localToEpoch(receivedAt, 'Mars/Olympus', receivedAt)).toBeUndefined();
  });

  it('means the later of two equal autumn times unless that has not come yet', () => {
    const written = at('2026-10-25T02:30:00Z');
    expect(localToEpoch(written, 'Europe/Berlin', at('2026-10-25T03:00:00Z'))).toBe(
      at('2026-10-25T01:30:00Z'),
    );
    expect(localToEpoch(written, 'Europe/Berlin', at('2026-10-25T00:40:00Z'))).toBe(
      at('2026-10-25T00:30:00Z'),
    );
  });

  it('reads a time skipped in spring with the offset before', () => {
    expect(localToEpoch(at('2026-03-29T02:30:00Z'), 'Europe/Berlin', at('2026-03-29T06:00:00Z'))).toBe(
      at('2026-03-29T01:30:00Z'),
    );
  });
});

describe('judgeTime', () => {
  it('takes a clock up to five minutes ahead and no further', () => {
    expect(judgeTime(receivedAt + 300_000, 'device', receivedAt).time.source).toBe('device');
    expect(judgeTime(receivedAt + 300_001, 'device', receivedAt)).toMatchObject({
      time: { at: receivedAt, source: 'arrival' },
      refused: { reason: 'future-timestamp', aheadS: 300 },
    });
  });

  it('refuses clocks that were never set', () => {
    for (const never of [0, 72_000, at('2000-01-01T00:00:10Z'), at('2016-01-01T00:00:00Z'), -1e12])
      expect(judgeTime(never, 'device', receivedAt)).toMatchObject({
        time: { at: receivedAt, source: 'arrival' },
        refused: { reason: 'clock-not-set' },
      });
  });

  it('marks as late what is older than a quarter of an hour', () => {
    expect(judgeTime(receivedAt - 900_000, 'device', receivedAt).time.late).toBe(false);
    expect(judgeTime(receivedAt - 900_001, 'device', receivedAt).time.late).toBe(true);
  });
});

describe('epochToMs', () => {
  it('tells seconds, milliseconds, microseconds and nanoseconds of this century apart', () => {
    fc.assert(
      fc.property(fc.integer({ min: at('2001-01-01'), max: at('2099-01-01') }), ms => {
        expect(epochToMs(ms).at).toBe(ms);
        expect(epochToMs(Math.floor(ms / 1000))).toEqual({ at: Math.floor(ms / 1000) * 1000, unit: 's' });
        expect(epochToMs(ms * 1000)).toEqual({ at: ms, unit: 'us' });
        expect(Math.abs(epochToMs(ms * 1e6).at - ms)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

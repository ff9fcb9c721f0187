import { describe, expect, it } from 'vitest';
import { nextLocalTime, quietEndsAt } from '../../../server/alerts/quietHours.ts';
import { Silence } from '../../../server/alerts/silence.ts';

const at = (iso: string) => Date.parse(iso);
const night = { from: '21:00', to: '06:00', riskBreaksThrough: true };

describe('quietEndsAt', () => {
  it.each([
    ['20.59', '2026-11-24T13:59:00Z', null],
    ['21.00', '2026-11-24T14:00:00Z', '2026-11-24T23:00:00Z'],
    ['05.59', '2026-11-24T22:59:30Z', '2026-11-24T23:00:00Z'],
    ['06.00', '2026-11-24T23:00:00Z', null],
  ])('knows at %s in Jakarta whether the night is over', (_, now, end) => {
    expect(quietEndsAt(night, 'Asia/Jakarta', at(now))).toBe(end === null ? null : at(end));
  });

  it('ends on the clock of the wall when clocks are changed in the night', () => {
    // 25 October 2026: clocks in Berlin go back from 3 to 2.
    expect(quietEndsAt(night, 'Europe/Berlin', at('2026-10-24T20:00:00Z'))).toBe(at('2026-10-25T05:00:00Z'));
    expect(quietEndsAt(night, 'Europe/Berlin', at('2026-03-28T21:00:00Z'))).toBe(at('2026-03-29T04:00:00Z'));
  });

  it('is none for who has none, or hours without length', () => {
    expect(quietEndsAt(null, 'Asia/Jakarta', 0)).toBeNull();
    expect(quietEndsAt({ ...night, to: '21:00' }, 'Asia/Jakarta', at('2026-11-24T15:00:00Z'))).toBeNull();
  });
});

describe('nextLocalTime', () => {
  it('is today or tomorrow, never now', () => {
    expect(nextLocalTime('Asia/Jakarta', '07:00', at('2026-11-23T23:00:00Z'))).toBe(
      at('2026-11-24T00:00:00Z'),
    );
    expect(nextLocalTime('Asia/Jakarta', '07:00', at('2026-11-24T00:00:00Z'))).toBe(
      at('2026-11-25T00:00:00Z'),
    );
  });
});

describe('Silence', () => {
  const minute = 60_000;
  /** A node whose readings are measured when they arrive. */
  const seen = (at: number) => ({ lastSeenAt: at, measuredAt: at });

  it('goes on while a node is not heard, and ends when it is', () => {
    const silence = new Silence(null);
    expect(silence.silentMs('n', seen(0), 10 * minute, 10 * minute)).toBe(10 * minute);
    silence.looked(10 * minute);
    expect(silence.silentMs('n', seen(0), 20 * minute, 20 * minute)).toBe(20 * minute);
    silence.looked(20 * minute);
    expect(silence.silentMs('n', seen(24 * minute), 25 * minute, 25 * minute)).toBe(minute);
  });

  it.each([3_600_000, -3_600_000, 86_400_000, -86_400_000])(
    'is not changed by a clock set by %d ms',
    byMs => {
      const silence = new Silence(null);
      silence.silentMs('n', seen(0), minute, minute);
      silence.looked(minute);
      expect(silence.silentMs('n', seen(0), 2 * minute + byMs, 2 * minute)).toBe(2 * minute);
      silence.looked(2 * minute);
      // Heard since, by the clock that was set.
      expect(silence.silentMs('n', seen(2.5 * minute + byMs), 3 * minute + byMs, 3 * minute)).toBe(
        0.5 * minute,
      );
    },
  );

  it('is over for a node that speaks though the clock was set back and its arrivals are not later than before', () => {
    const silence = new Silence(null);
    const lastSeenAt = 70 * minute;
    silence.silentMs('n', { lastSeenAt, measuredAt: 10 * minute }, 10 * minute, 10 * minute);
    silence.looked(10 * minute);
    const heard = { lastSeenAt, measuredAt: 40 * minute };
    expect(silence.silentMs('n', heard, 40 * minute, 40 * minute)).toBe(0);
    silence.looked(40 * minute);
    expect(silence.silentMs('n', heard, 50 * minute, 50 * minute)).toBe(10 * minute);
  });

  it('does not count the time in which nobody listened', () => {
    const silence = new Silence({ from: 100 * minute, to: 400 * minute });
    expect(silence.silentMs('n', seen(90 * minute), 400 * minute, 0)).toBe(10 * minute);
    expect(silence.silentMs('m', seen(50 * minute), 400 * minute, 0)).toBe(50 * minute);
  });
});

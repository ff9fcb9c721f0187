import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createZone, dayMs, hourMs } from '../../dashboard/zone.ts';

const jakarta = createZone('Asia/Jakarta');
const berlin = createZone('Europe/Berlin');
const kathmandu = createZone('Asia/Kathmandu');

test('a zone tells its wall clock and its name', () => {
  expect(jakarta.local(Date.parse('2026-11-24T17:30:00Z'))).toEqual({
    year: 2026,
    month: 10,
    day: 25,
    weekday: 3,
    hour: 0,
    minute: 30,
  });
  expect(jakarta.name).toBe('WIB');
  expect(kathmandu.local(Date.parse('2026-11-24T00:00:00Z'))).toMatchObject({ hour: 5, minute: 45 });
});

test('a zone turns its own wall clock back into the same instant', () => {
  const minutes = fc.integer({ min: 0, max: 30 * 365 * 24 * 60 });
  fc.assert(
    fc.property(minutes, fc.constantFrom(jakarta, kathmandu), (minute, zone) => {
      const at = Date.parse('2020-01-01T00:00:00Z') + minute * 60_000;
      const t = zone.local(at);
      expect(zone.at(t.year, t.month, t.day, t.hour, t.minute)).toBe(at);
    }),
  );
});

test('a floor lies on a local step and less than a step before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), fc.constantFrom(1, 6, 24), (at, stepH) => {
      const floor = jakarta.floor(at, stepH * hourMs);
      expect(at - floor).toBeGreaterThanOrEqual(0);
      expect(at - floor).toBeLessThan(stepH * hourMs);
      expect(jakarta.local(floor).hour % stepH).toBe(0);
      expect(jakarta.local(floor).minute).toBe(0);
    }),
  );
});

test('days between instants follow local midnights, also over a day of 25 hours', () => {
  const evening = Date.parse('2026-10-24T22:30:00+02:00');
  expect(berlin.daysBetween(evening, evening + 2 * hourMs)).toBe(1);
  expect(berlin.daysBetween(evening, evening + dayMs + 2 * hourMs)).toBe(1);
  expect(berlin.daysBetween(evening, evening - dayMs)).toBe(-1);
});

test('an unknown zone is refused', () => {
  expect(() => createZone('Asia/Kediri')).toThrow(RangeError);
});

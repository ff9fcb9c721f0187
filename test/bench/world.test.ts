import { describe, expect, it } from 'vitest';
import { commitsOf, countOf, endAtOf, type Part, worldOf, yearSpanOf } from '../../bench/store/world.ts';

const world = worldOf(60_000);
const parts: Part[] = [{ of: 'year' }, { of: 'minutes', from: 0, to: world.days * 1_440 }];
const all = () => parts.flatMap(part => [...commitsOf(world, part, 1_000)].flat());

describe('worldOf', () => {
  it('makes a thousand nodes and a year of minutes from the whole number of readings', () => {
    expect(worldOf(20_685_600)).toEqual({ nodes: 1_000, days: 14, yearReadings: 525_600 });
  });
});

describe('commitsOf', () => {
  it('gives as many readings as countOf says, in commits of the size asked for', () => {
    for (const part of parts) {
      const sizes = [...commitsOf(world, part, 1_000)].map(commit => commit.length);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(countOf(world, part));
      expect(sizes.slice(0, -1).every(size => size === 1_000)).toBe(true);
    }
  });

  it('gives the same readings every time, none twice, within their span', () => {
    const readings = all();
    expect(all()).toEqual(readings);
    expect(new Set(readings.map(({ nodeId, measuredAt }) => `${nodeId} ${measuredAt}`)).size).toBe(
      readings.length,
    );
    const { from } = yearSpanOf(world);
    expect(readings.every(({ measuredAt }) => measuredAt >= from && measuredAt < endAtOf(world))).toBe(true);
  });

  it('keeps fridges below 8 °C for most of the time, not for all of it', () => {
    const warm = all().filter(({ temperatureC }) => temperatureC! > 8).length;
    expect(warm / all().length).toBeGreaterThan(0.001);
    expect(warm / all().length).toBeLessThan(0.2);
  });
});

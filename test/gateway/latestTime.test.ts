import { describe, expect, it } from 'vitest';
import { LatestTime } from '../../gateway/latestTime.ts';

const hourMs = 3_600_000;

function running() {
  const clocks = { wall: 1_000 * hourMs, monotonic: 5 };
  const latest = new LatestTime({ now: () => clocks.wall }, () => clocks.monotonic);
  return {
    latest,
    wall: () => clocks.wall,
    /** Time goes by, in steps as between publishes. */
    pass(ms: number) {
      for (let left = ms; left > 0; left -= hourMs) {
        clocks.wall += Math.min(left, hourMs);
        clocks.monotonic += Math.min(left, hourMs);
        latest.now();
      }
    },
    set: (ms: number) => {
      clocks.wall += ms;
    },
  };
}

describe('LatestTime', () => {
  it('is the wall clock as long as nobody sets it', () => {
    const { latest, wall, pass } = running();
    pass(40 * hourMs);
    expect(latest.now()).toBe(wall());
  });

  it('follows a clock that is set ahead, at once', () => {
    const { latest, wall, set } = running();
    set(24 * hourMs);
    expect(latest.now()).toBe(wall());
  });

  it('goes on from the time before when the clock is set back', () => {
    const { latest, wall, pass, set } = running();
    set(-2 * hourMs);
    expect(latest.now()).toBe(wall() + 2 * hourMs);
    pass(5 * hourMs);
    expect(latest.now()).toBe(wall() + 2 * hourMs);
  });

  it('is the wall clock again when that is put right', () => {
    const { latest, wall, pass, set } = running();
    set(-2 * hourMs);
    pass(hourMs);
    set(2 * hourMs);
    expect(latest.now()).toBe(wall());
  });

  it('believes a clock that was set back after a day', () => {
    const { latest, wall, pass, set } = running();
    set(-2 * hourMs);
    pass(26 * hourMs);
    expect(latest.now()).toBe(wall());
  });
});

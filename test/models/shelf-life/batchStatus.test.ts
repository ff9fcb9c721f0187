import { describe, expect, it } from 'vitest';
import { batchStatus, silentTooLongAfterH, useSoonBelowH } from '../../../models/shelf-life/batchStatus.ts';

const status = (p05: number, lifeAtMakingH: number, silentForH: number | null = 0, median = p05 + 1) =>
  batchStatus({ remainingH: { median, p05 }, lifeAtMakingH, silentForH });

describe('batchStatus', () => {
  it.each([
    ['a short life', 10, 6],
    ['a life of days', 80, 20],
    ['a long life', 600, 48],
  ])('batchStatus draws the soon line for %s (%d h) at %d h', (_, lifeAtMakingH, lineH) => {
    expect(useSoonBelowH(lifeAtMakingH)).toBe(lineH);
    expect(status(lineH, lifeAtMakingH)).toBe('fresh');
    expect(status(lineH - 0.01, lifeAtMakingH)).toBe('use-soon');
    expect(status(0.01, lifeAtMakingH)).toBe('use-soon');
    expect(status(0, lifeAtMakingH)).toBe('spoilage-risk');
  });

  it('batchStatus says unknown after min(6 h, 25 % of p05) of silence, but not before half an hour', () => {
    expect(silentTooLongAfterH(100)).toBe(6);
    expect(silentTooLongAfterH(8)).toBe(2);
    expect(silentTooLongAfterH(0)).toBe(0.5);
    expect(status(8, 10, 2)).toBe('fresh');
    expect(status(8, 10, 2.01)).toBe('unknown');
    expect(status(0, 10, 0.4)).toBe('spoilage-risk');
    expect(status(0, 10, 0.6)).toBe('unknown');
  });

  it('batchStatus says unknown for a batch that never had a reading', () => {
    expect(status(8, 10, null)).toBe('unknown');
  });

  it('batchStatus keeps a batch at risk whose median is past, however long its node is silent', () => {
    expect(status(0, 10, 20, 0)).toBe('spoilage-risk');
  });
});

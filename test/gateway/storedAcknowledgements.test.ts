import { describe, expect, it, onTestFinished } from 'vitest';
import { StoredAcknowledgements } from '../../gateway/storedAcknowledgements.ts';
import { silentLog } from './startTestGateway.ts';

const monotonicNow = () => performance.now();

function acknowledgements(patienceMs: number) {
  const stored = new StoredAcknowledgements(patienceMs, monotonicNow, silentLog);
  onTestFinished(() => stored.close());
  const told: number[] = [];
  const wait = (position: number) => stored.wait(position).then(() => void told.push(position));
  return { stored, told, wait };
}

describe('StoredAcknowledgements', () => {
  it('lets each go once the store has its position, whatever the order of asking', async () => {
    const { stored, told, wait } = acknowledgements(60_000);
    const all = [3, 1, 2, 4].map(wait);
    stored.stored(2);
    await Promise.all([all[1], all[2]]);
    expect(told).toEqual([1, 2]);
    stored.stored(4);
    await Promise.all(all);
    expect(told).toEqual([1, 2, 3, 4]);
    await wait(4);
  });

  it('does not wait for a store that moves nothing, until it has caught up', async () => {
    const { stored, wait } = acknowledgements(20);
    await Promise.all([wait(1), wait(2)]);
    expect(stored.isAway).toBe(true);
    await wait(3);
    stored.stored(2);
    expect(stored.isAway).toBe(true);
    stored.stored(3);
    expect(stored.isAway).toBe(false);
    let isDone = false;
    const waiting = wait(4).then(() => {
      isDone = true;
    });
    expect(isDone).toBe(false);
    stored.stored(4);
    await waiting;
  });
});

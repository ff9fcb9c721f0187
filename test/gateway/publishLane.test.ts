import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncomingPublish, IntakeVerdict } from '../../gateway/incomingPublish.ts';
import { PublishLane } from '../../gateway/publishLane.ts';

const publish = (messageId: number, qos = 1): IncomingPublish => ({
  ...{ topic: 'tahan/n1/readings', payload: Buffer.from('{}'), qos, retain: false, dup: false, messageId },
});
const taken: IntakeVerdict = { next: 'acknowledge' };
const nextTurn = () => new Promise(resolve => setImmediate(resolve));

function lane() {
  const settle: ((verdict: IntakeVerdict) => void)[] = [];
  const writes: number[][] = [];
  const refused: string[] = [];
  const one = new PublishLane({
    take: (_publish, decided) => settle.push(decided),
    write: bytes => {
      const ids: number[] = [];
      for (let at = 0; at < bytes.length; at += 4) {
        expect([...bytes.subarray(at, at + 2)]).toEqual([0x40, 2]);
        ids.push(bytes.readUInt16BE(at + 2));
      }
      writes.push(ids);
    },
    refused: ({ next }) => refused.push(next),
    onRoom: () => undefined,
  });
  return { one, settle, writes, refused };
}

describe('PublishLane', () => {
  it('acknowledges in the order of arrival, in whatever order publishes are decided', async () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        order,
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        async (turns, pauses) => {
          const { one, settle, writes } = lane();
          for (let id = 1; id <= 8; id++) one.take(publish(id));
          for (const [i, turn] of turns.entries()) {
            settle[turn]!(taken);
            if (pauses[i]) await nextTurn();
          }
          await nextTurn();
          expect(writes.flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
          expect(one.isIdle).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('acknowledges what was decided together with one write, QoS 0 with none', async () => {
    const { one, settle, writes } = lane();
    for (const id of [7, 8]) one.take(publish(id));
    one.take(publish(0, 0));
    one.take(publish(65_535));
    for (const decided of settle) decided(taken);
    expect(writes).toEqual([]);
    await nextTurn();
    expect(writes).toEqual([[7, 8, 65_535]]);
  });

  it('acknowledges nothing behind a publish that was not taken', async () => {
    const { one, settle, writes, refused } = lane();
    for (const id of [1, 2, 3]) one.take(publish(id));
    settle[0]!(taken);
    settle[1]!({ next: 'resend', error: new Error('disk') });
    settle[2]!(taken);
    await nextTurn();
    expect(writes).toEqual([[1]]);
    expect(refused).toEqual(['resend']);
  });

  it('has no room for more than 500 publishes or 64 KiB, until they are decided', async () => {
    const { one, settle } = lane();
    for (let i = 0; i < 499; i++) one.take(publish(1));
    expect(one.hasRoom).toBe(true);
    one.take(publish(1));
    expect(one.hasRoom).toBe(false);
    settle[0]!(taken);
    await nextTurn();
    expect(one.hasRoom).toBe(true);
    one.take({ ...publish(1), payload: Buffer.alloc(64 * 1024) });
    expect(one.hasRoom).toBe(false);
  });
});

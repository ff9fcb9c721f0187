import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultByteLimits } from '../../gateway/byteLimits.ts';
import { judgeHeader } from '../../gateway/judgeHeader.ts';
import { encodePublish, readFixedHeader, readPublish, readPublishStart } from '../../gateway/mqttPacket.ts';
import { readUsualPublish } from '../../gateway/usualPublish.ts';

const topic = fc.oneof(
  fc.constantFrom('tahan/n1/readings', '', 'a+b', '#', 'é', 'a\u0000', 'a\u0001', 'x'.repeat(1025)),
  fc.string({ maxLength: 40 }),
);
const packet = fc
  .tuple(
    topic,
    fc.integer({ min: 0, max: 15 }),
    fc.integer({ min: 0, max: 3 }),
    fc.uint8Array({ maxLength: 300 }),
  )
  .map(([name, flags, id, payload]) => {
    const packetId = (flags >> 1) & 3 ? Buffer.from([0, id]) : Buffer.alloc(0);
    return encodePublish(Buffer.from(name), packetId, flags, Buffer.from(payload));
  });
const anything = fc.oneof(packet, fc.uint8Array({ minLength: 1, maxLength: 40 }).map(Buffer.from));

describe('readUsualPublish', () => {
  it('takes only what the long way takes, and reads it as the same', () => {
    let taken = 0;
    fc.assert(
      fc.property(anything, anything, fc.nat({ max: 300 }), (before, bytes, cut) => {
        const whole = Buffer.concat([before, bytes]);
        const came = whole.subarray(0, Math.max(before.length + 1, whole.length - (cut % 7 === 0 ? cut : 0)));
        const usual = readUsualPublish(came, before.length, defaultByteLimits);
        if (usual === undefined) return;
        taken += 1;
        const rest = came.subarray(before.length);
        const header = readFixedHeader(rest);
        if (typeof header === 'string') throw new Error(header);
        expect(judgeHeader(header, false, defaultByteLimits)).toBeUndefined();
        expect(readPublishStart(header, rest.subarray(header.headerBytes))).toHaveProperty('payloadAt');
        const { packetBytes, ...publish } = usual;
        expect(packetBytes).toBe(header.headerBytes + header.remainingBytes);
        expect(publish).toEqual(readPublish(rest.subarray(0, packetBytes)));
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(200);
  });

  it('leaves what is too large to the long way', () => {
    const large = (bytes: number) =>
      readUsualPublish(encodePublish(Buffer.from('t'), Buffer.from([0, 1]), 2, Buffer.alloc(bytes)), 0, {
        ...defaultByteLimits,
        publishBytes: 1_000,
      });
    expect(large(1_000)?.payload).toHaveLength(1_000);
    expect(large(1_001)).toBeUndefined();
  });
});

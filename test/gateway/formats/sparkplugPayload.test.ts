import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtobufError, protobufFields } from '../../../gateway/formats/protobufReader.ts';
import { parseSparkplugPayload } from '../../../gateway/formats/sparkplugPayload.ts';

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}
const field = (number: number, wire: number, data: Buffer) =>
  Buffer.concat([varint(BigInt(number * 8 + wire)), data]);
const nested = (number: number, data: Buffer) =>
  field(number, 2, Buffer.concat([varint(BigInt(data.length)), data]));

describe('parseSparkplugPayload', () => {
  it('reads signed integers of every width from their two’s complement', () => {
    const kinds = fc.constantFrom([1, 8, 10], [2, 16, 10], [3, 32, 10], [4, 53, 11]) as fc.Arbitrary<
      [number, number, number]
    >;
    fc.assert(
      fc.property(kinds, fc.bigInt({ min: -(2n ** 52n), max: 2n ** 52n }), ([type, bits, number], raw) => {
        const value = BigInt.asIntN(bits, raw);
        const onWire = number === 10 ? BigInt.asUintN(32, value) : value;
        const metric = Buffer.concat([field(4, 0, varint(BigInt(type))), field(number, 0, varint(onWire))]);
        expect(parseSparkplugPayload(nested(2, metric)).metrics[0]?.value).toBe(Number(value));
      }),
    );
  });

  it('reads a 32-bit float as the decimal that was meant', () => {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(27.2);
    expect(parseSparkplugPayload(nested(2, field(12, 5, bytes))).metrics[0]?.value).toBe(27.2);
  });

  it('reads times beyond 32 bits as plain numbers', () => {
    const payload = Buffer.concat([
      field(1, 0, varint(1772421299000n)),
      nested(2, field(3, 0, varint(1772421298000n))),
    ]);
    expect(parseSparkplugPayload(payload)).toMatchObject({
      timestamp: 1772421299000,
      metrics: [{ timestamp: 1772421298000 }],
    });
  });

  it('throws ProtobufError and nothing else on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        try {
          parseSparkplugPayload(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtobufError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('protobufFields', () => {
  it.each([
    ['a length past the end', '12ff01'],
    ['a number without an end', '08ffffff'],
    ['a number of more than 64 bits', '08ffffffffffffffffffff01'],
    ['a group', '0b'],
    ['field number 0', '0001'],
  ])('refuses %s', (_what, hex) => {
    expect(() => [...protobufFields(Buffer.from(hex, 'hex'))]).toThrow(ProtobufError);
  });
});

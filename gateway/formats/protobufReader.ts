/** One field of a Protocol Buffers message: varints as bigint, 4 and 8 bytes and length-delimited ones as bytes. */
export type ProtobufField =
  | { readonly number: number; readonly wire: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly wire: 'fixed32' | 'fixed64' | 'bytes'; readonly value: Buffer };

/** The bytes are not a Protocol Buffers message. */
export class ProtobufError extends Error {
  override name = 'ProtobufError';
}

/**
 * The fields of a Protocol Buffers message in their order (https://protobuf.dev/programming-guides/encoding/).
 * Nothing is copied; a length that points past the end is an error.
 *
 * @throws {ProtobufError} where the bytes stop making sense
 */
export function* protobufFields(bytes: Buffer): Generator<ProtobufField> {
  const at = { offset: 0 };
  while (at.offset < bytes.length) {
    const key = Number(readVarint(bytes, at));
    const number = Math.floor(key / 8);
    if (number < 1 || number > 536_870_911) throw new ProtobufError(`field number ${number} is none`);
    switch (key % 8) {
      case 0:
        yield { number, wire: 'varint', value: readVarint(bytes, at) };
        break;
      case 1:
        yield { number, wire: 'fixed64', value: take(bytes, at, 8) };
        break;
      case 2:
        yield { number, wire: 'bytes', value: take(bytes, at, Number(readVarint(bytes, at))) };
        break;
      case 5:
        yield { number, wire: 'fixed32', value: take(bytes, at, 4) };
        break;
      default:
        throw new ProtobufError(`wire type ${key % 8} is not read`);
    }
  }
}

interface Offset {
  offset: number;
}

function readVarint(bytes: Buffer, at: Offset): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[at.offset++];
    if (byte === undefined) throw new ProtobufError('the message ends inside a number');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new ProtobufError('a number has more than 64 bits');
}

function take(bytes: Buffer, at: Offset, length: number): Buffer {
  const end = at.offset + length;
  if (end > bytes.length) throw new ProtobufError('the message ends inside a field');
  const taken = bytes.subarray(at.offset, end);
  at.offset = end;
  return taken;
}

import { crc32 } from 'node:zlib';

/** What was written here is not what is read: its checksum, or where it stands, does not fit. */
export class DamagedBytes extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DamagedBytes';
  }
}

/** Length of what `seal` puts before the content: magic, length of the content, CRC-32 of both and the content. */
export const sealBytes = 12;

/** Content behind its magic, length and CRC-32, so that it can be found and believed without SQLite's trees. */
export function seal(magic: string, content: Uint8Array): Uint8Array {
  const sealed = Buffer.allocUnsafe(sealBytes + content.length);
  sealed.write(magic, 0, 'latin1');
  sealed.writeUInt32BE(content.length, 4);
  sealed.set(content, sealBytes);
  sealed.writeUInt32BE(sealSum(sealed), 8);
  return sealed;
}

/** @throws {DamagedBytes} when it is not what was sealed */
export function unseal(magic: string, sealed: Uint8Array): Uint8Array {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < sealBytes || bytes.toString('latin1', 0, 4) !== magic)
    throw new DamagedBytes(`does not begin with ${magic}`);
  if (bytes.readUInt32BE(4) !== bytes.length - sealBytes) throw new DamagedBytes('has another length');
  if (bytes.readUInt32BE(8) !== sealSum(bytes)) throw new DamagedBytes('has another CRC-32');
  return bytes.subarray(sealBytes);
}

/** Of everything but the sum itself. */
const sealSum = (sealed: Buffer): number => crc32(sealed.subarray(sealBytes), crc32(sealed.subarray(0, 8)));

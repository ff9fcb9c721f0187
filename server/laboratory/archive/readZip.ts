import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { ApiError } from '../../errors.ts';

const inflate = promisify(inflateRaw);

/** Nothing that we write has more. */
const mostEntries = 64;
const longestComment = 65_535;

interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerAt: number;
}

/** Files of a ZIP that somebody sent: their names are known, a file is unpacked when it is asked for. */
export interface ZipReader {
  readonly names: readonly string[];
  /** @throws {ApiError} archive.damaged when it is not there, too large or not what its checksum says */
  read(name: string, mostBytes: number): Promise<Buffer>;
}

const damaged = (detail: string) => new ApiError('archive.damaged', detail);

/**
 * Opens a ZIP without trusting it: names are plain names (no folders, so no way out of one), each once; nothing is
 * unpacked beyond a limit, whatever the headers claim; every byte is checked against its CRC. Nothing touches the disk.
 *
 * @throws {ApiError} archive.damaged
 */
export function openZip(zip: Buffer): ZipReader {
  const entries = new Map<string, Entry>();
  const end = endOf(zip);
  const count = zip.readUInt16LE(end + 10);
  if (count > mostEntries) throw damaged(`it has ${count} files; at most ${mostEntries} are taken`);
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50)
      throw damaged('its table of contents is cut off');
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    if (!/^\w[\w.-]{0,63}$/.test(name))
      throw damaged(`the name ${JSON.stringify(name.slice(0, 100))} is not that of a plain file`);
    if (entries.has(name)) throw damaged(`it has two files of the name ${name}`);
    if ((zip.readUInt16LE(at + 8) & 1) === 1) throw damaged(`${name} is encrypted`);
    entries.set(name, {
      method: zip.readUInt16LE(at + 10),
      crc: zip.readUInt32LE(at + 16),
      packedBytes: zip.readUInt32LE(at + 20),
      bytes: zip.readUInt32LE(at + 24),
      headerAt: zip.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return {
    names: [...entries.keys()],
    async read(name, mostBytes) {
      const entry = entries.get(name);
      if (entry === undefined) throw damaged(`it has no ${name}`);
      if (entry.bytes > mostBytes)
        throw damaged(`${name} has ${entry.bytes} bytes; at most ${mostBytes} are taken`);
      const bytes = await unpacked(name, packedOf(zip, name, entry), entry);
      if (bytes.length !== entry.bytes || crc32(bytes) !== entry.crc)
        throw damaged(`${name} is not what its checksum says`);
      return bytes;
    },
  };
}

/** Where the end of the table of contents is: it may be followed by a comment. */
function endOf(zip: Buffer): number {
  const last = zip.length - 22;
  for (let at = last; at >= Math.max(0, last - longestComment); at--)
    if (zip.readUInt32LE(at) === 0x06054b50) return at;
  throw damaged('it is no ZIP file');
}

function packedOf(zip: Buffer, name: string, { headerAt, packedBytes }: Entry): Buffer {
  if (headerAt + 30 > zip.length || zip.readUInt32LE(headerAt) !== 0x04034b50)
    throw damaged(`${name} is cut off`);
  const from = headerAt + 30 + zip.readUInt16LE(headerAt + 26) + zip.readUInt16LE(headerAt + 28);
  if (from + packedBytes > zip.length) throw damaged(`${name} is cut off`);
  return zip.subarray(from, from + packedBytes);
}

async function unpacked(name: string, packed: Buffer, { method, bytes }: Entry): Promise<Buffer> {
  if (method === 0) return packed;
  if (method !== 8) throw damaged(`${name} is compressed in a way that is not taken`);
  try {
    // Whatever the header says: no more than that comes out.
    return await inflate(packed, { maxOutputLength: Math.max(1, bytes) });
  } catch (cause) {
    throw Object.assign(damaged(`${name} cannot be unpacked`), { cause });
  }
}

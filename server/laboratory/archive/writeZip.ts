import { createHash } from 'node:crypto';
import { strToU8, type Zippable, zipSync } from 'fflate';

/** Text or bytes by name. */
export type ArchiveFiles = Readonly<Record<string, string | Uint8Array>>;

/** Midnight of the first day a ZIP can name, whatever the zone of the server: no clock gets into the bytes. */
const noTime = () => new Date(1980, 0, 1);

/** One ZIP with a list of SHA-256 sums (as `sha256sum -c` reads it). The same files give the same bytes. */
export function writeZip(files: ArchiveFiles): Uint8Array {
  const named = Object.entries(files).map(
    ([name, content]) => [name, typeof content === 'string' ? strToU8(content) : content] as const,
  );
  const all = [...named, ['checksums.txt', strToU8(checksumsOf(named))] as const];
  const zippable: Zippable = Object.fromEntries(
    all.map(([name, bytes]) => [name, [bytes, { mtime: noTime(), os: 3, attrs: 0o644 << 16 }]]),
  );
  return zipSync(zippable, { level: 6 });
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const checksumsOf = (files: readonly (readonly [string, Uint8Array])[]): string =>
  files.map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`).join('');

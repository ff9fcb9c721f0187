import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where damaged pieces of the file at `path` are kept for whoever looks for the cause. */
export const damagedFolder = (path: string): string => join(dirname(path), 'damaged');

/** Writes bytes that cannot be believed into the folder of damaged pieces; returns where. */
export function setAsideBytes(path: string, name: string, pieces: readonly Uint8Array[]): string {
  const file = freeName(path, name);
  writeFileSync(file, Buffer.concat(pieces));
  return file;
}

function freeName(path: string, name: string): string {
  const folder = damagedFolder(path);
  mkdirSync(folder, { recursive: true });
  for (let number = 1; ; number++) {
    const file = join(folder, `${name}.${number}`);
    if (!existsSync(file)) return file;
  }
}

import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MountedFolder {
  readonly path: string;
  /** Takes all room that is left; resolves with the bytes taken. */
  fill(): number;
  free(): void;
  /** The file system gives up writing, as after an I/O error: everything fails with EROFS. */
  breakWrites(): void;
  /** Takes it off, checks it and mounts it again, as an administrator would. Nobody may have files open in it. */
  repair(): void;
  remove(): void;
}

/** A folder on a small disk of its own (ext4 in a file, mounted by loop device). Needs root. */
export function mountFolder(megabytes: number): MountedFolder {
  if (process.getuid?.() !== 0) throw new Error('this fault mounts a file system and needs root');
  const dir = mkdtempSync(join(tmpdir(), 'tahan-disk-'));
  const image = join(dir, 'image');
  const path = join(dir, 'mounted');
  const filler = join(path, 'filler');
  mkdirSync(path);
  writeFileSync(image, '');
  truncateSync(image, megabytes * 1024 * 1024);
  // No blocks kept back for root, who this runs as.
  execFileSync('mkfs.ext4', ['-q', '-m', '0', image]);
  const mount = () => execFileSync('mount', ['-o', 'loop', image, path]);
  mount();
  return {
    path,
    fill() {
      const file = openSync(filler, 'w');
      let taken = 0;
      try {
        for (let piece = Buffer.alloc(1024 * 1024); piece.length >= 512; ) {
          try {
            taken += writeSync(file, piece);
          } catch {
            piece = piece.subarray(0, piece.length / 2);
          }
        }
      } finally {
        closeSync(file);
      }
      return taken;
    },
    free: () => rmSync(filler),
    breakWrites: () => execFileSync('mount', ['-o', 'remount,abort', path], { stdio: 'ignore' }),
    repair() {
      execFileSync('umount', [path]);
      try {
        execFileSync('e2fsck', ['-p', '-f', image], { stdio: 'ignore' });
      } catch {
        // 1 means that errors were found and mended; if it is worse, mounting says so.
      }
      mount();
    },
    remove() {
      execFileSync('umount', [path]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

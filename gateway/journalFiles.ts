import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';

/** An open file, as far as a journal needs one. */
export interface JournalFile {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>;
  read(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  truncate(size: number): Promise<void>;
  /** Data and size survive power loss when this resolves. */
  datasync(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The file system under a journal. Tests put one in between that delays, fails or forgets. */
export interface JournalFiles {
  open(path: string, flags: 'r' | 'r+' | 'wx'): Promise<JournalFile>;
  /** Names in a folder; the folder is made when it is not there. */
  list(dir: string): Promise<string[]>;
  sizeAndBirth(path: string): Promise<{ size: number; bornAt: number }>;
  remove(path: string): Promise<void>;
}

export const nodeFiles: JournalFiles = {
  open: (path, flags) => open(path, flags, 0o600),
  async list(dir) {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return readdir(dir);
  },
  async sizeAndBirth(path) {
    const { size, birthtimeMs } = await stat(path);
    return { size, bornAt: birthtimeMs };
  },
  remove: path => unlink(path),
};

/** A file's entry in its folder survives power loss only after this. */
export async function syncDirectory(files: JournalFiles, dir: string): Promise<void> {
  const handle = await files.open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function readRange(
  files: JournalFiles,
  path: string,
  from: number,
  to: number,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(Math.max(to - from, 0));
  const handle = await files.open(path, 'r');
  try {
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, from + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await handle.close();
  }
}

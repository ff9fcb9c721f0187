import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nodeFiles, syncDirectory } from './journalFiles.ts';

/**
 * Replaces a small file as a whole: after a power cut the old or the new content is there, never a mixture. Only this
 * user can read it.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const next = `${path}.next`;
  const handle = await open(next, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, path);
  await syncDirectory(nodeFiles, dirname(path));
}

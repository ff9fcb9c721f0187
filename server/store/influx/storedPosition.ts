import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreUnavailable } from '../../errors.ts';

/** Journal position through which InfluxDB has everything: `{"position":123}`. 0 when there is no such file. */
export async function readPosition(path: string): Promise<number> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw new StoreUnavailable(`${path} cannot be read: ${String(error)}`, { cause: error });
  }
  const position = positionIn(content);
  // The journal offers again what it still has, and readings that are there already change nothing.
  return position ?? 0;
}

function positionIn(content: string): number | null {
  try {
    const { position } = JSON.parse(content) as { position?: unknown };
    return typeof position === 'number' && Number.isSafeInteger(position) && position >= 0 ? position : null;
  } catch {
    // Damaged, or something else: as good as no file.
    return null;
  }
}

/** After a power cut the old or the new position is there. */
export async function writePosition(path: string, position: number): Promise<void> {
  try {
    const next = `${path}.next`;
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify({ position })}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
    const folder = await open(dirname(path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (cause) {
    throw new StoreUnavailable(`${path} cannot be written: ${String(cause)}`, { cause });
  }
}

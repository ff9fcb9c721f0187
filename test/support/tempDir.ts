import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty folder, removed when the test that asked for it ends. */
export function tempDir(): string {
  const { path, remove } = longTempDir();
  onTestFinished(remove);
  return path;
}

/** A new empty folder for a whole file of tests, which removes it itself. */
export function longTempDir(below = tmpdir()): { path: string; remove(): void } {
  const path = mkdtempSync(join(below, 'tahan-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The Node that every part of Tahan runs on, whatever Node started npm. */
export const pinnedNode = join('node_modules', 'node', 'bin', 'node');

/** Path of the lock file as it was when node_modules was last installed; a change means "install again". */
const stamp = join('node_modules', '.tahan-installed-lock');

/** Installs what is missing and says so; does nothing on a second run. Exits with npm's own words on failure. */
export function ensureInstalled() {
  const lock = readFileSync('package-lock.json', 'utf8');
  if (existsSync(pinnedNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('tahan: installing what is missing (once, about half a minute) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const install = spawnSync(npm, ['ci', '--loglevel=error', '--no-fund', '--no-audit'], {
    stdio: ['ignore', 2, 2],
  });
  if (install.status !== 0 || !existsSync(pinnedNode)) {
    console.error(
      'tahan: "npm ci" failed; the lines above say why. Check the network and free disk, then try again.',
    );
    process.exit(1);
  }
  mkdirSync('node_modules', { recursive: true });
  writeFileSync(stamp, lock);
}

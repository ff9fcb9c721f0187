// npm start: from a fresh clone to a running demo. Plain JavaScript: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, pinnedNode } from './ensureInstalled.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
ensureInstalled();
buildDashboardIfOlderThanItsSource();

const demo = spawn(pinnedNode, ['cli/tahan.mjs', 'demo', ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => demo.kill(signal));
demo.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));

function buildDashboardIfOlderThanItsSource() {
  const built = join('dashboard', 'dist', 'index.html');
  if (existsSync(built) && newest('dashboard') <= statSync(built).mtimeMs) return;
  console.error('tahan: building the dashboard ...');
  const build = spawnSync(
    pinnedNode,
    ['node_modules/vite/bin/vite.js', 'build', 'dashboard', '--logLevel', 'warn'],
    {
      stdio: ['ignore', 2, 2],
    },
  );
  if (build.status !== 0) {
    console.error('tahan: the dashboard could not be built; the lines above say why.');
    process.exit(1);
  }
}

/** Time of the youngest source file below a folder, its build output left out. */
function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}

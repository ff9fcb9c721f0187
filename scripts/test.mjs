// npm test: from a fresh clone to green. Runs every check, then prints "N passed, N failed, N skipped" over all.
// --fast leaves out the browser tests. Plain JavaScript: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { ensureInstalled, pinnedNode } from './ensureInstalled.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
ensureInstalled();

const fast = process.argv.includes('--fast');
const scratch = mkdtempSync(join(tmpdir(), 'tahan-test-'));
// What a test starts must find the pinned Node first, whatever `node` means on this machine.
const env = { ...process.env, PATH: resolve('node_modules/.bin') + delimiter + process.env.PATH };
const total = { passed: 0, failed: 0, skipped: 0 };

check('types, server', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json']);
check('types, models', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'models/tsconfig.json']);
check('types, dashboard', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'dashboard/tsconfig.json']);
check('types, service worker', [
  'node_modules/typescript/bin/tsc',
  '--noEmit',
  '-p',
  'dashboard/offline/tsconfig.json',
]);
check('lint and format', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']);
check('unused code', ['node_modules/knip/bin/knip.js']);
check('build, dashboard', ['node_modules/vite/bin/vite.js', 'build', 'dashboard', '--logLevel', 'warn']);
runVitest('node');
runVitest('postgres');
if (!fast) runVitest('browser');

rmSync(scratch, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);

function check(name, args) {
  const started = Date.now();
  const result = spawnSync(pinnedNode, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  const ok = result.status === 0;
  total[ok ? 'passed' : 'failed'] += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

function runVitest(project) {
  const report = join(scratch, `${project}.json`);
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', project];
  args.push('--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
  const result = spawnSync(pinnedNode, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  let counted = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numFailedTestSuites: 0,
  };
  try {
    counted = JSON.parse(readFileSync(report, 'utf8'));
  } catch (error) {
    console.error(`tahan: the ${project} tests ended without a report: ${error.message}`);
  }
  total.passed += counted.numPassedTests;
  total.skipped += counted.numPendingTests + counted.numTodoTests;
  total.failed += counted.numFailedTests;
  // A file that fails to load, or a runner that dies, fails no single test but must not count as green.
  if (result.status !== 0 && counted.numFailedTests === 0) total.failed += 1;
}

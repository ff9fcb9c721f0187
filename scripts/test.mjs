// npm test: from a fresh clone to green. Runs every check, then prints "N passed, N failed, N skipped" over all.
// --fast leaves out the browser tests. Plain JavaScript: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { ensureInstalled, pinnedNode } from './ensureInstalled.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
ensureInstalled();

const fast = process.argv.includes('--fast');
const scratch = mkdtempSync(join(tmpdir(), 'tahan-test-'));
// What a test starts must find the pinned Node first, whatever `node` means on this machine.
const env = { ...process.env, PATH: resolve('node_modules/.bin') + delimiter + process.env.PATH };
const total = { passed: 0, failed: 0, skipped: 0 };

/** The long ones first, so that no core waits for the last. */
const checks = [
  ['build, dashboard', 'vite/bin/vite.js', 'build', 'dashboard', '--logLevel', 'warn'],
  ['types, server', 'typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'],
  ['types, dashboard', 'typescript/bin/tsc', '--noEmit', '-p', 'dashboard/tsconfig.json'],
  ['unused code', 'knip/bin/knip.js'],
  ['types, models', 'typescript/bin/tsc', '--noEmit', '-p', 'models/tsconfig.json'],
  ['types, service worker', 'typescript/bin/tsc', '--noEmit', '-p', 'dashboard/offline/tsconfig.json'],
  ['lint and format', '@biomejs/biome/bin/biome', 'check', '.'],
];
await Promise.all(Array.from({ length: availableParallelism() }, checkTheRest));
runVitest('node', 'postgres');
if (!fast) runVitest('browser');

rmSync(scratch, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);

/** Takes one check after the other from the list, as long as there are any. */
async function checkTheRest() {
  for (let next = checks.shift(); next !== undefined; next = checks.shift()) await check(...next);
}

/** Shows what it said in one piece when it ends: others run beside it. */
async function check(name, program, ...args) {
  const started = Date.now();
  const said = [];
  const child = spawn(pinnedNode, [join('node_modules', program), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => said.push(piece));
  const [code] = await once(child, 'close');
  total[code === 0 ? 'passed' : 'failed'] += 1;
  process.stdout.write(Buffer.concat(said));
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

function runVitest(...projects) {
  const report = join(scratch, `${projects[0]}.json`);
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...projects.map(name => `--project=${name}`)];
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
    console.error(`tahan: the ${projects.join(' and ')} tests ended without a report: ${error.message}`);
  }
  total.passed += counted.numPassedTests;
  total.skipped += counted.numPendingTests + counted.numTodoTests;
  total.failed += counted.numFailedTests;
  // A file that fails to load, or a runner that dies, fails no single test but must not count as green.
  if (result.status !== 0 && counted.numFailedTests === 0) total.failed += 1;
}

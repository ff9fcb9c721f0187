#!/usr/bin/env node
// Plain JavaScript on purpose: it must start on any Node, so that an old one is exchanged for the pinned one (npm
// package "node") instead of failing on TypeScript syntax.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const oldestNode = 24;
const program = new URL('./program.ts', import.meta.url);
const pinnedNode = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= oldestNode) {
  // Stripping types from a few hundred files is half of the start: what was stripped once is kept.
  module.enableCompileCache();
  const { run } = await import(program.href);
  await run(process.argv);
} else if (existsSync(pinnedNode)) {
  const child = spawn(pinnedNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  // A terminal sends Ctrl-C to both; SIGTERM reaches only this process and has to be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
} else {
  console.error(
    `tahan needs Node ${oldestNode} or newer and this is ${process.versions.node}; run "npm ci" first, which brings the right one`,
  );
  process.exit(1);
}

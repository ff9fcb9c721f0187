import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const packages = ['node-red@5.0.7', 'node-red-contrib-influxdb@0.7.0'];

/** Folder with Node-RED and its InfluxDB nodes, installed there the first time; not a dependency of this project. */
export function installNodeRed(): string {
  const dir = join(tmpdir(), 'tahan-bench-peers');
  if (existsSync(join(dir, 'node_modules/node-red/red.js'))) return dir;
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{ "private": true }\n');
  console.error(`end-to-end: installing ${packages.join(' and ')} into ${dir}`);
  execFileSync(
    'npm',
    ['install', '--save-exact', '--no-audit', '--no-fund', '--ignore-scripts', ...packages],
    {
      cwd: dir,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` },
    },
  );
  return dir;
}

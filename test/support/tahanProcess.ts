import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { here, type Place } from './testNetwork.ts';

const root = resolve(import.meta.dirname, '../..');
const program = resolve(root, 'cli/tahan.mjs');

export interface TahanProcess {
  readonly httpUrl: string;
  readonly mqttUrl: string;
  readonly pid: number;
  /** Milliseconds from spawn until `/readyz` answered 200. */
  readonly readyMs: number;
  /** What it printed on stderr so far. */
  stderr(): string;
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

interface Start {
  readonly dataDir: string;
  readonly httpPort?: number;
  readonly mqttPort?: number;
  /** A script instead of the product's own entry: used to show that a test can fail. */
  readonly entry?: string;
  readonly args?: readonly string[];
  readonly place?: Place;
  /** More settings, by the names of their variables. */
  readonly env?: Readonly<Record<string, string>>;
}

export function tahanEnv({ dataDir, httpPort = 0, mqttPort = 0, env = {}, place }: Start): NodeJS.ProcessEnv {
  return {
    ...process.env,
    TAHAN_DATA_DIR: dataDir,
    TAHAN_HTTP_PORT: String(httpPort),
    TAHAN_MQTT_PORT: String(mqttPort),
    ...(place ? { TAHAN_HTTP_HOST: place.host } : {}),
    TAHAN_LOG_LEVEL: 'warn',
    ...env,
  };
}

/** Starts `tahan serve` as its user would and resolves when it says it is ready. */
export async function startTahanProcess(start: Start): Promise<TahanProcess> {
  const began = performance.now();
  const { place = here } = start;
  const args = [start.entry ?? program, ...(start.args ?? ['serve'])];
  const child = spawn(...place.command(process.execPath, args), {
    cwd: root,
    env: tahanEnv(start),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  const { httpUrl, mqttUrl } = await addressesPrinted(child, () => stderr);
  await untilReady(httpUrl, child, () => stderr);
  return {
    httpUrl,
    mqttUrl,
    pid: child.pid!,
    readyMs: performance.now() - began,
    stderr: () => stderr,
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit');
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

function addressesPrinted(child: ChildProcess, stderr: () => string) {
  return new Promise<{ httpUrl: string; mqttUrl: string }>((resolvePrinted, reject) => {
    let stdout = '';
    child.stdout!.on('data', chunk => {
      stdout += chunk;
      const httpUrl = /http:\/\/\S+:\d+/.exec(stdout)?.[0];
      const mqttUrl = /mqtt:\/\/\S+:\d+/.exec(stdout)?.[0];
      if (httpUrl && mqttUrl) resolvePrinted({ httpUrl, mqttUrl });
    });
    child.once('exit', code =>
      reject(new Error(`tahan ended with ${code} before it was ready: ${stderr()}`)),
    );
  });
}

const readyPatienceMs = 90_000;

async function untilReady(httpUrl: string, child: ChildProcess, stderr: () => string): Promise<void> {
  const began = performance.now();
  for (;;) {
    if (performance.now() - began > readyPatienceMs) {
      child.kill('SIGKILL');
      throw new Error(`tahan was not ready within ${readyPatienceMs} ms: ${stderr()}`);
    }
    if (child.exitCode !== null) throw new Error(`tahan ended with ${child.exitCode}: ${stderr()}`);
    const answer = await fetch(`${httpUrl}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await new Promise(again => setTimeout(again, 20));
  }
}

/** Runs one `tahan` command to its end, as a script would. */
export function runTahan(dataDir: string, ...args: string[]) {
  return runTahanWith(tahanEnv({ dataDir }), ...args);
}

/** As `runTahan`, with an environment of one's own. */
export async function runTahanWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...args], {
      cwd: root,
      env,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** `tahan … --json`, parsed; fails the test with stderr when the command failed. */
export async function runTahanJson<T>(dataDir: string, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await runTahan(dataDir, ...args, '--json');
  if (code !== 0) throw new Error(`tahan ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiClient } from '../support/apiClient.ts';
import { runTahanWith, startTahanProcess, type TahanProcess, tahanEnv } from '../support/tahanProcess.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** A Tahan to be put under a fault: started for it, or one that runs somewhere. */
export interface FaultTarget {
  readonly httpUrl: string;
  readonly mqttUrl: string;
  readonly token: string;
  readonly api: ReturnType<typeof apiClient>;
  /** New nodes; their ids are told apart from those of earlier runs. */
  addNodes(prefix: string, count: number): Promise<Login[]>;
  /** MiB of memory of the process, NaN when it cannot be seen from here. */
  rssMiB(): number;
  close(): Promise<void>;
}

/** One that the fault may kill and start again. */
export interface OwnTarget extends FaultTarget {
  readonly dataDir: string;
  pid(): number;
  exited(): boolean;
  stderr(): string;
  /** Ends it; resolves with the exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /**
   * Starts it again on the same folder and ports, with these settings on top if given; resolves with the milliseconds
   * until ready.
   */
  startAgain(env?: Readonly<Record<string, string>>): Promise<number>;
}

const { env } = process;

/**
 * The Tahan whose addresses stand in TAHAN_FAULT_HTTP_URL, TAHAN_FAULT_MQTT_URL and TAHAN_FAULT_TOKEN (an owner's), or
 * else one started for this run.
 */
export async function openTarget(): Promise<FaultTarget> {
  const { TAHAN_FAULT_HTTP_URL: httpUrl, TAHAN_FAULT_MQTT_URL: mqttUrl, TAHAN_FAULT_TOKEN: token } = env;
  if (!httpUrl && !mqttUrl && !token) return startTarget();
  if (!httpUrl || !mqttUrl || !token)
    throw new Error('TAHAN_FAULT_HTTP_URL, TAHAN_FAULT_MQTT_URL and TAHAN_FAULT_TOKEN belong together');
  for (const url of [httpUrl, mqttUrl]) refuseForeign(url);
  const api = apiClient(httpUrl, token);
  return {
    httpUrl,
    mqttUrl,
    token,
    api,
    addNodes: givenNodes(api),
    rssMiB: () => (env.TAHAN_FAULT_PID ? rssMiBOf(Number(env.TAHAN_FAULT_PID)) : Number.NaN),
    close: async () => undefined,
  };
}

/** Floods and broken packets at somebody else's machine would be an attack: it takes a word to mean it. */
function refuseForeign(url: string): void {
  const host = new URL(url).hostname;
  const isHere = host === 'localhost' || host === '[::1]' || /^127\./.test(host);
  if (!isHere && env.TAHAN_FAULT_REMOTE !== 'this-machine-is-mine')
    throw new Error(`${url} is not this machine; set TAHAN_FAULT_REMOTE=this-machine-is-mine to mean it`);
}

/** Credentials of nodes that are there already (TAHAN_FAULT_NODES, a JSON array), or new nodes. */
function givenNodes(api: FaultTarget['api']): FaultTarget['addNodes'] {
  if (!env.TAHAN_FAULT_NODES) return newNodes(api);
  const left = JSON.parse(env.TAHAN_FAULT_NODES) as Login[];
  return async (_prefix, count) => {
    if (left.length < count) throw new Error(`TAHAN_FAULT_NODES has ${left.length} left of ${count} needed`);
    return left.splice(0, count);
  };
}

function newNodes(api: FaultTarget['api']): FaultTarget['addNodes'] {
  const run = Date.now().toString(36);
  return async (prefix, count) => {
    const logins: Login[] = [];
    const add = async (n: number) => {
      const { status, body } = await api.post('/nodes', {
        nodeId: `${prefix}-${run}-${n}`,
        reportEveryS: 60,
      });
      if (status !== 201) throw new Error(`POST /nodes answered ${status}: ${JSON.stringify(body)}`);
      logins[n] = body.mqtt;
    };
    for (let n = 0; n < count; n += 20)
      await Promise.all(Array.from({ length: Math.min(20, count - n) }, (_, i) => add(n + i)));
    return logins;
  };
}

export interface StartTarget {
  /** A folder made ready by the caller, who also removes it. */
  readonly dataDir?: string;
  /** A program instead of the product's own: to show that a fault can be noticed. */
  readonly entry?: string;
  readonly logLevel?: string;
  /** More settings, by the names of their variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A Tahan for this run alone, on free ports of 127.0.0.1. */
export async function startTarget(options: StartTarget = {}): Promise<OwnTarget> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'tahan-fault-'));
  const entry = options.entry ?? env.TAHAN_FAULT_ENTRY;
  const program = { ...(entry ? { entry, args: [] } : {}), env: options.env ?? {} };
  const added = await runTahanWith(
    tahanEnv({ dataDir, env: program.env }),
    ...['token', 'add', '--role', 'owner', '--json'],
  );
  if (added.code !== 0) throw new Error(`tahan token add ended with ${added.code}: ${added.stderr}`);
  const { token } = JSON.parse(added.stdout) as { token: string };
  let running: TahanProcess = await startTahanProcess({ dataDir, ...program });
  let ended = false;
  const { httpUrl, mqttUrl } = running;
  const ports = { httpPort: Number(new URL(httpUrl).port), mqttPort: Number(new URL(mqttUrl).port) };
  const api = apiClient(httpUrl, token);
  return {
    httpUrl,
    mqttUrl,
    token,
    api,
    dataDir,
    addNodes: newNodes(api),
    rssMiB: () => rssMiBOf(running.pid),
    pid: () => running.pid,
    exited: () => !isThere(running.pid),
    stderr: () => running.stderr(),
    async end(signal) {
      ended = true;
      return running.kill(signal);
    },
    async startAgain(env = {}) {
      running = await startTahanProcess({ dataDir, ...ports, ...program, env: { ...program.env, ...env } });
      ended = false;
      return running.readyMs;
    },
    async close() {
      if (!ended) await running.kill('SIGTERM');
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Memory of a process in MiB. */
function rssMiBOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export interface Readiness {
  readonly status: number;
  readonly checks: Readonly<Record<string, string>>;
}

export async function readiness(httpUrl: string): Promise<Readiness> {
  try {
    const answer = await fetch(`${httpUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
    const body = (await answer.json()) as { checks: Record<string, string> };
    return { status: answer.status, checks: body.checks };
  } catch {
    return { status: 0, checks: {} };
  }
}

/** Milliseconds until /readyz answers this status, Infinity when it does not in time. */
export async function untilReadiness(httpUrl: string, status: number, patienceMs: number): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < patienceMs) {
    if ((await readiness(httpUrl)).status === status) return performance.now() - began;
    await sleep(100);
  }
  return Number.POSITIVE_INFINITY;
}

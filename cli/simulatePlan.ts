import { readFileSync } from 'node:fs';
import type { FleetOptions } from '../firmware-sim/fleet.ts';
import type { Scenario } from '../firmware-sim/scenario.ts';
import { scenarioCatalogue } from '../firmware-sim/scenarios/catalogue.ts';
import { nodeIdSchema } from '../models/contracts/ids.ts';

/** Options of `tahan simulate` as typed. */
export interface SimulateOptions {
  readonly url: string;
  /** With a scenario file: where its API is, and a token of an owner. */
  readonly server?: string;
  readonly token?: string;
  readonly credentials?: string;
  readonly username?: string;
  readonly password?: string;
  readonly anonymous?: true;
  readonly nodes?: string;
  readonly rate?: string;
  readonly speed?: string;
  readonly history?: string;
  readonly scenario?: readonly string[];
  readonly seed: string;
  readonly duration?: string;
  readonly data?: string;
  readonly fsync?: true;
  readonly json?: true;
}

/** Something typed that cannot be meant; its name makes the command exit with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface SimulationPlan {
  readonly fleet: Omit<FleetOptions, 'clock' | 'outboxDir' | 'onEvent'>;
  readonly durationMs: number | undefined;
}

const hourMs = 3_600_000;

/** With --speed alone the simulated world begins a day ago. */
const speedHistoryH = 24;

/**
 * What the options ask for.
 *
 * @throws {UsageError} naming the option, what was given and what is allowed
 */
export function planSimulation(options: SimulateOptions, now: number): SimulationPlan {
  refuseOtherProtocols(options.url);
  const { nodeIds, credentials } = whoConnects(options);
  const speed = number('--speed', options.speed, 0.01, 100_000) ?? 1;
  const historyH = number('--history', options.history, 0, 24 * 366) ?? (speed > 1 ? speedHistoryH : 0);
  const rate = number('--rate', options.rate, 0.001, 100_000);
  const beginAt = Math.round(now - historyH * hourMs);
  const durationS = number('--duration', options.duration, 0.1, 2_000_000);
  return {
    durationMs: durationS === undefined ? undefined : durationS * 1000,
    fleet: {
      brokerUrl: options.url,
      credentials,
      seed: number('--seed', options.seed, 0, 2 ** 32 - 1) ?? 1,
      scenarios: scenariosFor(nodeIds, options, rate, beginAt),
      fsync: options.fsync === true,
      ...(speed === 1 ? {} : { speed, startAt: beginAt }),
      ...(speed === 1 && historyH > 0 ? { historyFrom: beginAt } : {}),
    },
  };
}

function scenariosFor(
  nodeIds: readonly string[],
  options: SimulateOptions,
  rate: number | undefined,
  beginAt: number,
): Scenario[] {
  const all = Object.keys(scenarioCatalogue);
  const names = options.scenario ?? (rate === undefined ? all : ['shop-fridge']);
  const unknown = names.find(name => !Object.hasOwn(scenarioCatalogue, name));
  if (unknown !== undefined)
    throw new UsageError(`--scenario must be one of ${all.join(', ')}, got "${unknown}"`);
  return nodeIds.map((nodeId, i) => {
    const name = names[i % names.length]!;
    // Spread over the interval, so that nodes do not all speak at once.
    const everyS = rate === undefined ? 60 : Math.max(0.001, nodeIds.length / rate);
    const startAt = Math.round(beginAt + (everyS * 1000 * i) / nodeIds.length);
    const scenario = scenarioCatalogue[name]!({ nodeId, name: nodeId, placeId: 'simulated', startAt });
    if (rate === undefined) return scenario;
    if (scenario.source.kind === 'replay')
      throw new UsageError(`--rate cannot change ${name}: its readings were measured every 10 min`);
    return { ...scenario, sampleEveryS: everyS, reportEveryS: everyS };
  });
}

function whoConnects(options: SimulateOptions): {
  nodeIds: readonly string[];
  credentials: FleetOptions['credentials'];
} {
  const wanted = wholeNumber('--nodes', options.nodes, 1, 100_000);
  if (options.credentials !== undefined) {
    const known = readCredentials(options.credentials);
    const nodeIds = [...known.keys()].slice(0, wanted);
    if (nodeIds.length === 0 || (wanted ?? 0) > nodeIds.length)
      throw new UsageError(
        `${options.credentials} has the passwords of ${known.size} nodes; make more with "tahan node add <nodeId> --json"`,
      );
    return { nodeIds, credentials: known };
  }
  const { username, password } = options;
  if (username !== undefined || password !== undefined) {
    if (username === undefined || password === undefined)
      throw new UsageError('--username and --password must be given together');
    return { nodeIds: numbered(username, wanted ?? 1), credentials: { username, password } };
  }
  if (options.anonymous === true) return { nodeIds: numbered('sim', wanted ?? 1), credentials: null };
  throw new UsageError(
    'nodes need a password: make them with "tahan node add sim-1 --json >> nodes.json" and give --credentials nodes.json (or --username and --password, or --anonymous for a broker that lets everybody in)',
  );
}

function numbered(base: string, count: number): string[] {
  const ids = count === 1 ? [base] : Array.from({ length: count }, (_, i) => `${base}-${i + 1}`);
  const bad = ids.find(id => !nodeIdSchema.safeParse(id).success);
  if (bad !== undefined)
    throw new UsageError(
      `--username must be a node id (1 to 64 letters, digits, ".", "_", ":", "~" or "-"), got "${bad}"`,
    );
  return ids;
}

/** One object, a list, or one object a line, as `tahan node add --json` prints them; or a map of passwords. */
export function readCredentials(file: string): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--credentials cannot be read: ${(error as Error).message}`);
  }
  const found = new Map<string, string>();
  for (const value of parseJsonOrLines(file, text)) collect(value, found, file);
  return found;
}

function parseJsonOrLines(file: string, text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    // Not one document: one on each line, or nothing we can use.
  }
  try {
    return text
      .split('\n')
      .filter(line => line.trim() !== '')
      .map(line => JSON.parse(line) as unknown);
  } catch (error) {
    throw new UsageError(`${file} must hold JSON: ${(error as Error).message}`);
  }
}

function collect(value: unknown, into: Map<string, string>, file: string): void {
  const node = value as { nodeId?: unknown; mqtt?: { password?: unknown } } | null;
  if (typeof node?.nodeId === 'string' && typeof node.mqtt?.password === 'string') {
    into.set(node.nodeId, node.mqtt.password);
    return;
  }
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0 || entries.some(([, password]) => typeof password !== 'string'))
    throw new UsageError(`${file} must hold {"nodeId", "mqtt": {"password"}} or {"<nodeId>": "<password>"}`);
  for (const [nodeId, password] of entries) into.set(nodeId, password as string);
}

function refuseOtherProtocols(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (!['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(protocol))
    throw new UsageError(`--url must begin with mqtt://, mqtts://, ws:// or wss://, got "${url}"`);
}

function number(option: string, given: string | undefined, min: number, max: number): number | undefined {
  if (given === undefined) return undefined;
  const value = given.trim() === '' ? Number.NaN : Number(given);
  if (!(value >= min && value <= max))
    throw new UsageError(`${option} must be a number from ${min} to ${max}, got "${given}"`);
  return value;
}

function wholeNumber(
  option: string,
  given: string | undefined,
  min: number,
  max: number,
): number | undefined {
  const value = number(option, given, min, max);
  if (value !== undefined && !Number.isInteger(value))
    throw new UsageError(`${option} must be a whole number, got "${given}"`);
  return value;
}

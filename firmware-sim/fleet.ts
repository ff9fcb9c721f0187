import { join } from 'node:path';
import type { Clock } from '../models/contracts/intake.ts';
import { openFileOutbox } from './fileOutbox.ts';
import { createMemoryOutbox, type Outbox } from './outbox.ts';
import { createReadingSource, type Sample } from './readingSource.ts';
import type { Scenario } from './scenario.ts';
import { createRandom, hash32 } from './seededRandom.ts';
import { createSensorNode, type SensorNode } from './sensorNode.ts';
import { createSimulationTime, type SimulationTime } from './simulationTime.ts';
import { createUplink, type Login, type UplinkEvent, type UplinkTiming } from './uplink.ts';

export interface FleetOptions {
  readonly scenarios: readonly Scenario[];
  readonly brokerUrl: string;
  /** Secret of every node by node id; or one login for all, or `null` for a broker that lets everybody in. */
  readonly credentials: ReadonlyMap<string, string> | Login | null;
  readonly clock: Clock;
  /** The time the nodes live in; made from `clock`, `speed` and `startAt` when left out. */
  readonly time?: SimulationTime;
  readonly seed?: number;
  readonly speed?: number;
  readonly startAt?: number;
  /** `real`: readings carry the real time at which they were taken, whatever the simulated time is. */
  readonly stamp?: 'simulated' | 'real';
  /** Where the outboxes live; without it they live in memory. */
  readonly outboxDir?: string;
  readonly fsync?: boolean;
  /** Readings from here on (by default from `startAt` on) exist at once and are sent as a backlog. */
  readonly historyFrom?: number;
  readonly timing?: Partial<UplinkTiming>;
  readonly log?: FleetLog;
  readonly onEvent?: (nodeId: string, event: UplinkEvent) => void;
}

/** The part of a pino logger that is used. */
export interface FleetLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface FleetStats {
  readonly nodes: number;
  readonly connected: number;
  /** Readings taken since the start, their number acknowledged, and those still in an outbox. */
  readonly sampled: number;
  readonly acknowledged: number;
  readonly waiting: number;
  /** Readings lost to a full outbox. */
  readonly dropped: number;
  readonly publishes: number;
  readonly connects: number;
  readonly problems: number;
  /** Milliseconds from publish to PUBACK, of the last 1,000 publishes. `null` before the first. */
  readonly acknowledgeMs: { readonly median: number; readonly p99: number } | null;
}

export interface Fleet {
  /** Builds the backlog node by node and starts every node; resolves when all have started. */
  start(): Promise<void>;
  /**
   * No more samples; the nodes that have a connection send what they hold (for at most `drainWithinMs`, 2 s unless
   * told) and every node says goodbye. What was not acknowledged stays in its outbox.
   */
  stop(options?: { readonly drainWithinMs?: number }): Promise<void>;
  stats(): FleetStats;
}

/**
 * Simulated nodes against any MQTT broker.
 *
 * @throws RangeError when two scenarios share a node id or a node has no secret
 */
export function createFleet(options: FleetOptions): Fleet {
  const { scenarios, clock, seed = 1, log } = options;
  refuseDoubles(scenarios);
  const time =
    options.time ??
    createSimulationTime({
      clock,
      ...(options.speed === undefined ? {} : { speed: options.speed }),
      ...(options.startAt === undefined ? {} : { startAt: options.startAt }),
    });
  const tally = createTally();
  const logins = new Map(scenarios.map(s => [s.nodeId, loginOf(options.credentials, s.nodeId)]));
  const nodes: { readonly node: SensorNode; readonly outbox: Outbox }[] = [];
  let stopping = false;

  let onProgress = (): void => {};
  const drained = (withinMs: number): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, withinMs);
      onProgress = () => {
        if (nodes.some(({ node, outbox }) => node.connected && outbox.depth > 0)) return;
        clearTimeout(timer);
        resolve();
      };
      onProgress();
    });

  const addNode = (scenario: Scenario): SensorNode => {
    const { nodeId } = scenario;
    const outbox = openOutbox(options, nodeId);
    const node = createSensorNode({
      scenario,
      source: createReadingSource(scenario, seed),
      time,
      outbox,
      historyFrom: options.historyFrom ?? options.startAt ?? null,
      ...(options.stamp === 'real' ? { restamp: realStamp(clock) } : {}),
      connect: onEvent =>
        createUplink({
          brokerUrl: options.brokerUrl,
          nodeId,
          login: logins.get(nodeId) ?? null,
          outbox,
          clock,
          random: createRandom(hash32(seed, nodeId, 'retry')),
          onEvent,
          ...(options.timing === undefined ? {} : { timing: options.timing }),
        }),
      onEvent: event => {
        tally.count(event);
        if (event.kind === 'problem') log?.warn({ nodeId, problem: event.problem }, event.problem.message);
        else if (event.kind === 'command')
          log?.info({ nodeId, command: event.payload.toString('utf8') }, 'told by the server');
        options.onEvent?.(nodeId, event);
        onProgress();
      },
    });
    nodes.push({ node, outbox });
    return node;
  };

  return {
    async start() {
      for (const scenario of scenarios) {
        if (stopping) return;
        addNode(scenario).start();
        // A week of backlog takes a moment: let the connections of the earlier nodes live meanwhile.
        await new Promise(resolve => setImmediate(resolve));
      }
      log?.info({ nodes: nodes.length, brokerUrl: options.brokerUrl }, 'simulated fleet started');
    },
    async stop({ drainWithinMs = 2000 } = {}) {
      stopping = true;
      for (const { node } of nodes) node.halt();
      await drained(drainWithinMs);
      await Promise.all(nodes.map(({ node }) => node.stop()));
    },
    stats: () => ({
      nodes: scenarios.length,
      connected: nodes.filter(({ node }) => node.connected).length,
      sampled: nodes.reduce((sum, { node }) => sum + node.sampled, 0),
      waiting: nodes.reduce((sum, { outbox }) => sum + outbox.depth, 0),
      dropped: nodes.reduce((sum, { outbox }) => sum + outbox.dropped, 0),
      ...tally.totals(),
    }),
  };
}

function refuseDoubles(scenarios: readonly Scenario[]): void {
  const seen = new Set<string>();
  for (const { nodeId } of scenarios) {
    if (seen.has(nodeId))
      throw new RangeError(`nodeId must be different for every node, got ${nodeId} twice`);
    seen.add(nodeId);
  }
}

function loginOf(credentials: FleetOptions['credentials'], nodeId: string): Login | null {
  if (credentials === null) return null;
  if ('username' in credentials) return credentials;
  const password = credentials.get(nodeId);
  if (password === undefined) throw new RangeError(`credentials must have the password of node ${nodeId}`);
  return { username: nodeId, password };
}

function openOutbox(options: FleetOptions, nodeId: string): Outbox {
  if (options.outboxDir === undefined) return createMemoryOutbox();
  // A node id may hold ":" and "~", which not every file system likes.
  const name = encodeURIComponent(nodeId).replaceAll('~', '%7E');
  return openFileOutbox({ path: join(options.outboxDir, `${name}.outbox`), fsync: options.fsync ?? false });
}

/** Dates samples by the real clock, each at least 1 ms after the one before: (node, probe, measuredAt) is the key. */
function realStamp(clock: Clock): (sample: Sample) => Sample {
  let last = Number.NEGATIVE_INFINITY;
  return sample => {
    last = Math.max(last + 1, clock.now());
    const reading = { ...JSON.parse(sample.text), measuredAt: new Date(last).toISOString() };
    return { sampledAt: sample.sampledAt, text: JSON.stringify(reading) };
  };
}

function createTally() {
  let acknowledged = 0;
  let publishes = 0;
  let connects = 0;
  let problems = 0;
  const latencies: number[] = [];
  return {
    count(event: UplinkEvent): void {
      if (event.kind === 'connected') connects++;
      else if (event.kind === 'problem') problems++;
      else if (event.kind === 'acknowledged') {
        acknowledged += event.entries.length;
        latencies[publishes++ % 1000] = event.afterMs;
      }
    },
    totals() {
      const sorted = latencies.toSorted((a, b) => a - b);
      const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
      const acknowledgeMs = sorted.length === 0 ? null : { median: at(0.5), p99: at(0.99) };
      return { acknowledged, publishes, connects, problems, acknowledgeMs };
    },
  };
}

import { diskOfYear, type Fleet, figureAgeS, type Load, loadOf, type Work, workOf } from './load.ts';
import type { Costs } from './measuredCosts.ts';
import { broker, type InfluxSize, influxSizes, postgres } from './published.ts';

/** How much of a thread may be busy in the long run: the rest is for backlogs, garbage and who asks at once. */
export const busyShare = 0.6;
/** Of a machine with so much memory half is left to the system, the cache of the disk and what peaks. */
export const machineRamBytes = 16e9;
export const ramShare = 0.5;
/** After the server that decides alerts has died, another has looked at every batch once within this. */
export const takeOverMin = 10;
/** Whoever looks sees a new figure at least so often. */
export const mostFigureAgeS = 120;
/** How much more than needed a broker and InfluxDB must be said to hold. */
export const foreignMargin = 1.5;
/** Field values that InfluxDB gets for a reading with everything: four that it says, three about it. */
export const fieldsPerReading = 7;
/** What a server has stored waits so long for company before the others are told. */
const lingerS = 0.05;
/** PostgreSQL takes notices of less than 8,000 bytes. */
const noticeBytes = 7_800;
/** Beyond this a fleet is parted: one holder decides all its alerts. */
const mostServers = 4;

/** What a part does in relation to what it may do: above 1 it is too small. */
export interface Cap {
  readonly part: string;
  readonly share: number;
}

export interface OneMachine {
  readonly work: Work;
  /** Of the one thread that does everything. */
  readonly busy: number;
  readonly ramBytes: number;
  /** Until every batch has been looked at for alerts once after a start. */
  readonly firstLookMin: number;
  readonly diskBytes: number;
  /** The fullest first. */
  readonly caps: readonly Cap[];
}

/** The whole product in one process with the embedded store and its own gateway. */
export function oneMachineOf(fleet: Fleet, costs: Costs): OneMachine {
  const load = loadOf(fleet, costs);
  const work = workOf(fleet, load, costs, 'embedded');
  const busy = sum(work);
  const ramBytes = ramOf(load, fleet.nodes, costs);
  return {
    ...{ work, busy, ramBytes, firstLookMin: firstLookMin(load, busy, costs) },
    diskBytes: diskOfYear(load, fleet, costs).embedded,
    caps: fullestFirst([
      { part: 'its one busy thread', share: busy / busyShare },
      { part: 'memory', share: ramBytes / (machineRamBytes * ramShare) },
      { part: 'new figures for who looks', share: figureAgeS(load, costs) / mostFigureAgeS },
      { part: 'first look at alerts after a start', share: firstLookMin(load, busy, costs) / takeOverMin },
    ]),
  };
}

export interface ManyServers {
  /** Fleets beside each other that know nothing of each other, each for its own firms. */
  readonly fleets: number;
  readonly serversEach: number;
  /** Of the busiest server: the one that also decides alerts. */
  readonly busy: number;
  readonly ramBytesEach: number;
  readonly firstLookMin: number;
  readonly brokers: { readonly count: number; readonly vcpu: number; readonly ramGB: number };
  readonly influx: InfluxSize | null;
  readonly fieldsPerS: number;
  readonly influxDiskBytes: number;
  readonly noticesPerS: number;
  readonly load: Load;
  /** Of one fleet, the fullest first. */
  readonly caps: readonly Cap[];
}

/**
 * Several servers on one broker, one PostgreSQL and one InfluxDB; parted into fleets where one would be too much.
 * What servers share is what readings they take and who looks at them; each takes every reading into the lives it
 * holds, and one of them decides all alerts.
 */
export function manyServersOf(fleet: Fleet, costs: Costs): ManyServers {
  const serversIn = (fleets: number): number | null => {
    const part = partOf(fleet, fleets);
    return influxFor(part, costs) === null ? null : serversFor(part, costs);
  };
  let fewest = 1;
  while (serversIn(fewest) === null) fewest += Math.ceil(fewest / 50);
  // More fleets may do with fewer servers in all; of equals the fewest fleets.
  let best = { fleets: fewest, servers: serversIn(fewest)! };
  for (let fleets = fewest; fleets <= 2 * fewest; fleets += Math.ceil(fewest / 50)) {
    const servers = serversIn(fleets);
    if (servers !== null && fleets * servers < best.fleets * best.servers) best = { fleets, servers };
  }
  return described(fleet, best.fleets, partOf(fleet, best.fleets), best.servers, costs);
}

const partOf = (fleet: Fleet, fleets: number): Fleet => ({
  ...fleet,
  nodes: Math.ceil(fleet.nodes / fleets),
});

function serversFor(fleet: Fleet, costs: Costs): number | null {
  // Two, so that one may die.
  for (let servers = 2; servers <= mostServers; servers++)
    if (serverCapsOf(fleet, servers, costs).every(({ share }) => share <= 1)) return servers;
  return null;
}

/** Of the busiest server, which also decides alerts, while another is away. */
function serverCapsOf(fleet: Fleet, servers: number, costs: Costs): Cap[] {
  const load = loadOf(fleet, costs);
  const busy = busyOf(fleet, servers, costs);
  return [
    { part: 'the thread of the server that decides alerts', share: busy / busyShare },
    { part: 'memory of a server', share: ramOf(load, 0, costs) / (machineRamBytes * ramShare) },
    { part: 'new figures for who looks', share: figureAgeS(load, costs, servers - 1) / mostFigureAgeS },
    { part: 'first look after a take-over', share: firstLookMin(load, busy, costs) / takeOverMin },
  ];
}

function busyOf(fleet: Fleet, servers: number, costs: Costs): number {
  const load = loadOf(fleet, costs);
  // One may be away: the others have its share too.
  const there = servers - 1;
  const work = workOf(fleet, load, costs, 'influxdb', there);
  const telling = (load.readingsPerS * costs.tellUs.value) / 1e6;
  const shared = (work.intake + work.storing + work.estimates + work.dashboards + telling) / there;
  const everywhere = work.lives + (load.readingsPerS * costs.toldUs.value) / 1e6;
  return shared + everywhere + work.alerts + work.sweeps;
}

function influxFor(fleet: Fleet, costs: Costs): InfluxSize | null {
  const fieldsPerS = loadOf(fleet, costs).readingsPerS * fieldsPerReading * foreignMargin;
  return influxSizes.find(size => size.writesPerS >= fieldsPerS && size.series >= fleet.nodes) ?? null;
}

function described(fleet: Fleet, fleets: number, part: Fleet, servers: number, costs: Costs): ManyServers {
  const load = loadOf(part, costs);
  const influx = influxFor(part, costs);
  const fieldsPerS = load.readingsPerS * fieldsPerReading;
  const noticesPerS = noticesOf(load, servers, costs);
  const busy = busyOf(part, servers, costs);
  return {
    ...{ fleets, serversEach: servers, busy, influx, fieldsPerS, noticesPerS, load: loadOf(fleet, costs) },
    ramBytesEach: ramOf(load, 0, costs),
    firstLookMin: firstLookMin(load, busy, costs),
    brokers: brokersFor(part, load),
    influxDiskBytes: diskOfYear(load, part, costs).influxCopy * (influx?.copies ?? 1),
    caps: fullestFirst([
      ...serverCapsOf(part, servers, costs),
      { part: 'notices of PostgreSQL', share: noticesPerS / postgres.notifiesPerS.value },
      { part: 'writes of InfluxDB', share: (fieldsPerS * foreignMargin) / (influx?.writesPerS ?? 1) },
    ]),
  };
}

/** At least one for each reading, or for each wait for company of each server; more where they do not fit into one. */
function noticesOf({ readingsPerS }: Load, servers: number, costs: Costs): number {
  const byTime = Math.min(readingsPerS, servers / lingerS);
  return Math.max(byTime, (readingsPerS * costs.toldBytes.value) / noticeBytes);
}

/** Three at least, of 4 vCPU and 8 GB each: two carry everything when one is away. */
function brokersFor(part: Fleet, load: Load) {
  const [vcpu, ramGB] = [4, 8];
  const forReadings = (load.readingsPerS * foreignMargin) / (broker.readingsPerSAndVcpu.value * vcpu);
  const forConnections = (part.nodes * broker.connectionBytes.value * foreignMargin) / (ramGB * 1e9);
  return { count: Math.max(3, Math.ceil(Math.max(forReadings, forConnections)) + 1), vcpu, ramGB };
}

/** With what a thread has left beside its usual work, which goes on. */
function firstLookMin(load: Load, busy: number, costs: Costs): number {
  const left = Math.max(0.01, 1 - busy);
  return (load.batches * costs.firstLookUs.value) / 1e6 / left / 60;
}

function ramOf(load: Load, connections: number, costs: Costs): number {
  return (
    costs.processBytes.value +
    load.batches * costs.batchBytes.value +
    connections * costs.nodeBytes.value +
    load.dashboards * costs.dashboardBytes.value
  );
}

const sum = (work: Work) => Object.values(work).reduce((all, each: number) => all + each, 0);

const fullestFirst = (caps: readonly Cap[]) => [...caps].sort((a, b) => b.share - a.share);

/** How many nodes one machine carries before the first of its parts is full, and which that is. */
export function mostNodesOnOneMachine(
  shape: Omit<Fleet, 'nodes'>,
  costs: Costs,
): { readonly nodes: number; readonly cap: Cap } {
  const fullestAt = (nodes: number) => oneMachineOf({ ...shape, nodes }, costs).caps[0]!;
  let [fits, tooMany] = [0, 1];
  while (fullestAt(tooMany).share <= 1) [fits, tooMany] = [tooMany, tooMany * 2];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (fullestAt(middle).share <= 1) fits = middle;
    else tooMany = middle;
  }
  return { nodes: fits, cap: fullestAt(tooMany) };
}

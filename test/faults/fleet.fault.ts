import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { readingTopic } from '../../models/contracts/topics.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { type FleetServer, type FleetWorld, loginsOf, openFleetWorld } from './fleetWorld.ts';
import { countInInflux } from './influxTarget.ts';
import { judgeSettled, type Settled } from './ledger.ts';
import { MovingDashboard } from './movingDashboard.ts';
import { chilledBatchOf, tellAtOnce, turnedWarm } from './watchedAlerts.ts';

const takeoverMs = 10_000;
/** A line that swallows everything has to be noticed first: by two pings without an answer. */
const cutOffMs = 25_000;
const warmReadings = { hours: 5, warmMin: 30 };

export interface FleetSizes {
  /** Servers killed at random; every other one loses its disk too. */
  readonly kills: number;
  /** How many of the lines are cut, of six; and how often each. */
  readonly lines: number;
  readonly cuts: number;
  readonly nodes: number;
  readonly perSecond: number;
  readonly dashboards: number;
}

/**
 * Three servers on one broker, one PostgreSQL and one InfluxDB under load. They are killed at random, with their disks
 * too, and the lines between the hosts are cut. What the broker has acknowledged is in the store once, another server
 * takes over within ten seconds, every alert is told once and screens find another server.
 */
export async function fleet(size: FleetSizes): Promise<FaultReport> {
  const figures = new Figures('three servers on one broker, PostgreSQL and InfluxDB, killed and cut off');
  const nodeIds = Array.from({ length: size.nodes }, (_, n) => `fl-${n}`);
  const lines = cutsOf.slice(0, size.lines);
  const faults = size.kills + size.cuts * lines.length;
  const warmIds = Array.from({ length: faults }, (_, n) => `warm-${n}`);
  const world = await openFleetWorld([...nodeIds, ...warmIds]);
  const dashboards: MovingDashboard[] = [];
  try {
    figures.note('networkNamespaces', world.whyNoNetwork ?? 'yes');
    if (world.whyNoNetwork) console.warn(`fleet: NO PARTITIONS ARE TRIED: ${world.whyNoNetwork}`);
    const urls = world.servers.map(({ httpUrl }) => httpUrl);
    for (let n = 0; n < size.dashboards; n++) dashboards.push(new MovingDashboard(urls, world.token, n));
    const trial = new Trial(world, dashboards, warmIds);
    await trial.start(nodeIds, size.perSecond);
    for (let n = 0; n < size.kills; n++) await trial.kill(n % 2 === 1);
    figures.note('kills', size.kills);
    const cuts = world.network ? Array.from({ length: size.cuts }, () => lines).flat() : [];
    for (const cut of cuts) await trial.cut(cut);
    figures.note('cuts', cuts.length);
    figures.note('linesNeverCut', cutsOf.filter(line => !cuts.includes(line)).join(', '));
    await trial.judge(figures);
    return figures.report();
  } finally {
    for (const dashboard of dashboards) dashboard.stop();
    await world.close();
  }
}

type Cut = (typeof cutsOf)[number];
const cutsOf = [
  'postgres',
  'broker',
  'influx',
  'to the broker only',
  'from the broker only',
  'nodes',
] as const;

class Trial {
  readonly #world: FleetWorld;
  readonly #dashboards: readonly MovingDashboard[];
  readonly #warmIds: string[];
  /** Batches that became too warm, each to be told of once. */
  readonly #warm: string[] = [];
  #warmReadings = 0;
  readonly #slowest = { takenOver: 0, told: 0, dashboard: 0, answer: 0, cutOff: 0, back: 0 };

  constructor(world: FleetWorld, dashboards: readonly MovingDashboard[], warmIds: readonly string[]) {
    this.#world = world;
    this.#dashboards = dashboards;
    this.#warmIds = [...warmIds];
  }

  async start(nodeIds: readonly string[], perSecond: number): Promise<void> {
    const { servers, loads, mosquitto, token } = this.#world;
    const [{ api }] = servers as [FleetServer];
    await tellAtOnce({ api });
    for (const nodeId of [...nodeIds, ...this.#warmIds]) {
      const { status } = await api.post('/nodes', { nodeId, reportEveryS: 60 });
      if (status !== 201) throw new Error(`POST /nodes answered ${status}`);
    }
    const logins = loginsOf(nodeIds);
    const { hostname } = new URL(mosquitto.serverUrl);
    const mqttUrl = `mqtt://${hostname}:${mosquitto.port}`;
    const perNodeMs = (1_000 * nodeIds.length) / perSecond;
    await Promise.all(
      loads.map((load, i) => {
        const part = logins.filter((_, n) => n % loads.length === i);
        return load({ ask: 'start', mqttUrl, logins: part, perNodeMs, token });
      }),
    );
    await sleep(3_000);
  }

  async kill(withDisk: boolean): Promise<void> {
    const { servers } = this.#world;
    await sleep(Math.random() * 1_500);
    const victim = servers[Math.floor(Math.random() * servers.length)]!;
    const others = servers.filter(one => one !== victim);
    const warm = await this.#nextWarm(others);
    await victim.kill(withDisk);
    const began = performance.now();
    const moved = this.#dashboardsFresh(began);
    const answered = this.#answered(others, warm.batchId);
    await this.#publish(warm.nodeId);
    const seen = await Promise.all(others.map(other => this.#shown(other, warm.nodeId, began)));
    this.#slowest.takenOver = Math.max(this.#slowest.takenOver, ...seen);
    this.#slowest.told = Math.max(this.#slowest.told, await this.#toldAfter(warm.batchId, began));
    this.#slowest.dashboard = Math.max(this.#slowest.dashboard, await moved);
    this.#slowest.answer = Math.max(this.#slowest.answer, await answered);
    if (process.env.TAHAN_FAULT_SAY)
      console.warn(`killed ${victim.name} ${withDisk ? 'with its disk' : ''}`, { ...this.#slowest });
    await victim.startAgain();
  }

  /** Cuts a line, sees what is shown meanwhile elsewhere, and mends it. */
  async cut(what: Cut): Promise<void> {
    const { servers, network } = this.#world;
    const victim = servers[Math.floor(Math.random() * servers.length)]!;
    const others = servers.filter(one => one !== victim);
    const warm = await this.#nextWarm(others);
    if (what === 'nodes') network!.unplug('n1');
    else if (what === 'postgres') network!.cut(victim.name, 'pg');
    else if (what === 'influx') network!.cut(victim.name, 'influx');
    else if (what === 'broker') network!.cut(victim.name, 'broker');
    else if (what === 'to the broker only') network!.cutOneWay(victim.name, 'broker');
    else network!.cutOneWay('broker', victim.name);
    const began = performance.now();
    // A line that is cut is used until somebody notices: what is sent meanwhile has to get through as well.
    await sleep(500);
    await this.#publish(warm.nodeId);
    // A server without InfluxDB shows its readings, and the others do once it has it again.
    if (what !== 'influx') {
      const seen = await Promise.all(others.map(other => this.#shown(other, warm.nodeId, began)));
      this.#slowest.cutOff = Math.max(this.#slowest.cutOff, ...seen);
    } else await sleep(12_000);
    network!.mend();
    const mended = performance.now();
    await Promise.all(servers.map(server => untilReady(server)));
    this.#slowest.back = Math.max(this.#slowest.back, performance.now() - mended);
    await this.#toldAfter(warm.batchId, began);
    if (process.env.TAHAN_FAULT_SAY) console.warn(`cut: ${what} of ${victim.name}`, { ...this.#slowest });
  }

  async judge(figures: Figures): Promise<void> {
    const { servers, loads, told, influxd } = this.#world;
    const finished = await Promise.all(loads.map(load => load({ ask: 'finish' })));
    figures.equal('neverAcknowledged', sumOf(finished.map(({ waiting = 0 }) => waiting)), 0);
    await Promise.all(servers.map(server => untilReady(server)));
    let least: Settled | undefined;
    for (const { httpUrl } of servers) {
      const settled = await this.#settle(httpUrl);
      if (settled.lost > 0) figures.note(`notShownBy${httpUrl}`, settled.lost);
      if (least === undefined || settled.lost > least.lost) least = settled;
    }
    const wanted = sumOf(finished.map(({ acknowledged }) => acknowledged));
    judgeSettled(figures, least!, wanted);
    figures.equal('inInflux', await countInInflux(influxd.url), wanted + this.#warmReadings);
    figures.within('takenOverMs', this.#slowest.takenOver, takeoverMs);
    figures.within('alertToldMs', this.#slowest.told, takeoverMs);
    figures.within('batchAnsweredMs', this.#slowest.answer, 1_000);
    figures.within('dashboardFreshMs', this.#slowest.dashboard, takeoverMs);
    figures.within('shownThoughCutOffMs', this.#slowest.cutOff, cutOffMs);
    figures.within('readyAfterMendingMs', this.#slowest.back, 30_000);
    await sleep(3_000);
    const keysOf = (batchId: string) =>
      told.filter(({ text }) => text.includes(`"${batchId}"`)).map(t => t.key);
    figures.note('alerts', this.#warm.length);
    figures.equal(
      'alertsToldOnce',
      this.#warm.filter(id => new Set(keysOf(id)).size === 1).length,
      this.#warm.length,
    );
    figures.equal('messagesSent', told.length, this.#warm.length);
    figures.note('dashboardMoves', sumOf(this.#dashboards.map(({ moves }) => moves)));
  }

  /** Everything acknowledged is shown, or a minute has gone. */
  async #settle(httpUrl: string): Promise<Settled> {
    const until = performance.now() + 60_000;
    for (;;) {
      const all = await Promise.all(this.#world.loads.map(load => load({ ask: 'settle', httpUrl })));
      const sum = (key: keyof Settled) => sumOf(all.map(({ settled }) => settled![key]));
      const settled = {
        ...{ acknowledged: sum('acknowledged'), lost: sum('lost'), duplicates: sum('duplicates') },
        ...{ wrong: sum('wrong'), invented: sum('invented') },
      };
      if (settled.lost === 0 || performance.now() > until) return settled;
      await sleep(500);
    }
  }

  async #nextWarm(others: readonly FleetServer[]) {
    const { api } = others[0]!;
    const nodeId = this.#warmIds.shift()!;
    const batchId = await chilledBatchOf({ api }, nodeId, Date.now() - 6 * 3_600_000);
    this.#warm.push(batchId);
    return { nodeId, batchId };
  }

  /** One publish a reading: each server of the share gets some, one that is gone too. */
  async #publish(nodeId: string): Promise<void> {
    const { mosquitto } = this.#world;
    const { hostname } = new URL(mosquitto.serverUrl);
    const [login] = loginsOf([nodeId]);
    const client = await connectAsync(`mqtt://${hostname}:${mosquitto.port}`, {
      ...login!,
      clientId: nodeId,
    });
    const readings = turnedWarm(Date.now(), warmReadings);
    this.#warmReadings += readings.length;
    for (const reading of readings)
      await client.publishAsync(readingTopic(nodeId), JSON.stringify(reading), { qos: 1 });
    await client.endAsync();
  }

  /** Milliseconds from then until a server shows every reading of a node; a minute when it does not. */
  async #shown({ api }: FleetServer, nodeId: string, began: number): Promise<number> {
    while (performance.now() - began < 60_000) {
      const { body } = await api.get(`/nodes/${nodeId}/readings?limit=1000`).catch(() => ({ body: null }));
      if (body?.readings?.length === warmReadings.hours * 6) break;
      await sleep(100);
    }
    return performance.now() - began;
  }

  async #toldAfter(batchId: string, began: number): Promise<number> {
    const { told } = this.#world;
    for (;;) {
      const message = told.find(({ text }) => text.includes(`"${batchId}"`));
      if (message !== undefined) return message.at - began;
      if (performance.now() - began > 60_000) return 60_000;
      await sleep(50);
    }
  }

  async #answered(others: readonly FleetServer[], batchId: string): Promise<number> {
    const began = performance.now();
    for (const { api } of others) {
      const { status } = await api.get(`/batches/${batchId}`);
      if (status !== 200) return Number.POSITIVE_INFINITY;
    }
    return (performance.now() - began) / others.length;
  }

  /** Milliseconds until every screen has got a reading that came after this. */
  async #dashboardsFresh(began: number): Promise<number> {
    // What was on its way when the server ended is not fresh.
    const from = began + 500;
    while (performance.now() - began < 60_000) {
      if (this.#dashboards.every(({ readingAt }) => readingAt > from)) break;
      await sleep(20);
    }
    return performance.now() - began;
  }
}

async function untilReady(server: FleetServer): Promise<void> {
  const until = performance.now() + 60_000;
  while (performance.now() < until && !(await server.isReady())) await sleep(100);
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

if (import.meta.main)
  await runAlone(() =>
    fleet(sizes({ kills: 10, lines: 6, cuts: 2, nodes: 60, perSecond: 300, dashboards: 12 })),
  );

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { AlertView } from '../../models/contracts/alert.ts';
import { runTahan } from '../support/tahanProcess.ts';
import { FaultNode } from './faultNode.ts';
import { type OwnTarget, startTarget } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';
import { judgeSettled, Ledger } from './ledger.ts';
import { liveEvents } from './liveEvents.ts';
import { alertOf, allAlerts, chilledBatchOf, impatience, turnedWarm } from './watchedAlerts.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How far the clock of the server is off, one after the other. */
const steps = [hourMs, 0, -hourMs, 0, dayMs, 0, -dayMs, 0];

const preload = pathToFileURL(join(import.meta.dirname, '..', 'support', 'steppedClockChild.ts')).href;

/**
 * F7: the clock of the server is set an hour and a day ahead and back while nodes with right clocks speak and somebody
 * watches. Nothing is lost or dated anew, an hour signs nobody out, the live stream goes on. Nobody is told of silence or
 * warmth that is not; goods that become too warm under a wrong clock are told once, with the true time, before it is
 * set again.
 */
export async function clockStep({ nodes, holdS }: { nodes: number; holdS: number }): Promise<FaultReport> {
  const figures = new Figures('F7 server clock set');
  const dir = mkdtempSync(join(tmpdir(), 'tahan-clock-'));
  const clock = steppableClock(join(dir, 'clock'));
  const target = await startTarget({ env: clock.env });
  const cookie = await signIn(target);
  const live = await liveEvents(target);
  const load = startLoad(target, await target.addNodes('step', nodes));
  const warm = await startWarm(target);
  try {
    await Promise.all(load.nodes.map(node => node.up()));
    await impatience(target);
    for (const { nodeId } of load.nodes) await chilledBatchOf(target, nodeId, Date.now() - hourMs);
    const outcomes: StepOutcome[] = [];
    for (const aheadMs of steps) {
      await clock.set(aheadMs, target.pid());
      const seenBefore = live.events.length;
      const becameWarm = await warm.next();
      await Promise.all([sleep(holdS * 1_000), becameWarm.told]);
      const [late] = await target.addNodes(`late-${aheadMs < 0 ? 'behind' : 'ahead'}-${outcomes.length}`, 1);
      outcomes.push({
        events: live.events.length - seenBefore,
        token: (await target.api.get('/nodes')).status,
        session: await statusOfMe(target, cookie),
        newNodeMs: await connectMs(target, late!),
      });
    }
    figures.equal('neverAcknowledged', await load.finish(), 0);
    figures.equal(
      'up all the time',
      !target.exited() && load.nodes.every(node => node.connections === 1),
      true,
    );
    judgeSettled(figures, await load.ledger.settle(target.api), steps.length * holdS * nodes * 0.8);
    judgeAlerts(figures, await allAlerts(target), warm.batches);
    figures.note('toldAfterEachS', warm.toldAfterS.map(s => s.toFixed(1)).join(' '));
    figures.within('toldAfterS', Math.max(...warm.toldAfterS), mostToldS);
    figures.equal('datedAnew', await datedAnew(target, load.nodes), 0);
    figures.within('pubackMsP99', percentile(load.ledger.latenciesMs, 0.99), 1_000);
    figures.within('newNodeMsMax', Math.max(...outcomes.map(({ newNodeMs }) => newNodeMs)), 1_000);
    figures.atLeast('liveEventsLeastPerStep', Math.min(...outcomes.map(({ events }) => events)), holdS);
    figures.equal('tokenRefused', outcomes.filter(({ token }) => token !== 200).length, 0);
    // Unused for longer than sessions may be, as far as a clock a day ahead can tell: then they are over, on the safe side.
    const byAnHour = outcomes.slice(0, steps.indexOf(dayMs));
    figures.equal('signedOutByAnHour', byAnHour.filter(({ session }) => session !== 200).length, 0);
    return figures.report();
  } finally {
    live.stop();
    load.stop();
    warm.stop();
    await target.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Touched, looked at within a second, and a step of the clock noticed within 15. */
const mostToldS = 20;

/** For each step a chilled batch of its own, made before the clock was touched, that becomes too warm during it. */
async function startWarm(target: OwnTarget) {
  const logins = await target.addNodes('warm', steps.length);
  const nodes = logins.map(login => new FaultNode(target.mqttUrl, login));
  const batches = new Map<string, number>();
  const timers: NodeJS.Timeout[] = [];
  const toldAfterS: number[] = [];
  const ids: string[] = [];
  for (const { nodeId } of nodes) ids.push(await chilledBatchOf(target, nodeId, Date.now() - 3 * hourMs));
  let turn = 0;
  return {
    batches,
    toldAfterS,
    /** The next batch is warm, has been so for 70 minutes, and stays so. */
    async next() {
      const node = nodes[turn]!;
      const batchId = ids[turn++]!;
      const readings = turnedWarm(Date.now() - 1_000, { hours: 2, warmMin: 70 });
      batches.set(batchId, readings.find(({ temperatureC }) => temperatureC > 8)!.measuredAt);
      await node.send(readings);
      timers.push(setInterval(() => void node.send({ measuredAt: Date.now(), temperatureC: 14 }), 1_000));
      const began = performance.now();
      const told = alertOf(target, batchId, 120_000).then(() =>
        toldAfterS.push((performance.now() - began) / 1_000),
      );
      return { told };
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
      for (const node of nodes) node.stop();
    },
  };
}

/** @param batches  when each of those that became too warm began to be so */
function judgeAlerts(
  figures: Figures,
  alerts: readonly AlertView[],
  batches: ReadonlyMap<string, number>,
): void {
  const ofWarm = [...batches.keys()].map(batchId =>
    alerts.filter(alert => alert.kind === 'too-warm' && alert.batchId === batchId),
  );
  figures.equal('excursions', batches.size, steps.length);
  figures.equal('toldOnce', ofWarm.filter(({ length }) => length === 1).length, batches.size);
  const rightly = ofWarm.flat();
  // The line between the last cold reading and the first warm one crosses the level within these ten minutes.
  const misdated = rightly.filter(({ beganAt, batchId }) => {
    const aheadMs = batches.get(batchId!)! - Date.parse(beganAt);
    return aheadMs < 0 || aheadMs > 600_000;
  });
  figures.equal('beganWrong', misdated.length, 0);
  figures.equal('saidToBePast', rightly.filter(({ knownLate }) => knownLate).length, 0);
  figures.equal(
    'falseAlerts',
    alerts
      .filter(alert => !rightly.includes(alert))
      .map(told)
      .join('; '),
    '',
  );
}

const told = ({ kind, batchId, nodeId }: AlertView) => `${kind} of ${batchId ?? nodeId}`;

interface StepOutcome {
  readonly events: number;
  readonly token: number;
  readonly session: number;
  readonly newNodeMs: number;
}

function steppableClock(path: string) {
  writeFileSync(path, '0');
  return {
    env: { TAHAN_STEPPED_CLOCK: path, NODE_OPTIONS: `--import=${preload}` },
    async set(aheadMs: number, pid: number): Promise<void> {
      writeFileSync(path, String(aheadMs));
      writeFileSync(`${path}.done`, '');
      process.kill(pid, 'SIGUSR2');
      while (readFileSync(`${path}.done`, 'utf8') !== String(aheadMs)) await sleep(5);
    },
  };
}

type Login = Awaited<ReturnType<OwnTarget['addNodes']>>[number];

/** Nodes whose own clock is right; a reading a second each, sent until it is acknowledged. */
function startLoad(target: OwnTarget, logins: readonly Login[]) {
  const ledger = new Ledger();
  const nodes = logins.map(login => new FaultNode(target.mqttUrl, login));
  const timers = nodes.map((node, n) => {
    let sequence = 0;
    return setInterval(() => {
      const measuredAt = Date.now();
      const temperatureC = 4 + (sequence % 50) / 10;
      ledger.sent(node.nodeId, measuredAt, temperatureC);
      void node
        .send({ measuredAt, temperatureC, sequence: sequence++ })
        .then(ms => ledger.acknowledged(node.nodeId, measuredAt, ms));
    }, 1_000 + n);
  });
  const stop = () => {
    for (const timer of timers) clearInterval(timer);
    for (const node of nodes) node.stop();
  };
  return {
    ledger,
    nodes,
    stop,
    async finish(): Promise<number> {
      for (const timer of timers) clearInterval(timer);
      const until = performance.now() + 10_000;
      while (performance.now() < until && nodes.some(node => node.waiting > 0)) await sleep(20);
      return nodes.reduce((sum, node) => sum + node.waiting, 0);
    },
  };
}

async function connectMs({ mqttUrl }: OwnTarget, login: Login): Promise<number> {
  const began = performance.now();
  const node = new FaultNode(mqttUrl, login);
  await node.up();
  node.stop();
  return performance.now() - began;
}

async function datedAnew({ api }: OwnTarget, nodes: readonly FaultNode[]): Promise<number> {
  let count = 0;
  for (const { nodeId } of nodes) {
    const shown = await api.all<{ timeSource: string }>(`/nodes/${nodeId}/readings`, 'readings');
    count += shown.filter(({ timeSource }) => timeSource !== 'device').length;
  }
  return count;
}

const person = { email: 'owner@example.com', password: 'a clock is set today' };

async function signIn({ dataDir, httpUrl }: OwnTarget): Promise<string> {
  const { email, password } = person;
  const added = await runTahan(dataDir, 'user', 'add', email, '--role', 'owner', '--password', password);
  if (added.code !== 0) throw new Error(added.stderr);
  const response = await fetch(`${httpUrl}/api/v1/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person),
  });
  const cookies = response.headers.getSetCookie().map(cookie => cookie.split(';')[0]!);
  if (response.status !== 200 || cookies.length === 0) throw new Error(`signing in: ${response.status}`);
  return cookies.join('; ');
}

async function statusOfMe({ httpUrl }: OwnTarget, cookie: string): Promise<number> {
  const response = await fetch(`${httpUrl}/api/v1/me`, { headers: { cookie } });
  await response.arrayBuffer();
  return response.status;
}

if (import.meta.main) await runAlone(() => clockStep(sizes({ nodes: 20, holdS: 8 })));

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { runTahan } from '../support/tahanProcess.ts';
import { FaultNode } from './faultNode.ts';
import { type OwnTarget, startTarget } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';
import { judgeSettled, Ledger } from './ledger.ts';
import { liveEvents } from './liveEvents.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How far the clock of the server is off, one after the other. */
const steps = [hourMs, 0, -hourMs, 0, dayMs, 0, -dayMs, 0];

const preload = pathToFileURL(join(import.meta.dirname, '..', 'support', 'steppedClockChild.ts')).href;

/**
 * F7: the clock of the server is set an hour and a day ahead and back while nodes with right clocks speak and somebody
 * watches. Nothing is lost or dated anew, an hour signs nobody out, the live stream goes on.
 */
export async function clockStep({ nodes, holdS }: { nodes: number; holdS: number }): Promise<FaultReport> {
  const figures = new Figures('F7 server clock set');
  const dir = mkdtempSync(join(tmpdir(), 'tahan-clock-'));
  const clock = steppableClock(join(dir, 'clock'));
  const target = await startTarget({ env: clock.env });
  const cookie = await signIn(target);
  const live = await liveEvents(target);
  const load = startLoad(target, await target.addNodes('step', nodes));
  try {
    await Promise.all(load.nodes.map(node => node.up()));
    const outcomes: StepOutcome[] = [];
    for (const aheadMs of steps) {
      await clock.set(aheadMs, target.pid());
      const seenBefore = live.events.length;
      await sleep(holdS * 1_000);
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
    figures.equal('datedAnew', await datedAnew(target, load.nodes), 0);
    figures.below('pubackMsP99', percentile(load.ledger.latenciesMs, 0.99), 1_000);
    figures.below('newNodeMsMax', Math.max(...outcomes.map(({ newNodeMs }) => newNodeMs)), 1_000);
    figures.atLeast('liveEventsLeastPerStep', Math.min(...outcomes.map(({ events }) => events)), holdS);
    figures.equal('tokenRefused', outcomes.filter(({ token }) => token !== 200).length, 0);
    // Unused for longer than sessions may be, as far as a clock a day ahead can tell: then they are over, on the safe side.
    const byAnHour = outcomes.slice(0, steps.indexOf(dayMs));
    figures.equal('signedOutByAnHour', byAnHour.filter(({ session }) => session !== 200).length, 0);
    return figures.report();
  } finally {
    live.stop();
    load.stop();
    await target.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

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

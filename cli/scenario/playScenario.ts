import type { SimulationTime } from '../../firmware-sim/simulationTime.ts';
import { addBatch, canBeDone, doAction } from './doAction.ts';
import { type Check, judge, subjectOf } from './judge.ts';
import type { ScenarioFile } from './readScenario.ts';
import { createScenarioNode, nodeScenario, type ScenarioNode } from './scenarioNode.ts';
import type { Expectation } from './scenarioSchema.ts';
import { durationMs } from './scenarioTime.ts';
import { ask, type ScenarioWorld } from './scenarioWorld.ts';

/** What became of one expectation. */
export interface Verdict {
  readonly file: string;
  readonly line: number;
  /** When, as the file writes it. */
  readonly when: string;
  readonly subject: string;
  readonly because: string;
  readonly checks: readonly Check[];
  readonly outcome: 'holds' | 'fails' | 'not judged';
}

/** As one line a person can jump to: `file:line: …`. */
export function verdictInWords({ file, line, when, subject, because, checks, outcome }: Verdict): string {
  const at = `${file}:${line}: at ${when} ${subject}`;
  if (outcome === 'not judged') return `${at}: not judged, this server has a clock of its own`;
  const shown = outcome === 'fails' ? checks.filter(({ holds }) => !holds) : checks;
  const told = shown.map(({ field, expected, got }) => `${field} expected ${expected}, got ${got}`);
  return `${at}: ${told.join('; ')}${outcome === 'fails' ? ` (${because})` : ''}`;
}

export interface PlayOptions {
  readonly scenario: ScenarioFile;
  readonly world: ScenarioWorld;
  readonly onVerdict?: (verdict: Verdict) => void;
  readonly onProblem?: (message: string) => void;
  /** Something of the file that cannot be done on this server. */
  readonly onSkipped?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** A node that has not said in this (real) time what it has to say never will. */
const longestReportMs = 20_000;

/**
 * Plays a scenario from its first to its last line: the nodes measure and report over MQTT, people act through the API,
 * and every expectation is judged when it is due.
 *
 * @throws {Error} when something cannot be done; what cannot be true is a verdict
 */
export async function playScenario(options: PlayOptions): Promise<Verdict[]> {
  const { scenario, world, signal } = options;
  const { content } = scenario;
  const verdicts: Verdict[] = [];
  const later: Due[] = [];
  const time = createScenarioTime(scenario.beginsAt);
  const tell = (verdict: Verdict) => {
    verdicts.push(verdict);
    options.onVerdict?.(verdict);
  };
  await world.goTo(scenario.beginsAt + world.shiftMs);
  const nodes = await setUp(options, time);
  const line = content.timeline.map((entry, i) => ({ entry, i, at: scenario.at(entry.at) }));
  const stepMs = world.isLive ? durationMs(content.step) : Number.POSITIVE_INFINITY;
  try {
    for (const node of nodes.all) node.start();
    for (const due of line) {
      while (time.now() < due.at && signal?.aborted !== true) {
        const next = Math.min(time.nextWakeAt(), time.now() + stepMs, due.at);
        await world.goTo(next + world.shiftMs);
        time.goTo(next);
        await nodes.quiet();
        await world.settle();
      }
      if (signal?.aborted) break;
      await nodes.quiet();
      await world.settle();
      await actAll(options, due.entry, due.i, due.at);
      for (const [n, expectation] of due.entry.expect.entries()) {
        const path = ['timeline', due.i, 'expect', n];
        const expected: Due = { expectation, line: scenario.lineOf(path), when: due.entry.at, at: due.at };
        const when = judgedWhen(expectation, options);
        if (when === 'now') tell(await judgeOne(options, expected, world.patienceMs));
        else if (when === 'later') later.push(expected);
        else tell(verdictOf(options, expected, [], 'not judged'));
      }
    }
    // Told at once of what is over, and of what a backlog leaves open when no more of it comes.
    const until = performance.now() + world.laterPatienceMs;
    for (const due of later) tell(await judgeOne(options, due, until - performance.now()));
  } finally {
    await Promise.all(nodes.all.map(node => node.stop()));
  }
  return verdicts;
}

interface Due {
  readonly expectation: Expectation;
  readonly line: number;
  readonly when: string;
  readonly at: number;
}

/** What a server can say of a past that it hears of all at once. */
function judgedWhen({ what, of }: Expectation, { world, scenario }: PlayOptions): 'now' | 'later' | 'never' {
  if (what === 'pages' || what === 'message') return world.pages === undefined ? 'never' : 'now';
  if (world.isLive) return 'now';
  if (of.onlyLive) return 'never';
  if (what === 'life' || what === 'quarantine' || what === 'node') return 'now';
  // It is told nothing any more of what is sold out by the time it hears of it.
  return what === 'alert' && of.kind === 'too-warm' && !isSoldOut(scenario, of.batchId) ? 'later' : 'never';
}

const isSoldOut = ({ content }: ScenarioFile, batchId: string | undefined): boolean =>
  content.timeline.some(entry =>
    entry.do.some(action => action.what === 'soldOut' && action.of.batchId === batchId),
  );

/** Looks until everything holds, or for as long as the world may take. */
async function judgeOne(options: PlayOptions, due: Due, patienceMs: number): Promise<Verdict> {
  const { world, scenario, signal } = options;
  const until = performance.now() + patienceMs;
  for (;;) {
    const checks = await judge({ world, scenario, at: due.at + world.shiftMs }, due.expectation);
    const holds = checks.every(check => check.holds);
    if (holds || performance.now() >= until || signal?.aborted === true)
      return verdictOf(options, due, checks, holds ? 'holds' : 'fails');
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}

function verdictOf(
  { scenario: { file } }: PlayOptions,
  { expectation, line, when }: Due,
  checks: readonly Check[],
  outcome: Verdict['outcome'],
): Verdict {
  const { because } = expectation.of;
  return { file, line, when, subject: subjectOf(expectation), because, checks, outcome };
}

type Entry = ScenarioFile['content']['timeline'][number];

async function actAll(options: PlayOptions, entry: Entry, i: number, at: number): Promise<void> {
  const { scenario, world, onSkipped } = options;
  for (const [n, action] of entry.do.entries()) {
    const where = `${scenario.file}:${scenario.lineOf(['timeline', i, 'do', n])}: ${action.what}`;
    if (!canBeDone(action, world)) {
      onSkipped?.(`${where}: not done, this server has a clock of its own`);
      continue;
    }
    try {
      await doAction(world, scenario, action, at + world.shiftMs);
    } catch (error) {
      throw new Error(`${where}: ${(error as Error).message}`);
    }
  }
  if (entry.do.length > 0) await world.settle();
}

/** Makes products, places, nodes, batches, placements and rules of the file. */
async function setUp(options: PlayOptions, time: SimulationTime) {
  const { scenario, world } = options;
  const { products, places, nodes, batches, rules, seed } = scenario.content;
  const { idOf } = world;
  for (const product of products)
    await ask(world, 'POST', '/products', { ...product, productId: idOf(product.productId) });
  for (const place of places) await ask(world, 'POST', '/places', { ...place, placeId: idOf(place.placeId) });
  const quiet = createQuiet(time, options.onProblem);
  const all: ScenarioNode[] = [];
  for (const [i, node] of nodes.entries()) {
    const known = nodeScenario(scenario, node, i);
    const { mqtt } = await ask(world, 'POST', '/nodes', {
      nodeId: idOf(node.nodeId),
      name: known.name,
      reportEveryS: Math.max(1, Math.round(known.reportEveryS)),
      ...(node.placeId === undefined ? {} : { placeId: idOf(node.placeId) }),
    });
    const { brokerUrl, shiftMs } = world;
    const { onChange, onProblem } = quiet;
    all.push(
      createScenarioNode({
        ...{ scenario: known, seed, time, brokerUrl, shiftMs, onChange, onProblem, login: mqtt },
      }),
    );
  }
  const made = new Set(products.map(({ productId }) => productId));
  for (const { sensors, ...batch } of batches) {
    const productId = made.has(batch.productId) ? idOf(batch.productId) : batch.productId;
    await addBatch(world, scenario, { ...batch, productId });
    for (const nodeId of sensors) {
      const from = scenario.at(batch.producedAt) + world.shiftMs;
      const position = sensors.length > 1 ? { position: nodeId } : {};
      const body = { nodeId: idOf(nodeId), from, ...position };
      await ask(world, 'POST', `/batches/${idOf(batch.batchId)}/placements`, body);
    }
  }
  if (rules.length > 0) {
    const named = rules.map(rule =>
      rule.scopeId === undefined || (rule.scope === 'product' && !made.has(rule.scopeId))
        ? rule
        : { ...rule, scopeId: idOf(rule.scopeId) },
    );
    await world.putRules(named);
  }
  return { all, quiet: () => quiet.until(all) };
}

/** Waits for nodes to say what they have to say. */
function createQuiet(time: SimulationTime, onProblem: PlayOptions['onProblem']) {
  let wake = (): void => {};
  let lastProblem = '';
  return {
    onChange: () => wake(),
    onProblem(message: string) {
      lastProblem = message;
      onProblem?.(message);
    },
    async until(nodes: readonly ScenarioNode[]): Promise<void> {
      const givenUpAt = performance.now() + longestReportMs;
      for (;;) {
        // An event comes before the state it leads to.
        await new Promise(resolve => setImmediate(resolve));
        const busy = nodes.filter(node => node.isBusy(time.now()));
        if (busy.length === 0) return;
        if (performance.now() > givenUpAt) {
          const names = busy.map(({ nodeId }) => nodeId).join(', ');
          throw new Error(`${names} cannot report${lastProblem === '' ? '' : `: ${lastProblem}`}`);
        }
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, 100);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
  };
}

interface ScenarioTime extends SimulationTime {
  /** When somebody next wants to be woken. */
  nextWakeAt(): number;
  /** It is this late; whoever wanted to be woken until then is. */
  goTo(at: number): void;
}

/** Time that stands still until the next thing happens. */
function createScenarioTime(beginsAt: number): ScenarioTime {
  let now = beginsAt;
  const waiting = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => now,
    wakeAt(at, wake) {
      const wish = { at, wake };
      waiting.add(wish);
      return () => waiting.delete(wish);
    },
    nextWakeAt: () => Math.min(Number.POSITIVE_INFINITY, ...[...waiting].map(({ at }) => at)),
    goTo(at) {
      now = at;
      for (const wish of [...waiting].filter(wanted => wanted.at <= at)) {
        waiting.delete(wish);
        wish.wake();
      }
    },
  };
}

import type { AlertView } from '../../models/contracts/alert.ts';
import type { Estimate } from '../../models/contracts/estimate.ts';
import type { NodeView } from '../../models/contracts/node.ts';
import type { FefoView, ShipmentView } from '../../models/contracts/shipment.ts';
import { alertsAbout } from './doAction.ts';
import type { ScenarioFile } from './readScenario.ts';
import type { Bounds, Expectation } from './scenarioSchema.ts';
import { ask, askAll, type ScenarioWorld } from './scenarioWorld.ts';

/** One thing that was looked at: what had to be and what is. */
export interface Check {
  readonly field: string;
  readonly expected: string;
  readonly got: string;
  readonly holds: boolean;
}

type Of<What extends Expectation['what']> = Extract<Expectation, { what: What }>['of'];

/** What is needed to judge: the server, the file, and the time of the server that the expectation is about. */
export interface Court {
  readonly world: ScenarioWorld;
  readonly scenario: ScenarioFile;
  readonly at: number;
}

/** What an expectation is about, for the line that tells of it. */
export function subjectOf({ what, of }: Expectation): string {
  const about: Readonly<Record<string, unknown>> = of;
  const ids = [about.kind, about.batchId ?? about.nodeId ?? about.shipmentId ?? about.order].flat();
  return [what, ...ids.filter(id => id !== undefined)].join(' ');
}

/** Looks at the server. Every field of the expectation is a check of its own. */
export async function judge(court: Court, expectation: Expectation): Promise<Check[]> {
  switch (expectation.what) {
    case 'life':
      return life(court, expectation.of);
    case 'alert':
      return alert(court, expectation.of);
    case 'incidents':
      return incidents(court, expectation.of);
    case 'pages':
      return pages(court, expectation.of);
    case 'message':
      return message(court, expectation.of);
    case 'fefo':
      return fefo(court, expectation.of);
    case 'arrival':
      return arrival(court, expectation.of);
    case 'quarantine':
      return quarantine(court, expectation.of);
    case 'node':
      return node(court, expectation.of);
  }
}

async function life({ world, at }: Court, of: Of<'life'>): Promise<Check[]> {
  const future = of.futureTemperatureC === undefined ? '' : `&futureTemperatureC=${of.futureTemperatureC}`;
  const query = `at=${new Date(at).toISOString()}${future}`;
  const seen: Estimate = await ask(world, 'GET', `/batches/${world.idOf(of.batchId)}/estimate?${query}`);
  return [
    ...within('p05H', of.p05H, seen.remainingH.p05),
    ...within('medianH', of.medianH, seen.remainingH.median),
    ...within('p95H', of.p95H, seen.remainingH.p95),
    ...within('countLog10', of.countLog10, seen.countLog10CfuPerG.median),
    ...within('measuredShare', of.measuredShare, seen.measuredShare),
    ...within('gapH', of.gapH, seen.gapH),
    ...oneOf('status', of.status, seen.status),
    ...oneOf('limitedBy', of.limitedBy, seen.limitedBy),
    ...of.has.map(flag => check('flags', `with ${flag}`, list(seen.flags), seen.flags.includes(flag))),
    ...of.hasNot.map(flag => check('flags', `without ${flag}`, list(seen.flags), !seen.flags.includes(flag))),
  ];
}

async function alert({ world, scenario, at }: Court, of: Of<'alert'>): Promise<Check[]> {
  const all = await alertsAbout(world, of);
  if (!world.isLive) return alertAfterwards({ world, scenario, at }, of, all);
  const latest = all.find(({ beganAt }) => Date.parse(beganAt) <= at);
  const state = latest?.state ?? 'absent';
  const got = latest === undefined ? 'absent' : inWords(latest, scenario, world);
  const checks = [check('is', of.is, got, state === of.is)];
  if (latest === undefined || of.is === 'absent') return checks;
  return [
    ...checks,
    ...oneOf('knownLate', of.knownLate, latest.knownLate),
    ...oneOf('severity', of.severity, latest.severity),
    ...inTime('openedAt', of.openedAt, latest.openedAt, scenario, world),
    ...inTime('clearedAt', of.clearedAt, latest.clearedAt, scenario, world),
    ...factsOf(latest, of, scenario, world),
  ];
}

/** Before that it was held, and nobody had been told. */
const longestHoldMs = 3_600_000;

/** A server that hears of it afterwards knows when it began, but was not there when it opened and closed. */
function alertAfterwards(
  { world, scenario, at }: Court,
  of: Of<'alert'>,
  all: readonly AlertView[],
): Check[] {
  const before = of.is === 'absent' ? at - longestHoldMs : at;
  const latest = all.find(({ beganAt }) => Date.parse(beganAt) <= before);
  const got = latest === undefined ? 'never told' : `told, began ${clockOf(latest.beganAt, scenario, world)}`;
  const expected = of.is === 'absent' ? 'never told' : 'told';
  const checks = [check('is', expected, got, (latest === undefined) === (of.is === 'absent'))];
  return latest === undefined || of.is === 'absent'
    ? checks
    : [...checks, ...factsOf(latest, of, scenario, world)];
}

function factsOf(
  { beganAt, facts }: AlertView,
  of: Of<'alert'>,
  scenario: ScenarioFile,
  world: ScenarioWorld,
): Check[] {
  return [
    ...inTime('beganAt', of.beganAt, beganAt, scenario, world),
    ...within('peakC', of.peakC, facts.peakC),
    ...within('lifeLostH', of.lifeLostH, facts.lifeLostH),
  ];
}

function inWords(alert: AlertView, scenario: ScenarioFile, world: ScenarioWorld): string {
  const since = clockOf(alert.beganAt, scenario, world);
  const until = alert.clearedAt === null ? '' : `, cleared ${clockOf(alert.clearedAt, scenario, world)}`;
  return `${alert.state} (${alert.severity}, began ${since}${until})`;
}

async function incidents({ world, at }: Court, { kind, count }: Of<'incidents'>): Promise<Check[]> {
  const all = await askAll<AlertView>(world, '/alerts?state=all', 'alerts');
  const ours = all.filter(({ batchId, nodeId, shipmentId }) =>
    (batchId ?? nodeId ?? shipmentId ?? '').endsWith(world.idOf('')),
  );
  const of = ours.filter(
    each => (kind === undefined || each.kind === kind) && Date.parse(each.beganAt) <= at,
  );
  const got = `${of.length}${of.length === 0 ? '' : `: ${list(counted(of.map(told)))}`}`;
  return [check('count', range(count), got, isWithin(of.length, count))];
}

const told = ({ kind, batchId, nodeId, shipmentId }: AlertView) =>
  `${kind} ${batchId ?? nodeId ?? shipmentId ?? ''}`;

async function pages({ world }: Court, { kind, count }: Of<'pages'>): Promise<Check[]> {
  const all = world.pages ?? [];
  const of = all.filter(page => page.event !== 'cleared' && page.kind !== 'digest');
  const these = kind === undefined ? of : of.filter(page => page.kind === kind);
  const got = `${these.length}${these.length === 0 ? '' : `: ${list(these.map(page => `"${page.text}"`))}`}`;
  return [check('count', range(count), got, isWithin(these.length, count))];
}

async function message({ world }: Court, { kind, event, saying }: Of<'message'>): Promise<Check[]> {
  const of = (world.pages ?? []).filter(page => page.kind === kind && page.event === event);
  const holds = of.some(({ text }) => text.includes(saying));
  return [check('text', `"${saying}"`, list(of.map(({ text }) => `"${text}"`)), holds)];
}

async function fefo({ world }: Court, { order, actions }: Of<'fefo'>): Promise<Check[]> {
  const seen: FefoView = await ask(world, 'GET', '/fefo');
  const rows = order.map(id => ({
    id,
    row: seen.rows.find(({ batch }) => batch.batchId === world.idOf(id)),
  }));
  const known = rows.flatMap(({ id, row }) => (row === undefined ? [] : [{ id, rank: row.rank }]));
  const got = known.toSorted((a, b) => a.rank - b.rank).map(({ id }) => id);
  return [
    check('order', list(order), list(got), list(order) === list(got)),
    ...rows.flatMap(({ id, row }) => oneOf(`action of ${id}`, actions[id], row?.action ?? 'none')),
  ];
}

async function arrival({ world, scenario }: Court, of: Of<'arrival'>): Promise<Check[]> {
  const seen: ShipmentView = await ask(world, 'GET', `/shipments/${world.idOf(of.shipmentId)}`);
  const line = seen.lines.find(({ batch }) => batch.batchId === world.idOf(of.batchId ?? ''));
  const verdict = of.batchId === undefined ? seen.verdict : line?.arrival?.verdict;
  const advice = seen.advice.map(({ code }) => code);
  const latest = seen.latestSafeDepartureAt;
  return [
    ...oneOf('verdict', of.verdict, verdict ?? 'none'),
    ...within('p05H', of.p05H, line?.arrival?.remainingH.p05),
    ...within('medianH', of.medianH, line?.arrival?.remainingH.median),
    ...of.advice.map(code => check('advice', `with ${code}`, list(advice), advice.includes(code))),
    ...of.adviceNot.map(code => check('advice', `without ${code}`, list(advice), !advice.includes(code))),
    ...(of.latestSafeDeparture === 'never'
      ? [check('latestSafeDeparture', 'never', latest ?? 'never', latest === null)]
      : inTime('latestSafeDeparture', of.latestSafeDeparture, latest, scenario, world)),
    ...oneOf('promiseKept', of.promiseKept, line?.promise?.kept ?? 'nobody knows'),
  ];
}

interface Quarantined {
  readonly nodeId: string | null;
  readonly code: string;
}

async function quarantine({ world }: Court, { nodeId, code, count }: Of<'quarantine'>): Promise<Check[]> {
  const all = await askAll<Quarantined>(world, '/quarantine?', 'quarantine');
  const of = all.filter(entry => entry.nodeId === world.idOf(nodeId));
  const these = code === undefined ? of : of.filter(entry => entry.code === code);
  const codes = counted(of.map(entry => entry.code));
  const got = `${these.length}${codes.length === 0 ? '' : ` (${list(codes)})`}`;
  return [check('count', range(count), got, isWithin(these.length, count))];
}

async function node({ world, scenario }: Court, of: Of<'node'>): Promise<Check[]> {
  const nodeId = world.idOf(of.nodeId);
  const seen: NodeView = await ask(world, 'GET', `/nodes/${nodeId}`);
  const readings =
    of.readings && (await askAll<unknown>(world, `/nodes/${nodeId}/readings?`, 'readings')).length;
  const isWrong = seen.clockWrongSince !== null;
  return [
    ...(world.isLive ? oneOf('state', of.state, seen.state) : []),
    ...(world.isLive ? oneOf('clockWrong', of.clockWrong, isWrong) : []),
    ...(world.isLive ? oneOf('stuck', of.stuck, seen.stuckSince != null) : []),
    ...within('readings', of.readings, readings),
    ...inTime('lastReadingAt', of.lastReadingAt, seen.lastReading?.measuredAt ?? null, scenario, world),
  ];
}

function within(field: string, bounds: Bounds | undefined, got: number | null | undefined): Check[] {
  if (bounds === undefined) return [];
  if (got === null || got === undefined) return [check(field, range(bounds), 'none', false)];
  return [check(field, range(bounds), String(Number(got.toFixed(3))), isWithin(got, bounds))];
}

function oneOf<Value extends string | boolean>(
  field: string,
  allowed: Value | readonly Value[] | undefined,
  got: Value | string,
): Check[] {
  if (allowed === undefined) return [];
  const all: readonly (Value | string)[] = [allowed].flat() as Value[];
  return [check(field, all.join(' or '), String(got), all.includes(got))];
}

function inTime(
  field: string,
  between: readonly [string, string] | undefined,
  got: string | null,
  scenario: ScenarioFile,
  world: ScenarioWorld,
): Check[] {
  if (between === undefined) return [];
  const expected = between.join(' to ');
  if (got === null) return [check(field, expected, 'never', false)];
  const [from, to] = between.map(written => scenario.at(written) + world.shiftMs);
  const at = Date.parse(got);
  return [check(field, expected, clockOf(got, scenario, world), at >= from! && at <= to!)];
}

const dayMs = 24 * 3_600_000;

/** As the files write it: "07:30" or "+1d 07:30". */
function clockOf(instant: string, { beginsAt }: ScenarioFile, { shiftMs }: ScenarioWorld): string {
  const wib = 7 * 3_600_000;
  const at = Date.parse(instant) - shiftMs + wib;
  const days = Math.floor(at / dayMs) - Math.floor((beginsAt + wib) / dayMs);
  return `${days === 0 ? '' : `${days > 0 ? '+' : ''}${days}d `}${new Date(at).toISOString().slice(11, 16)}`;
}

const check = (field: string, expected: string, got: string, holds: boolean): Check => ({
  ...{ field, expected, got, holds },
});
const isWithin = (value: number, [low, high]: Bounds) => value >= low && value <= high;
const range = ([low, high]: Bounds) => (low === high ? String(low) : `${low} to ${high}`);
const counted = (words: readonly string[]) =>
  [...Map.groupBy(words, word => word)].map(([word, same]) => `${same.length} ${word}`);
const list = (items: readonly string[]) => (items.length === 0 ? 'none' : items.join(', '));

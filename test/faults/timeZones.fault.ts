import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { runTahanWith, tahanEnv } from '../support/tahanProcess.ts';
import { FaultNode } from './faultNode.ts';
import { type OwnTarget, startTarget } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { toldAts, toldText } from './zonedAlerts.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const everyMs = 600_000;

/** Zones in which the server runs, one after the other. */
const zones = ['America/New_York', 'Pacific/Chatham', 'Asia/Jakarta'];

/** Days around which calendars do something: four days in UTC each, and how the node there writes its times. */
const stretches = [
  { name: 'spring', zone: 'America/New_York', around: '2025-03-09' },
  { name: 'autumn', zone: 'America/New_York', around: '2025-11-02' },
  { name: 'chatham-autumn', zone: 'Pacific/Chatham', around: '2025-04-06' },
  { name: 'chatham-spring', zone: 'Pacific/Chatham', around: '2025-09-28' },
  { name: 'leap-day', zone: 'Asia/Jakarta', around: '2024-02-29' },
  { name: 'new-year', zone: 'Asia/Jakarta', around: '2025-01-01' },
].map(({ name, zone, around }) => {
  const day = Date.parse(`${around}T00:00:00Z`);
  return { name, zone, from: day - 2 * dayMs, to: day + 2 * dayMs };
});

/** Local days that have not 24 hours. */
const oddDays = [
  { stretch: 'spring', from: '2025-03-09T00:00:00-05:00', to: '2025-03-10T00:00:00-04:00', hours: 23 },
  { stretch: 'autumn', from: '2025-11-02T00:00:00-04:00', to: '2025-11-03T00:00:00-05:00', hours: 25 },
  {
    stretch: 'chatham-autumn',
    from: '2025-04-06T00:00:00+13:45',
    to: '2025-04-07T00:00:00+12:45',
    hours: 25,
  },
  {
    stretch: 'chatham-spring',
    from: '2025-09-28T00:00:00+12:45',
    to: '2025-09-29T00:00:00+13:45',
    hours: 23,
  },
];

/**
 * F19: clocks put forward and back, a leap day, the turn of a year, a server moved to another zone. Everything it says
 * equals what the same readings give when they are counted in UTC: no hour twice, none missing. What is told of an
 * excursion names the hours and days of the firm, wherever the server is.
 *
 * @param told  alerts to be told around such days
 */
export async function timeZones({ moves, told }: { moves: number; told: number }): Promise<FaultReport> {
  const figures = new Figures('F19 time zones');
  const target = await startTarget({ env: settings(zones[0]!) });
  const wrong: Record<string, number> = { readings: 0, hours: 0, days: 0, oddDays: 0, csv: 0 };
  try {
    const series: Series[] = [];
    for (const zone of zones.slice(0, moves)) {
      if (series.length > 0) await move(target, settings(zone));
      series.push(...(await sendStretches(target, `z${series.length}`)));
      for (const one of series) {
        if (!isDeepStrictEqual(await shownReadings(target, one), one.points)) wrong.readings!++;
        await compareSummaries(target, one, wrong);
        await compareOddDays(target, one, wrong);
      }
      if (!isDeepStrictEqual(await exported(target, zone), sortedLines(series))) wrong.csv!++;
    }
    figures.note(
      'readings',
      series.reduce((sum, { points }) => sum + points.length, 0),
    );
    for (const [what, count] of Object.entries(wrong)) figures.equal(`${what} unlike UTC`, count, 0);
    const left: Record<string, number> = { hours: 0, days: 0, oddDays: 0 };
    await move(target, { ...settings(zones.at(-1)!), TAHAN_RETENTION_DAYS: '60' });
    figures.equal('readings that do not go', await stillThere(target, series), 0);
    for (const one of series) await compareSummaries(target, one, left);
    await move(target, {
      ...settings(zones[0]!),
      ...{ TAHAN_RETENTION_DAYS: '60', TAHAN_RETENTION_HOURLY_DAYS: '61' },
    });
    await sleep(2_000);
    for (const one of series) await compareDays(target, one, left);
    figures.equal('hours of summaries unlike UTC', left.hours!, 0);
    figures.equal('days of summaries unlike UTC', left.days!, 0);
    for (const toldAt of toldAts.slice(0, told)) {
      const text = await toldText(toldAt);
      const says = text?.includes(`from ${toldAt.says}`);
      figures.equal(`told: ${toldAt.name}`, says ? toldAt.says : text, toldAt.says);
    }
    return figures.report();
  } finally {
    await target.close();
  }
}

type Point = readonly [at: number, temperatureC: number];

interface Series {
  readonly nodeId: string;
  readonly stretch: (typeof stretches)[number];
  readonly points: readonly Point[];
}

const settings = (zone: string) => ({ TZ: zone, TAHAN_TIME_ZONE: zone });

async function move(target: OwnTarget, env: Readonly<Record<string, string>>): Promise<void> {
  await target.end('SIGTERM');
  await target.startAgain(env);
}

/** A reading every ten minutes, its time as text of the node's zone, as text in UTC or as a number. */
async function sendStretches(target: OwnTarget, prefix: string): Promise<Series[]> {
  const logins = await target.addNodes(prefix, stretches.length);
  return Promise.all(
    stretches.map(async (stretch, n) => {
      const node = new FaultNode(target.mqttUrl, logins[n]!);
      const points: Point[] = [];
      for (let at = stretch.from; at < stretch.to; at += everyMs)
        points.push([at + ((at / everyMs) % 7) * 1_000, (400 + ((at / everyMs) % 1_000)) / 100]);
      const sent = points.map(([at, temperatureC], i) => ({
        temperatureC,
        measuredAt: [localText(at, stretch.zone), new Date(at).toISOString(), at][i % 3],
      }));
      for (let i = 0; i < sent.length; i += 100) await node.send(sent.slice(i, i + 100));
      node.stop();
      await untilShown(target, node.nodeId, points.at(-1)![0]);
      return { nodeId: node.nodeId, stretch, points };
    }),
  );
}

async function untilShown({ api }: OwnTarget, nodeId: string, at: number): Promise<void> {
  for (;;) {
    const { body } = await api.get(`/nodes/${nodeId}`);
    if (body.lastReading && Date.parse(body.lastReading.measuredAt) >= at) return;
    await sleep(50);
  }
}

/** As a clock on the wall there would be written down, with its offset. */
function localText(at: number, timeZone: string): string {
  const name = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(part => part.type === 'timeZoneName')!.value;
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name)!;
  const offsetMs = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(at + offsetMs).toISOString().replace('Z', `${sign}${hours}:${minutes}`);
}

async function shownReadings({ api }: OwnTarget, { nodeId }: Series): Promise<Point[]> {
  const shown = await api.all<{ measuredAt: string; temperatureC: number }>(
    `/nodes/${nodeId}/readings`,
    'readings',
  );
  return shown.map(({ measuredAt, temperatureC }) => [Date.parse(measuredAt), temperatureC]);
}

async function compareSummaries(
  target: OwnTarget,
  one: Series,
  wrong: Record<string, number>,
): Promise<void> {
  const { from, to } = one.stretch;
  if (!(await sameSpans(target, one, from, to, hourMs))) wrong.hours!++;
  await compareDays(target, one, wrong);
}

async function compareDays(target: OwnTarget, one: Series, wrong: Record<string, number>): Promise<void> {
  const { from, to } = one.stretch;
  if (!(await sameSpans(target, one, from, to, dayMs))) wrong.days!++;
}

async function compareOddDays(target: OwnTarget, one: Series, wrong: Record<string, number>): Promise<void> {
  for (const day of oddDays.filter(({ stretch }) => stretch === one.stretch.name)) {
    const [from, to] = [Date.parse(day.from), Date.parse(day.to)];
    const isWhole = to - from === day.hours * hourMs;
    // Hour by hour, as a chart of that day asks for it.
    if (!isWhole || !(await sameSpans(target, one, from, to, hourMs))) wrong.oddDays!++;
  }
}

interface Span {
  readonly from: string;
  readonly to: string;
  readonly minC: number;
  readonly meanC: number;
  readonly maxC: number;
  readonly count: number;
}

/** Whether the spans of an answer are those that the readings give when they are counted here. */
async function sameSpans(
  { api }: OwnTarget,
  { nodeId, points }: Series,
  from: number,
  to: number,
  spanMs: number,
): Promise<boolean> {
  const query = `from=${from}&to=${to}&points=${(to - from) / spanMs}`;
  const { status, body } = await api.get(`/nodes/${nodeId}/readings?${query}`);
  if (status !== 200) throw new Error(`GET readings?${query} answered ${status}`);
  const spans = body.buckets as Span[];
  const total = spans.reduce((sum, { count }) => sum + count, 0);
  const within = points.filter(([at]) => at >= from && at < to).length;
  return (
    total === within &&
    spans.length === (to - from) / spanMs &&
    spans.every((span, i) => {
      const of = points.filter(([at]) => at >= from + i * spanMs && at < from + (i + 1) * spanMs);
      const values = of.map(([, temperatureC]) => temperatureC);
      const meanC = values.reduce((sum, value) => sum + value, 0) / values.length;
      return (
        Date.parse(span.from) === from + i * spanMs &&
        span.count === values.length &&
        span.minC === Math.min(...values) &&
        span.maxC === Math.max(...values) &&
        Math.abs(span.meanC - meanC) < 1e-9
      );
    })
  );
}

/** The lines of the export as `node time temperature`. */
async function exported({ dataDir }: OwnTarget, zone: string): Promise<string[]> {
  const { code, stdout, stderr } = await runTahanWith(tahanEnv({ dataDir, env: settings(zone) }), 'export');
  if (code !== 0) throw new Error(stderr);
  const [header, ...lines] = stdout.trim().split('\r\n');
  const columns = ['nodeId', 'measuredAt', 'temperatureC'].map(name => header!.split(',').indexOf(name));
  return lines.map(line => columns.map(column => line.split(',')[column]).join(' ')).sort();
}

const sortedLines = (series: readonly Series[]): string[] =>
  series
    .flatMap(({ nodeId, points }) =>
      points.map(([at, temperatureC]) => `${nodeId} ${new Date(at).toISOString()} ${temperatureC}`),
    )
    .sort();

/** How many series still have readings after the retention had ten seconds. */
async function stillThere(target: OwnTarget, series: readonly Series[]): Promise<number> {
  let left = series.length;
  for (let tries = 0; left > 0 && tries < 100; tries++) {
    const shown = await Promise.all(series.map(one => shownReadings(target, one)));
    left = shown.filter(points => points.length > 0).length;
    if (left > 0) await sleep(100);
  }
  return left;
}

if (import.meta.main) await runAlone(() => timeZones(sizes({ moves: zones.length, told: toldAts.length })));

import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { calculate } from '../models/calculations/calculationRegistry.ts';
import { treatmentSchema } from '../models/contracts/batch.ts';
import { temperatureRangeC } from '../models/contracts/reading.ts';
import { svgPlot } from '../models/laboratory/svgPlot.ts';
import { tahuParametersFor } from '../models/parameters/tahu.ts';
import { createBatchLife } from '../models/shelf-life/batchLife.ts';
import { batchLifeHistory, type LifeHistory } from '../models/shelf-life/batchLifeHistory.ts';
import { cleanSeries, segmentsBetween, type TemperaturePoint } from '../models/temperatureHistory.ts';
import {
  type BatchCount,
  type TahuLifeWithCountsInput,
  tahuLifeWithCounts,
} from '../models/uncertainty/tahuLifeWithCounts.ts';
import { msPerHour } from '../models/units.ts';
import { type Columns, parseCsv, toCsv } from './csv.ts';
import { UsageError } from './simulatePlan.ts';

interface PredictOptions {
  readonly treatment: string;
  readonly future?: string;
  readonly maxGap: string;
  readonly points: string;
  readonly kind?: string;
  readonly model?: string;
  readonly format: string;
  readonly out?: string;
  readonly svg?: string;
  readonly seed: string;
  readonly deliverAt?: string;
  readonly count?: readonly string[];
}

/** `tahan predict`: how long tahu keeps after a temperature history, or any model on its inputs. */
export function addPredictCommand(program: Command): void {
  program
    .command('predict')
    .description(
      'count and remaining life of tahu after a temperature history, or any model of the library on its inputs',
    )
    .argument(
      '<file>',
      'CSV with time_h or measuredAt, and T_c or temperatureC; or JSON inputs with --kind and --model',
    )
    .option('--treatment <name>', `how the tahu was made: ${treatmentSchema.options.join(', ')}`, 'none')
    .option('--future <C>', 'temperature it is kept at from the last reading on (default: the last reading)')
    .option('--max-gap <hours>', 'longer silence between two readings is a gap', '2')
    .option('--points <n>', 'rows of the history', '50')
    .option('--kind <kind>', 'with --model: static_growth, secondary, shelf_life, cold_chain ...')
    .option('--model <name>', 'with --kind: a model of the library')
    .option('--format <format>', 'json or csv', 'json')
    .option('--out <file>', 'write the result here instead of to stdout')
    .option('--svg <file>', 'draw temperature and predicted count')
    .option(
      '--count <logN@time...>',
      'laboratory counts, log10 CFU/g at hours or an instant of the history: 5.2@24; the draws are weighed by them',
    )
    .option(
      '--deliver-at <time>',
      'how likely a limit is reached before: hours on the scale of time_h, or an instant',
    )
    .option('--seed <n>', 'which draws: the same seed gives the same interval', '1')
    .action((file: string, options: PredictOptions) => predict(file, options));
}

function predict(file: string, options: PredictOptions): void {
  if (options.format !== 'json' && options.format !== 'csv')
    throw new UsageError(`--format must be json or csv, got "${options.format}"`);
  const text = readFileSync(file, 'utf8');
  if (options.kind || options.model) predictModel(text, file, options);
  else predictLife(text, file, options);
}

function predictLife(text: string, file: string, options: PredictOptions): void {
  const points = historyOf(parseCsv(text, file), file);
  const { estimate, history, series } = lifeOf(points, options);
  const columns = historyColumns(history, points[0]!.at);
  write(
    options.out,
    options.format === 'csv'
      ? toCsv(columns)
      : `${JSON.stringify({ ...estimate, history: columns }, null, 2)}\n`,
  );
  if (options.svg) writeFileSync(options.svg, lifePlot(columns, series, estimate.limitLog10CfuPerG));
}

function predictModel(text: string, file: string, { kind, model, format, out }: PredictOptions): void {
  if (!kind || !model) throw new UsageError('--kind and --model belong together');
  const inputs = /^\s*\{/.test(text) ? JSON.parse(text) : parseCsv(text, file);
  const result = calculate(kind, model, inputs);
  const lists = Object.entries(result).filter(([, value]) => Array.isArray(value)) as [string, number[]][];
  write(out, format === 'csv' ? toCsv(Object.fromEntries(lists)) : `${JSON.stringify(result, null, 2)}\n`);
}

/** Readings in order. Hours count from the first day of 1970: only differences matter. */
function historyOf(columns: Columns, file: string): TemperaturePoint[] {
  const timeName = ['measuredAt', 'time', 'time_h'].find(name => columns[name]);
  const temperatureName = ['temperatureC', 'T_c', 'temperature_c'].find(name => columns[name]);
  if (!timeName || !temperatureName)
    throw new UsageError(
      `${file} must have a column time_h or measuredAt and a column T_c or temperatureC, got ${Object.keys(columns).join(', ')}`,
    );
  const points = columns[timeName]!.map((time, i) => {
    const temperatureC = columns[temperatureName]![i];
    const at = instantOf(time);
    if (at === null)
      throw new UsageError(
        `${file}: ${timeName} in row ${i + 1} must be ${instantRule}, got ${JSON.stringify(time)}`,
      );
    if (typeof temperatureC !== 'number')
      throw new UsageError(
        `${file}: ${temperatureName} in row ${i + 1} must be a number, got ${JSON.stringify(temperatureC)}`,
      );
    return { at, temperatureC };
  });
  if (points.length < 1) throw new UsageError(`${file} has no readings`);
  const sorted = points.toSorted((a, b) => a.at - b.at);
  const twice = sorted.findIndex((point, i) => i > 0 && point.at === sorted[i - 1]!.at);
  if (twice > 0)
    throw new UsageError(
      `${file}: ${timeName} must be different in every row, got ${shown(sorted[twice]!.at)} twice`,
    );
  return sorted;
}

const instantRule = 'hours, or a date such as 2026-11-24T08:00Z';

/** Hours, or a date in ISO 8601; without a zone it is taken as UTC. 24/11 or 11/24 could mean two days and is refused. */
function instantOf(time: number | string | null): number | null {
  if (typeof time === 'number') return Math.round(time * msPerHour);
  const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(
    time?.trim() ?? '',
  );
  if (!parts) return null;
  const at = Date.parse(`${parts[1]}T${parts[2]}${parts[3] ?? 'Z'}`);
  return Number.isFinite(at) ? at : null;
}

/** An instant as the user said it: hours when it lies in the first years of the scale, else a date. */
const shown = (at: number): string =>
  at < 10 * 365 * 24 * msPerHour ? `${at / msPerHour} h` : new Date(at).toISOString();

function optionInstant(option: string, text: string): number {
  const at = instantOf(text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text);
  if (at === null) throw new UsageError(`${option} must be ${instantRule}, got "${text}"`);
  return at;
}

/** 5.2@24 as a count of 5.2 log10 CFU/g at hour 24. */
function countsOf(given: readonly string[] | undefined): BatchCount[] {
  return (given ?? []).map(text => {
    const [count = '', time, ...more] = text.split('@');
    const countLog10CfuPerG = Number(count);
    if (
      count.trim() === '' ||
      time === undefined ||
      more.length ||
      !(countLog10CfuPerG >= -3 && countLog10CfuPerG <= 12)
    )
      throw new UsageError(
        `--count must be log10 CFU/g from -3 to 12, @ and a time, such as 5.2@24, got "${text}"`,
      );
    return { at: optionInstant('--count', time), countLog10CfuPerG };
  });
}

function lifeOf(all: readonly TemperaturePoint[], options: PredictOptions) {
  const treatment = treatmentSchema.safeParse(options.treatment);
  if (!treatment.success)
    throw new UsageError(`--treatment ${treatment.error.issues[0]?.message}, got "${options.treatment}"`);
  const { used, leftOut } = cleanSeries(all);
  const producedAt = used[0]!.at;
  const asOf = used.at(-1)!.at;
  const futureTemperatureC =
    options.future === undefined
      ? used.at(-1)!.temperatureC
      : number('--future', options.future, temperatureRangeC.min, temperatureRangeC.max);
  const base = {
    producedAt,
    parameters: tahuParametersFor(treatment.data),
    maxGapMs: number('--max-gap', options.maxGap, 1 / 60, 1e5) * msPerHour,
  };
  const segments = segmentsBetween(used, producedAt, asOf);
  const life = createBatchLife(base);
  for (const segment of segments) life.addSegment(segment);
  const seed = wholeNumber('--seed', options.seed, 0, 2 ** 31 - 1);
  const input = { asOf, futureTemperatureC, uncovered: [], seed };
  const deliverAt = options.deliverAt === undefined ? null : optionInstant('--deliver-at', options.deliverAt);
  if (deliverAt !== null && deliverAt < asOf)
    throw new UsageError(
      `--deliver-at must not be before the last reading (${shown(asOf)}), got "${options.deliverAt}"`,
    );
  const counts = countsOf(options.count);
  for (const { at } of counts)
    if (at < producedAt || at > asOf)
      throw new UsageError(
        `--count must be at a time of the history, ${shown(producedAt)} to ${shown(asOf)}, got "${shown(at)}"`,
      );
  const points = wholeNumber('--points', options.points, 2, 10_000);
  const times = Array.from({ length: points }, (_, i) =>
    Math.round(producedAt + ((asOf - producedAt) * i) / (points - 1)),
  );
  const history = batchLifeHistory({ ...base, segments, uncovered: [], times, asOf, futureTemperatureC });
  return {
    estimate: {
      ...life.estimate(input),
      leftOutReadings: leftOut.length,
      ...(deliverAt === null ? {} : { limitBeforeDelivery: life.limitBefore(input, deliverAt) }),
      ...(counts.length
        ? { afterCounts: afterCounts({ ...base, ...input, segments, counts }, deliverAt) }
        : {}),
    },
    history,
    series: used,
  };
}

/** The life of the spoilers once the laboratory has counted them. */
function afterCounts(input: TahuLifeWithCountsInput, deliverAt: number | null) {
  const { remainingH, effectiveDraws, shareEndedWithin } = tahuLifeWithCounts(input);
  const hours = deliverAt === null ? null : (deliverAt - input.asOf) / msPerHour;
  return {
    remainingH,
    limitBeforeDelivery: hours === null ? null : shareEndedWithin(hours),
    effectiveDraws: Math.round(effectiveDraws),
  };
}

function historyColumns(history: LifeHistory, startAt: number): Record<string, (number | string)[]> {
  const points = [...history.points, ...history.forecast];
  const hours = (at: number) => (at - startAt) / msPerHour;
  return {
    time_h: points.map(point => hours(point.at)),
    part: points.map((_, i) => (i < history.points.length ? 'history' : 'forecast')),
    countLog10CfuPerG: points.map(point => point.countLog10CfuPerG.median),
    count_p05: points.map(point => point.countLog10CfuPerG.p05),
    count_p95: points.map(point => point.countLog10CfuPerG.p95),
    remainingH: points.map(point => point.remainingH.median),
    remainingH_p05: points.map(point => point.remainingH.p05),
    remainingH_p95: points.map(point => point.remainingH.p95),
  };
}

function lifePlot(
  columns: Record<string, (number | string)[]>,
  series: readonly TemperaturePoint[],
  limit: number,
): string {
  const x = columns.time_h as number[];
  const start = series[0]!.at;
  return svgPlot({
    title: 'Predicted count and temperature',
    xLabel: 'hours since the first reading',
    yLabel: 'log10 CFU/g',
    rightLabel: 'degrees C',
    limit: { at: limit, label: 'limit' },
    series: [
      { label: 'count, median', x, y: columns.countLog10CfuPerG as number[], as: 'line' },
      { label: 'count, 95 %', x, y: columns.count_p95 as number[], as: 'line' },
      {
        label: 'temperature',
        x: series.map(point => (point.at - start) / msPerHour),
        y: series.map(point => point.temperatureC),
        as: 'line',
        axis: 'right',
      },
    ],
  });
}

function number(option: string, value: string, from: number, to: number): number {
  const parsed = Number(value);
  if (value.trim() === '' || !(parsed >= from && parsed <= to))
    throw new UsageError(`${option} must be a number from ${from} to ${to}, got "${value}"`);
  return parsed;
}

function wholeNumber(option: string, value: string, from: number, to: number): number {
  const parsed = number(option, value, from, to);
  if (!Number.isInteger(parsed))
    throw new UsageError(`${option} must be a whole number from ${from} to ${to}, got "${value}"`);
  return parsed;
}

function write(out: string | undefined, text: string): void {
  if (out) writeFileSync(out, text);
  else process.stdout.write(text);
}

import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { calculate } from '../models/calculations/calculationRegistry.ts';
import { treatmentSchema } from '../models/contracts/batch.ts';
import { tahuParametersFor } from '../models/parameters/tahu.ts';
import { createBatchLife } from '../models/shelf-life/batchLife.ts';
import { batchLifeHistory, type LifeHistory } from '../models/shelf-life/batchLifeHistory.ts';
import { cleanSeries, segmentsBetween, type TemperaturePoint } from '../models/temperatureHistory.ts';
import { msPerHour } from '../models/units.ts';
import { type Columns, parseCsv, toCsv } from './csv.ts';
import { UsageError } from './simulatePlan.ts';
import { svgPlot } from './svgPlot.ts';

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
    const at = typeof time === 'number' ? time * msPerHour : Date.parse(String(time));
    const temperatureC = columns[temperatureName]![i];
    if (!Number.isFinite(at))
      throw new UsageError(
        `${file}: ${timeName} in row ${i + 1} must be hours or a date, got ${JSON.stringify(time)}`,
      );
    if (typeof temperatureC !== 'number')
      throw new UsageError(
        `${file}: ${temperatureName} in row ${i + 1} must be a number, got ${JSON.stringify(temperatureC)}`,
      );
    return { at, temperatureC };
  });
  if (points.length < 1) throw new UsageError(`${file} has no readings`);
  return points.toSorted((a, b) => a.at - b.at);
}

function lifeOf(all: readonly TemperaturePoint[], options: PredictOptions) {
  const treatment = treatmentSchema.safeParse(options.treatment);
  if (!treatment.success)
    throw new UsageError(`--treatment ${treatment.error.issues[0]?.message}, got "${options.treatment}"`);
  const { used, leftOut } = cleanSeries(all);
  const producedAt = used[0]!.at;
  const asOf = used.at(-1)!.at;
  const futureTemperatureC =
    options.future === undefined ? used.at(-1)!.temperatureC : number('--future', options.future);
  const base = {
    producedAt,
    parameters: tahuParametersFor(treatment.data),
    maxGapMs: number('--max-gap', options.maxGap) * msPerHour,
  };
  const segments = segmentsBetween(used, producedAt, asOf);
  const life = createBatchLife(base);
  for (const segment of segments) life.addSegment(segment);
  const estimate = life.estimate({ asOf, futureTemperatureC, uncovered: [] });
  const count = Math.max(2, number('--points', options.points));
  const times = Array.from({ length: count }, (_, i) =>
    Math.round(producedAt + ((asOf - producedAt) * i) / (count - 1)),
  );
  const history = batchLifeHistory({ ...base, segments, uncovered: [], times, asOf, futureTemperatureC });
  return { estimate: { ...estimate, leftOutReadings: leftOut.length }, history, series: used };
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

function number(option: string, value: string): number {
  const parsed = Number(value);
  if (value.trim() === '' || !Number.isFinite(parsed))
    throw new UsageError(`${option} must be a number, got "${value}"`);
  return parsed;
}

function write(out: string | undefined, text: string): void {
  if (out) writeFileSync(out, text);
  else process.stdout.write(text);
}

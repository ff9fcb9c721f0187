import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { twoStepParts } from '../models/calculations/fitModelNames.ts';
import { type FitRunProgress, fitRunSteps, shownReport } from '../models/calculations/fitRun.ts';
import { fitModelIds } from '../models/fitting/fitRegistry.ts';
import { svgPlot } from '../models/laboratory/svgPlot.ts';
import { type Columns, parseCsv, toCsv } from './csv.ts';
import { runSteps } from './longWork.ts';
import { UsageError } from './simulatePlan.ts';

interface FitOptions {
  readonly model: string;
  readonly free?: string;
  readonly fixed?: readonly string[];
  readonly start?: readonly string[];
  readonly response?: string;
  readonly format: string;
  readonly out?: string;
  readonly svg?: string;
  readonly profile?: boolean;
  readonly bootstrap?: string | true;
  readonly seed: string;
  readonly censored?: string;
}

/** `tahan fit`: parameters from counts, rates or qualities in a file. */
export function addFitCommand(program: Command): void {
  program
    .command('fit')
    .description(
      'estimate the parameters of a model from a table of observations; refuses what the data do not determine',
    )
    .argument(
      '<file>',
      'CSV with a header (time_h, logN, T_c, pH, aw, sqrt_mu ...) or JSON {"data": {...}}, {"experiments": [...]}',
    )
    .requiredOption(
      '--model <id>',
      'such as baranyi, ctmi, one_step_baranyi_ratkowsky_sqrt; "tahan fit models" lists all',
      'baranyi',
    )
    .option('--free <names>', 'parameters to estimate, by commas (default: all without a default)')
    .option('--fixed <name=value...>', 'parameters that are known')
    .option('--start <name=value...>', 'where to begin (default: guesses from the data)')
    .option(
      '--response <name>',
      'the column that is fitted: logN, sqrt_mu, ln_k, Q (default: the first that is there)',
    )
    .option('--format <format>', 'json or csv', 'json')
    .option('--out <file>', 'write the result here instead of to stdout')
    .option('--profile', 'also intervals by profile likelihood, which follow a curved valley (b and Tmin)')
    .option(
      '--bootstrap [n]',
      'also intervals by residual bootstrap of n resamples (default 999); Ctrl-C stops and keeps what is done',
    )
    .option('--seed <n>', 'which resamples: the same seed gives the same intervals', '1')
    .option(
      '--censored <column or limit>',
      'counts that are only known to lie below a limit: a column of 1 and 0 (its counts hold the limit), or one limit for all',
    )
    .option('--svg <file>', 'draw observed and fitted values')
    .action((file: string, options: FitOptions) => runFitCommand(file, options));
}

async function runFitCommand(file: string, options: FitOptions): Promise<void> {
  if (file === 'models') {
    console.log(fitModelIds.join('\n'));
    return;
  }
  const inputs = inputsOf(file, options);
  const parameters = options.free?.split(',').map(name => name.trim()) ?? [];
  const result = await fitted(options, inputs, parameters);
  if (result.status === 'not_identifiable') {
    const reasons = (result.reasons as string[]).join('; ');
    write(options.out, `${JSON.stringify(shownReport(result), null, 2)}\n`);
    throw new Error(`the data do not determine these parameters: ${reasons}`);
  }
  write(
    options.out,
    options.format === 'csv' ? estimatesCsv(result) : `${JSON.stringify(result, null, 2)}\n`,
  );
  if (options.svg) writeFileSync(options.svg, fitPlot(options.model, inputs, result));
}

/** The fit, telling how far it is when somebody watches; Ctrl-C abandons it, or keeps the resamples that are done. */
async function fitted(
  options: FitOptions,
  json: Record<string, unknown>,
  parameters: readonly string[],
): Promise<Result> {
  const { model, response, censored } = options;
  const resamples = options.bootstrap === undefined ? null : resamplesOf(options.bootstrap);
  const seed = wholeNumber('--seed', options.seed, 0, Number.MAX_SAFE_INTEGER);
  const isTwoStep = twoStepParts(model) !== null;
  if (isTwoStep && (resamples !== null || options.profile || censored))
    throw new UsageError(
      `--bootstrap, --profile and --censored belong to one regression, got the two-step model "${model}"`,
    );
  const outcome = await runSteps(
    fitRunSteps({
      ...{ model, json, parameters, response, resamples, seed },
      profile: options.profile ?? false,
      // A number is one limit for all counts, anything else the name of a column.
      censored: censored === undefined ? null : isNumber(censored) ? Number(censored) : censored,
    }),
    describeProgress,
  );
  if (outcome.finished) return outcome.result;
  if (!outcome.last?.soFar) throw new Error('stopped before the fit was done: nothing to show');
  console.error(
    `stopped after ${outcome.last.done} of ${outcome.last.of} resamples: the intervals are those of these`,
  );
  return outcome.last.soFar();
}

const describeProgress = ({ stage, done, of }: FitRunProgress): string => {
  if (stage === 'bootstrap') return `resample ${done} of ${of}  (Ctrl-C stops)`;
  return `${stage === 'profile' ? 'interval' : 'start'} ${done} of ${of}`;
};

/** 999 unless another number is said. */
const resamplesOf = (given: string | true): number =>
  given === true ? 999 : wholeNumber('--bootstrap', given, 20, 100_000);

function wholeNumber(option: string, value: string, from: number, to: number): number {
  const parsed = Number(value);
  if (value.trim() === '' || !Number.isInteger(parsed) || parsed < from || parsed > to)
    throw new UsageError(`${option} must be a whole number from ${from} to ${to}, got "${value}"`);
  return parsed;
}

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

/** Anything else is the name of a column. */
function columnOf({ censored }: FitOptions): string | undefined {
  return censored !== undefined && !isNumber(censored) ? censored : undefined;
}

function inputsOf(file: string, options: FitOptions): Record<string, unknown> {
  if (options.format !== 'json' && options.format !== 'csv')
    throw new UsageError(`--format must be json or csv, got "${options.format}"`);
  const text = readFileSync(file, 'utf8');
  const json = /^\s*\{/.test(text)
    ? (JSON.parse(text) as Record<string, unknown>)
    : { data: numeric(parseCsv(text, file), file, columnOf(options)) };
  const fixed = { ...(json.fixed as Record<string, number> | undefined), ...pairs('--fixed', options.fixed) };
  return {
    ...json,
    ...(Object.keys(fixed).length ? { fixed } : {}),
    ...(options.start ? { start: pairs('--start', options.start) } : {}),
  };
}

/** Columns of numbers; text is left out, but for the one that tells what is censored. */
function numeric(columns: Columns, file: string, censored: string | undefined): Record<string, unknown> {
  if (censored !== undefined && !columns[censored])
    throw new UsageError(
      `--censored must be a number or one of the columns ${Object.keys(columns).join(', ')}, got "${censored}"`,
    );
  const entries = Object.entries(columns).filter(
    ([name, values]) => name !== censored && values.some(value => typeof value === 'number'),
  );
  for (const [name, values] of entries)
    for (const [i, value] of values.entries())
      if (typeof value !== 'number')
        throw new UsageError(
          `${file}: ${name} in row ${i + 1} must be a number, got ${JSON.stringify(value)}`,
        );
  const marks = censored === undefined ? {} : { [censored]: columns[censored] };
  return { ...Object.fromEntries(entries), ...marks };
}

/** name=value as numbers. */
export function pairs(option: string, given: readonly string[] | undefined): Record<string, number> {
  return Object.fromEntries(
    (given ?? []).map(pair => {
      const [name = '', value = ''] = pair.split('=');
      if (!name || value === '' || !Number.isFinite(Number(value)))
        throw new UsageError(`${option} must be name=number, got "${pair}"`);
      return [name, Number(value)];
    }),
  );
}

type Result = Readonly<Record<string, unknown>>;

function estimatesCsv(result: Result): string {
  const estimates = result.estimates as Record<string, number>;
  const errors = result.standard_errors as Record<string, number> | null;
  // The wider knowledge where it was asked for.
  const bootstrap = result.bootstrap95 as
    | { intervals: Record<string, [number | null, number | null]> }
    | undefined;
  const intervals = (result.profile95 ?? bootstrap?.intervals ?? result.wald95 ?? null) as Record<
    string,
    [number | null, number | null]
  > | null;
  const names = Object.keys(estimates);
  return toCsv({
    parameter: names,
    estimate: names.map(name => estimates[name]!),
    standard_error: names.map(name => errors?.[name] ?? null),
    lower95: names.map(name => intervals?.[name]?.[0] ?? null),
    upper95: names.map(name => intervals?.[name]?.[1] ?? null),
  });
}

function fitPlot(model: string, inputs: Record<string, unknown>, result: Result): string {
  if (!Array.isArray(result.predicted))
    throw new UsageError('--svg is for fits by least squares, got a fit of censored counts');
  const predicted = result.predicted as number[];
  const residuals = result.residuals as number[];
  const observed = predicted.map((value, i) => value + residuals[i]!);
  const data = (inputs.data ?? {}) as Record<string, number[]>;
  const column = ['time_h', 'time_min', 'T_c', 'pH', 'aw'].find(
    name => data[name]?.length === predicted.length,
  );
  const x = column ? data[column]! : predicted.map((_, i) => i + 1);
  const order = x.map((_, i) => i).sort((a, b) => x[a]! - x[b]!);
  return svgPlot({
    title: `${model}: observed and fitted`,
    xLabel: column ?? 'observation',
    yLabel: 'response',
    series: [
      { label: 'observed', x, y: observed, as: 'points' },
      { label: 'fitted', x: order.map(i => x[i]!), y: order.map(i => predicted[i]!), as: 'line' },
    ],
  });
}

function write(out: string | undefined, text: string): void {
  if (out) writeFileSync(out, text);
  else process.stdout.write(text);
}

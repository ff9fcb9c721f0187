import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { calculate } from '../models/calculations/calculationRegistry.ts';
import { fitReport, fitRequestOf } from '../models/calculations/fitCalculations.ts';
import { twoStepParts } from '../models/calculations/fitModelNames.ts';
import { Inputs } from '../models/calculations/inputs.ts';
import { fitSteps } from '../models/fitting/fitParameters.ts';
import { fitModelIds } from '../models/fitting/fitRegistry.ts';
import { profileInterval } from '../models/fitting/profileLikelihood.ts';
import { type Columns, parseCsv, toCsv } from './csv.ts';
import { UsageError } from './simulatePlan.ts';
import { svgPlot } from './svgPlot.ts';

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
    .option('--svg <file>', 'draw observed and fitted values')
    .action((file: string, options: FitOptions) => runFitCommand(file, options));
}

function runFitCommand(file: string, options: FitOptions): void {
  if (file === 'models') {
    console.log(fitModelIds.join('\n'));
    return;
  }
  const inputs = inputsOf(file, options);
  const parameters = options.free?.split(',').map(name => name.trim()) ?? [];
  const result = fitted(options, inputs, parameters);
  if (result.status === 'not_identifiable') {
    const reasons = (result.reasons as string[]).join('; ');
    write(options.out, `${JSON.stringify({ status: result.status, reasons: result.reasons }, null, 2)}\n`);
    throw new Error(`the data do not determine these parameters: ${reasons}`);
  }
  write(
    options.out,
    options.format === 'csv' ? estimatesCsv(result) : `${JSON.stringify(result, null, 2)}\n`,
  );
  if (options.svg) writeFileSync(options.svg, fitPlot(options.model, inputs, result));
}

/** The fit, telling how far it is when somebody watches; Ctrl-C abandons it. */
function fitted(options: FitOptions, json: Record<string, unknown>, parameters: readonly string[]): Result {
  const wanted = { names: [], parameters };
  if (twoStepParts(options.model)) return calculate('fit', options.model, json, wanted, options.response);
  const request = fitRequestOf(options.model, new Inputs(json), wanted, options.response);
  const steps = fitSteps(request);
  let step = steps.next();
  for (; !step.done; step = steps.next())
    if (process.stderr.isTTY) process.stderr.write(`\rstart ${step.value.done} of ${step.value.of} `);
  if (process.stderr.isTTY) process.stderr.write('\r                    \r');
  const result = step.value;
  const report = fitReport(request, result);
  if (!options.profile || result.identifiability.status === 'not_identifiable') return report;
  const intervals = request.free.map(name => profileInterval(request, result, name));
  return {
    ...report,
    profile95: Object.fromEntries(
      intervals.map(({ parameter, lower, upper }) => [parameter, [lower, upper]]),
    ),
  };
}

function inputsOf(file: string, options: FitOptions): Record<string, unknown> {
  if (options.format !== 'json' && options.format !== 'csv')
    throw new UsageError(`--format must be json or csv, got "${options.format}"`);
  const text = readFileSync(file, 'utf8');
  const json = /^\s*\{/.test(text)
    ? (JSON.parse(text) as Record<string, unknown>)
    : { data: numeric(parseCsv(text, file), file) };
  const fixed = { ...(json.fixed as Record<string, number> | undefined), ...pairs('--fixed', options.fixed) };
  return {
    ...json,
    ...(Object.keys(fixed).length ? { fixed } : {}),
    ...(options.start ? { start: pairs('--start', options.start) } : {}),
  };
}

function numeric(columns: Columns, file: string): Record<string, number[]> {
  const entries = Object.entries(columns).filter(([, values]) =>
    values.some(value => typeof value === 'number'),
  );
  for (const [name, values] of entries)
    for (const [i, value] of values.entries())
      if (typeof value !== 'number')
        throw new UsageError(
          `${file}: ${name} in row ${i + 1} must be a number, got ${JSON.stringify(value)}`,
        );
  return Object.fromEntries(entries) as Record<string, number[]>;
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
  const intervals = (result.profile95 ?? result.wald95) as Record<
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

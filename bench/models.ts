import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculate } from '../models/calculations/calculationRegistry.ts';
import { tahuParametersFor } from '../models/parameters/tahu.ts';
import { createBatchLife } from '../models/shelf-life/batchLife.ts';
import { segmentsBetween } from '../models/temperatureHistory.ts';
import { timeToLimitDraws } from '../models/uncertainty/timeToLimitDraws.ts';
import { msPerHour } from '../models/units.ts';
import type { BenchRow } from './run.ts';

interface Fixture {
  readonly cases: readonly {
    readonly id: string;
    readonly model: string;
    readonly inputs: Record<string, unknown>;
  }[];
}

const fixtures = join(import.meta.dirname, '..', 'test', 'models', 'fixtures', 'oracles');
const caseOf = (file: string, id: string) =>
  (JSON.parse(readFileSync(join(fixtures, file), 'utf8')) as Fixture).cases.find(one => one.id === id)!;

/** CPU seconds of biogrowth 1.0.8 (R 4.2.2) for the same jobs, measured on two shared cores. */
const biogrowth = { week: 0.58, globalFit: 4.5, dynamicFit: 29, staticFit: 0.077, draws: 3.2 };

/** Median CPU seconds of one run, warmed up for a fifth of a second: what a server that has been asked before needs. */
function cpuSeconds(job: () => unknown, runs = 15): number {
  const warmUntil = performance.now() + 200;
  for (let i = 0; i < 3 || performance.now() < warmUntil; i += 1) job();
  const taken = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    const repeat = 5;
    for (let i = 0; i < repeat; i += 1) job();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / repeat / 1e6;
  });
  return taken.sort((a, b) => a - b)[runs >> 1]!;
}

/** The models against biogrowth's published figures and against R on this machine, in one run. */
export default function benchModels(): BenchRow[] {
  const week = caseOf('dynamic_growth.json', 'dy-sinus-o03');
  const static_ = caseOf('fits.json', 'fit-baranyi-salmonella-o04');
  const global = caseOf('fits.json', 'fit-dynamic-global-o13');
  const profile = week.inputs.profile as { time_h: number[]; T_c: number[] };
  const data = static_.inputs.data as { time_h: number[]; logN: number[] };
  const r = measureR({ week: profile, static: data, draws: 1000 });
  const parameters = (...names: string[]) => ({ names: [], parameters: names });
  const dynamicFit = fourParameters(profile);
  const rows: (Omit<BenchRow, 'seconds' | 'comparisons'> & {
    run: () => unknown;
    runs?: number;
    others: Record<string, number | null>;
  })[] = [
    {
      job: 'a week of 15-minute readings, count at 25 times',
      run: () => calculate('dynamic_growth', week.model, week.inputs),
      others: {
        biogrowth: biogrowth.week,
        'R closed form': r?.week_closed_form ?? null,
        'R lsoda': r?.week_lsoda ?? null,
      },
    },
    {
      job: 'one curve, 4 parameters, 21 points (several starts)',
      run: () =>
        calculate(
          'fit',
          'baranyi',
          static_.inputs,
          parameters('lag', 'mumax', 'LOG10N0', 'LOG10Nmax'),
          'logN',
        ),
      others: { biogrowth: biogrowth.staticFit, 'R nls, one start': r?.static_fit ?? null },
    },
    {
      job: 'one-step dynamic fit, 2 parameters, 2 runs, 50 points',
      run: () => calculate('fit', global.model, global.inputs, parameters('mu_opt', 'Topt'), 'logN'),
      others: { biogrowth: biogrowth.globalFit },
    },
    {
      job: 'dynamic fit, 4 parameters, 30 points',
      run: dynamicFit,
      runs: 5,
      others: { biogrowth: biogrowth.dynamicFit },
    },
    {
      job: '1,000 Monte Carlo draws of a time to limit',
      run: draws,
      others: { biogrowth: biogrowth.draws, 'R vectorised': r?.draws ?? null },
    },
    { job: 'a year of 15-minute readings, 20,000 draws', run: yearOfReadings(), others: {} },
  ];
  return rows.map(({ job, run, runs, others }) => ({
    job,
    seconds: cpuSeconds(run, runs),
    comparisons: others,
  }));
}

/** A run that does determine four parameters: cold, warm and above the optimum. */
function fourParameters(week: { time_h: number[]; T_c: number[] }): () => unknown {
  const times = Array.from({ length: 30 }, (_, i) => i * 4);
  const profile = { time_h: [0, 24, 30, 60, 80, 120], T_c: [6, 10, 30, 38, 12, 20], interpolation: 'linear' };
  const made = calculate('dynamic_growth', 'baranyi_dynamic', {
    profile,
    secondary: { model: 'ctmi', mu_opt: 0.5, Tmin: 1, Topt: 34, Tmax: 42 },
    primary: { logN0: 2, logNmax: 12, h0: 1 },
    times_h: times,
  }).logN as number[];
  // Noise that is the same at every run: the decimals of the week's temperatures.
  const logN = made.map((value, i) => value + 0.2 * (((week.T_c[i * 7]! * 1000) % 1) - 0.5));
  const inputs = {
    data: { time_h: times, logN },
    profile,
    fixed: { logN0: 2, logNmax: 12, h0: 1 },
    start: { mu_opt: 0.8, Tmin: 3, Topt: 30, Tmax: 45 },
  };
  return () =>
    calculate(
      'fit',
      'one_step_dynamic_baranyi_ctmi',
      inputs,
      { names: [], parameters: ['mu_opt', 'Tmin', 'Topt', 'Tmax'] },
      'logN',
    );
}

const draws = () =>
  timeToLimitDraws({
    names: ['b', 'tMinC', 'h0', 'logN0'],
    mean: [0.0239, -2.5, 1.1, 3.2],
    covariance: [0.0012, 0.6, 0.35, 0.25].map((sd, i, all) => all.map((_, j) => (i === j ? sd * sd : 0))),
    fixed: { logNmax: 8.6 },
    history: () => 0,
    futureMuLnPerH: ({ b, tMinC }) => (tMinC! >= 5 ? 0 : (b! * (5 - tMinC!)) ** 2),
    limitLog10Cfu: 7,
    draws: 1000,
    seed: 1,
  });

function yearOfReadings(): () => unknown {
  const points = Array.from({ length: 35_040 }, (_, i) => ({
    at: i * 0.25 * msPerHour,
    temperatureC: 1 + 0.5 * Math.sin(i / 15),
  }));
  const asOf = points.at(-1)!.at;
  const life = createBatchLife({
    producedAt: 0,
    parameters: tahuParametersFor('packed-heated-p90'),
    maxGapMs: 2 * msPerHour,
  });
  for (const segment of segmentsBetween(points, 0, asOf)) life.addSegment(segment);
  return () => life.estimate({ asOf, futureTemperatureC: 4, uncovered: [] });
}

interface RFigures {
  readonly week_closed_form: number;
  readonly week_lsoda: number;
  readonly draws: number;
  readonly static_fit: number;
}

/** null when R or deSolve is not installed: the comparison is then left out, not guessed. */
function measureR(jobs: unknown): RFigures | null {
  const { status, stdout } = spawnSync('Rscript', [join(import.meta.dirname, 'models.R')], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
  });
  return status === 0 ? (JSON.parse(stdout) as RFigures) : null;
}

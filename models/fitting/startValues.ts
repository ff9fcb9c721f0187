import { linearRegression } from 'simple-statistics';
import type { FitData, Parameters, Row } from './fitModel.ts';

/**
 * Starting values of a growth curve: logN0 and logNmax from its ends, mu from the steepest moving regression, the lag
 * from where that line meets logN0.
 */
export function guessGrowth(
  rows: readonly Row[],
  observed: readonly number[],
): Required<Record<'logN0' | 'logNmax' | 'muLnPerH' | 'lagH', number>> {
  const points = byTime(rows, observed, 'timeH');
  const y = points.map(point => point[1]);
  const { slope, crossing } = steepest(points, 1);
  const early = y.slice(0, Math.max(1, Math.min(2, Math.floor(y.length / 4))));
  const late = points.slice(-3);
  const lateSlope = late.length > 1 ? safeSlope(late) : 0;
  const top = mean(late.map(point => point[1]));
  const logN0 = mean(early);
  const logNmax = Math.max(lateSlope < 0.1 * slope ? top : Math.max(...y) + 0.5, logN0 + 0.5);
  const muLnPerH = Math.max(slope, 1e-6) * Math.LN10;
  const lastTime = points.at(-1)?.[0] ?? 1;
  const lagH = Math.min(Math.max(crossing(logN0), 0.01 * lastTime), 0.8 * lastTime);
  return { logN0, logNmax, muLnPerH, lagH };
}

/** Starting values of a survival curve: the same upside down. Rates in ln per minute. */
export function guessSurvival(
  rows: readonly Row[],
  observed: readonly number[],
): { logN0: number; logNres: number; kMaxLnPerMin: number; shoulderMin: number } {
  const points = byTime(rows, observed, 'timeMin');
  const y = points.map(point => point[1]);
  const { slope, crossing } = steepest(points, -1);
  const logN0 = mean(y.slice(0, Math.max(1, Math.min(3, Math.floor(y.length / 4)))));
  const logNres = Math.min(mean(y.slice(-3)), logN0 - 0.1);
  const lastTime = points.at(-1)?.[0] ?? 1;
  const shoulderMin = Math.min(Math.max(crossing(logN0), 0.01 * lastTime), 0.8 * lastTime);
  return { logN0, logNres, kMaxLnPerMin: Math.max(-slope, 1e-9) * Math.LN10, shoulderMin };
}

/** Line of sqrt(rate) on a factor over the points below the fastest: slope and where it meets zero. */
export function guessSquareRoot(
  rows: readonly Row[],
  rates: readonly number[],
  column: string,
): { slope: number; zero: number; atFastest: number; fastest: number; largest: number; smallest: number } {
  const points = rows
    .map((row, i): [number, number] => [row[column]!, Math.sqrt(Math.max(0, rates[i]!))])
    .sort((a, b) => a[0] - b[0]);
  const xs = points.map(point => point[0]);
  const best = points.reduce((a, b) => (b[1] > a[1] ? b : a));
  const below = points.filter(point => point[0] <= best[0]);
  const line = below.length > 1 && below[0]![0] < best[0] ? linearRegression(below) : null;
  const smallest = xs[0]!;
  const largest = xs.at(-1)!;
  const span = largest - smallest || 1;
  const slope = line && line.m > 0 ? line.m : best[1] / span || 1e-3;
  const zero = line && line.m > 0 ? -line.b / line.m : smallest - 0.1 * span;
  return { slope, zero, atFastest: best[0], fastest: best[1] ** 2, largest, smallest };
}

/** Starting points spread around a guess, the same for the same guess: each parameter times or plus a share of itself. */
export function spreadStarts(guess: Parameters, count: number): Parameters[] {
  const next = generator(20);
  return Array.from({ length: count }, () =>
    Object.fromEntries(
      Object.entries(guess).map(([name, value]) => {
        const draw = 2 * next() - 1;
        // Temperatures and counts move by degrees or logs, rates and shapes by a factor.
        const moved = /^(t(Min|Opt|Max)C|logN)/.test(name) ? value + 2 * draw : value * 2 ** (1.5 * draw);
        return [name, moved];
      }),
    ),
  );
}

/** mulberry32: small, seeded, good enough to scatter starting points and resample residuals. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Point = [time: number, value: number];

function steepest(
  points: readonly Point[],
  sign: 1 | -1,
): { slope: number; crossing: (level: number) => number } {
  const width = points.length < 8 ? Math.min(3, points.length) : 4;
  let slope = 0;
  let intercept = points[0]?.[1] ?? 0;
  for (let i = 0; i + width <= points.length; i += 1) {
    const window = points.slice(i, i + width);
    if (window.at(-1)![0] <= window[0]![0]) continue;
    const line = linearRegression(window);
    if (sign * line.m > sign * slope) {
      slope = line.m;
      intercept = line.b;
    }
  }
  return { slope, crossing: level => (slope === 0 ? 0 : (level - intercept) / slope) };
}

function safeSlope(points: readonly Point[]): number {
  return points.at(-1)![0] > points[0]![0] ? linearRegression([...points]).m : 0;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const byTime = (rows: readonly Row[], observed: readonly number[], column: string): Point[] =>
  rows.map((row, i): Point => [row[column]!, observed[i]!]).sort((a, b) => a[0] - b[0]);

/** Rows of one temperature at a time. */
export function byTemperature(data: FitData): { temperatureC: number; rows: Row[]; observed: number[] }[] {
  const groups = new Map<number, { temperatureC: number; rows: Row[]; observed: number[] }>();
  for (const [i, row] of data.rows.entries()) {
    const temperatureC = row.temperatureC!;
    const group = groups.get(temperatureC) ?? { temperatureC, rows: [], observed: [] };
    group.rows.push(row);
    group.observed.push(data.observed[i]!);
    groups.set(temperatureC, group);
  }
  return [...groups.values()].sort((a, b) => a.temperatureC - b.temperatureC);
}

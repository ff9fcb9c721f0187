import { finite, ModelDomainError, notNegative } from '../errors.ts';
import { integrateOverPiece, type RateOf } from '../integrate.ts';
import { type Piece, type Profile, piecesOf, valueOn } from '../profile.ts';
import { lnFromLog10, log10FromLn } from '../units.ts';
import { adjustedGrowth } from './baranyi.ts';

export interface JamesonFlora {
  readonly logN0: number;
  /** Work to be done before growth; 0 = no lag. */
  readonly h0: number;
  /** ln units per hour at a temperature. */
  readonly growth: RateOf;
}

/** ln N of each flora, and its integral of mu so far. */
interface State {
  readonly lnN: readonly number[];
  readonly muIntegral: readonly number[];
}

/** Longest step, as growth of the fastest flora in ln units: keeps the error of a whole curve below 1e-8 log10. */
const stepLn = 0.02;
/** Some seconds of work, and growth enough to fill any food a thousand times over. */
const mostSteps = 1_000_000;

/**
 * Two or more floras in one food that stop together when their sum fills it (Jameson effect).
 *
 *   d ln Qi/dt = mu_i;  d ln Ni/dt = mu_i Qi/(1+Qi) max(0, 1 - (N1 + N2)/Nmax)
 *
 * Runge-Kutta of fourth order on ln N, restarted at every knot and kink.
 *
 * @param profile  temperature over hours
 * @param floras  one or more; the sum of their starting counts not above Nmax
 * @param logNmax  log10 CFU/g of all floras together
 * @param timesH  not before the profile, in any order: asking for more of them changes no answer
 * @returns for each flora, log10 CFU/g at each time
 * @throws {ModelDomainError} when the floras start above logNmax, or a time is so far that a million steps are too few
 * @see Jameson (1962), J. Hyg. 60:193-207; Gimenez and Dalgaard (2004), J. Appl. Microbiol. 96:96-109
 */
export function jamesonCounts(
  profile: Profile,
  floras: readonly JamesonFlora[],
  logNmax: number,
  timesH: readonly number[],
): number[][] {
  checkFloras(floras, logNmax);
  const start = profile.times[0]!;
  for (const time of timesH)
    if (!(finite('timesH', time) >= start))
      throw new ModelDomainError('timesH', time, `at or after the first time of the profile (${start})`);
  const order = timesH.map((_, i) => i).sort((a, b) => timesH[a]! - timesH[b]!);
  const answers = floras.map(() => timesH.map(() => 0));
  const write = (index: number, state: State) => {
    for (const [i, answer] of answers.entries()) answer[index] = log10FromLn(state.lnN[i]!);
  };
  let state: State = { lnN: floras.map(f => lnFromLog10(f.logN0)), muIntegral: floras.map(() => 0) };
  let next = 0;
  for (; next < order.length && timesH[order[next]!]! === start; next += 1) write(order[next]!, state);
  for (const step of stepsOf(profile, floras, timesH[order.at(-1) ?? -1] ?? start)) {
    // A time asked for inside a step gets a shorter step of its own, which the main line does not see.
    for (; next < order.length && timesH[order[next]!]! < step.to; next += 1)
      write(order[next]!, advance(state, cut(step, timesH[order[next]!]!), floras, logNmax));
    state = advance(state, step, floras, logNmax);
    for (; next < order.length && timesH[order[next]!]! === step.to; next += 1) write(order[next]!, state);
  }
  return answers;
}

function* stepsOf(profile: Profile, floras: readonly JamesonFlora[], until: number): Generator<Piece> {
  let taken = 0;
  for (const piece of piecesOf(profile, until))
    for (const smooth of splitAtKinks(piece, floras)) {
      const { from, to } = smooth;
      const values = [smooth.fromValue, valueOn(smooth, (from + to) / 2), smooth.toValue];
      const fastest = Math.max(...floras.flatMap(f => values.map(value => f.growth.rate(value))));
      const count = Math.max(1, Math.ceil(((to - from) * fastest) / stepLn));
      taken += count;
      if (taken > mostSteps)
        throw new ModelDomainError(
          'timesH',
          until,
          `so near that ${mostSteps} steps are enough: the floras have long filled the food`,
        );
      for (let i = 0; i < count; i += 1) {
        const stepFrom = from + ((to - from) * i) / count;
        const stepTo = i + 1 === count ? to : from + ((to - from) * (i + 1)) / count;
        yield {
          from: stepFrom,
          to: stepTo,
          fromValue: valueOn(smooth, stepFrom),
          toValue: valueOn(smooth, stepTo),
        };
      }
    }
}

function splitAtKinks(piece: Piece, floras: readonly JamesonFlora[]): Piece[] {
  const { fromValue, toValue } = piece;
  const shares = floras
    .flatMap(f => f.growth.kinks.map(kink => (kink - fromValue) / (toValue - fromValue)))
    .filter(share => share > 0 && share < 1)
    .sort((a, b) => a - b);
  const edges = [0, ...new Set(shares), 1];
  const timeOf = (share: number) => (share === 1 ? piece.to : piece.from + share * (piece.to - piece.from));
  return edges.slice(1).map((share, i) => ({
    from: timeOf(edges[i]!),
    to: timeOf(share),
    fromValue: valueOn(piece, timeOf(edges[i]!)),
    toValue: valueOn(piece, timeOf(share)),
  }));
}

const cut = (piece: Piece, to: number): Piece => ({ ...piece, to, toValue: valueOn(piece, to) });

/** One Runge-Kutta step. The lag needs none: Q/(1+Q) follows from the integral of mu. */
function advance(state: State, step: Piece, floras: readonly JamesonFlora[], logNmax: number): State {
  const h = step.to - step.from;
  const middle = cut(step, step.from + h / 2);
  const toMiddle = floras.map((f, i) => state.muIntegral[i]! + integrateOverPiece(middle, f.growth));
  const toEnd = floras.map((f, i) => state.muIntegral[i]! + integrateOverPiece(step, f.growth));
  const speed = (value: number, integral: readonly number[]) =>
    floras.map((f, i) => f.growth.rate(value) * readiness(integral[i]!, f.h0));
  const first = speed(step.fromValue, state.muIntegral);
  const second = speed(middle.toValue, toMiddle);
  const third = speed(step.toValue, toEnd);
  const lnNmax = lnFromLog10(logNmax);
  const slope = (lnN: readonly number[], speeds: readonly number[]) => {
    const room = Math.max(0, 1 - lnN.reduce((sum, value) => sum + Math.exp(value - lnNmax), 0));
    return speeds.map(value => value * room);
  };
  const moved = (factor: number, by: readonly number[]) =>
    state.lnN.map((value, i) => value + factor * by[i]!);
  const k1 = slope(state.lnN, first);
  const k2 = slope(moved(h / 2, k1), second);
  const k3 = slope(moved(h / 2, k2), second);
  const k4 = slope(moved(h, k3), third);
  const lnN = state.lnN.map((value, i) => value + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
  return { lnN, muIntegral: toEnd };
}

/** Q/(1+Q) = 1/(1 + (e^h0 - 1) e^-M). */
function readiness(muIntegral: number, h0: number): number {
  return h0 === 0 ? 1 : 1 / (1 + Math.exp(h0 - muIntegral + Math.log(-Math.expm1(-h0))));
}

function checkFloras(floras: readonly JamesonFlora[], logNmax: number): void {
  finite('logNmax', logNmax);
  if (floras.length === 0) throw new ModelDomainError('floras', floras, 'one or more');
  for (const [i, flora] of floras.entries()) notNegative(`floras[${i}].h0`, flora.h0);
  const start = floras.reduce(
    (sum, f, i) => sum + 10 ** (finite(`floras[${i}].logN0`, f.logN0) - logNmax),
    0,
  );
  if (!(start <= 1 + 1e-12))
    throw new ModelDomainError('logNmax', logNmax, 'at or above the sum of the starting counts');
}

/**
 * Count of a flora that grows as if alone until `stopH`, where the food is full: the closed form that can be fitted.
 *
 * @param timeH  hours, >= 0
 * @param parameters  lag by the Baranyi form, the straight form (`trilinear`) or none
 * @returns log10 CFU/g
 * @example
 * jamesonStopCount(20, { logN0: 3, muLnPerH: Math.LN10, lagH: 0, stopH: 2 }, 'none'); // => 5
 * @see Vimont et al. (2006), Appl. Environ. Microbiol. 72:261-268
 */
export function jamesonStopCount(
  timeH: number,
  parameters: {
    readonly logN0: number;
    readonly muLnPerH: number;
    readonly lagH: number;
    readonly stopH: number;
  },
  lag: 'baranyi' | 'trilinear' | 'none',
): number {
  const { logN0, muLnPerH, lagH, stopH } = parameters;
  const growingH = Math.min(notNegative('timeH', timeH), notNegative('stopH', stopH));
  notNegative('muLnPerH', muLnPerH);
  notNegative('lagH', lagH);
  if (lag === 'none') return logN0 + log10FromLn(muLnPerH * growingH);
  if (lag === 'trilinear') return logN0 + log10FromLn(muLnPerH * Math.max(0, growingH - lagH));
  return logN0 + log10FromLn(adjustedGrowth(muLnPerH * growingH, muLnPerH * lagH));
}

import { finite, ModelDomainError, notNegative } from '../errors.ts';
import { lnFromLog10, log10FromLn } from '../units.ts';

/**
 * A population before it starts to grow.
 *   initialLog10Cfu  log10 CFU/g at the start
 *   h0               the work to be done before growth, h0 = mu * lag = ln(1 + 1/Q0); 0 = no lag
 *   maxLog10Cfu      log10 CFU/g it never passes; null = no stationary phase
 */
export interface BaranyiPopulation {
  readonly initialLog10Cfu: number;
  readonly h0: number;
  readonly maxLog10Cfu: number | null;
}

/**
 * Growth the lag leaves over: what an integral of mu becomes once the work h0 is done.
 *
 *   A*(M) = ln(1 + Q0 e^M) - ln(1 + Q0) = ln(1 + e^-h0 (e^M - 1))
 *
 * @param muIntegral  M = integral of mu dt, ln units, 0 or greater
 * @param h0          0 or greater; 0 gives A* = M
 * @returns A* in ln units, 0 <= A* <= M, finite for every finite M
 * @throws {ModelDomainError} if muIntegral or h0 is negative or not finite
 * @example
 * adjustedGrowth(2, 0); // => 2
 */
export function adjustedGrowth(muIntegral: number, h0: number): number {
  return adjustedGrowthUnchecked(notNegative('muIntegral', muIntegral), notNegative('h0', h0));
}

function adjustedGrowthUnchecked(muIntegral: number, h0: number): number {
  if (h0 === 0) return muIntegral;
  if (muIntegral < 30) return Math.log1p(Math.exp(-h0) * Math.expm1(muIntegral));
  // e^M alone would overflow past 709: the same sum with the largest exponent taken out.
  const excess = softplus(muIntegral - h0);
  return excess + Math.log1p(-Math.exp(-h0 - excess));
}

/**
 * Count after growth by Baranyi and Roberts, exact for any temperature history: all of it is in M = integral of mu dt.
 *
 *   ln N = ln N0 + A* - ln(1 + (N0/Nmax)(e^A* - 1)),   A* = {@link adjustedGrowth}(M, h0)
 *
 * Holds for one organism with constant Nmax whose one mu drives both the lag and the growth. With
 * y = ln(e^d - 1) - A*, d = ln(Nmax/N0), it is ln Nmax - ln(1 + e^y), which cannot overflow.
 *
 * @param muIntegral  M in ln units, 0 or greater
 * @param population  maxLog10Cfu at or above initialLog10Cfu
 * @returns log10 CFU/g
 * @throws {ModelDomainError} if a value is outside its domain
 * @example
 * baranyiCount(0, { initialLog10Cfu: 3, h0: 1.2, maxLog10Cfu: null }); // => 3
 * @see Baranyi and Roberts (1994), Int. J. Food Microbiol. 23(3-4):277–294, doi:10.1016/0168-1605(94)90157-0
 */
export function baranyiCount(muIntegral: number, population: BaranyiPopulation): number {
  checkPopulation(population);
  notNegative('muIntegral', muIntegral);
  const { initialLog10Cfu, h0, maxLog10Cfu } = population;
  return baranyiCountUnchecked(muIntegral, initialLog10Cfu, h0, maxLog10Cfu);
}

/** The same without checks and without a record, for many draws of a population. */
export function baranyiCountUnchecked(
  muIntegral: number,
  initialLog10Cfu: number,
  h0: number,
  maxLog10Cfu: number | null,
): number {
  const growth = adjustedGrowthUnchecked(muIntegral, h0);
  if (maxLog10Cfu === null) return initialLog10Cfu + log10FromLn(growth);
  const room = lnFromLog10(maxLog10Cfu - initialLog10Cfu);
  return maxLog10Cfu - log10FromLn(softplus(room + Math.log1p(-Math.exp(-room)) - growth));
}

/** Count after `timeH` hours at one rate: {@link baranyiCount} with M = mu t. */
export function baranyiCountAtRate(timeH: number, muLnPerH: number, population: BaranyiPopulation): number {
  return baranyiCount(notNegative('timeH', timeH) * notNegative('muLnPerH', muLnPerH), population);
}

/**
 * The integral of mu that takes a population to a count: the inverse of {@link baranyiCount}.
 *
 *   A_L = ln[ nL (1 - n0) / (n0 (1 - nL)) ],  M = ln[ (e^A_L (1 + Q0) - 1) / Q0 ] = h0 + ln(e^A_L - 1 + e^-h0)
 *
 * with n = N/Nmax. Without a stationary phase A_L = ln(NL/N0).
 *
 * @param targetLog10Cfu  log10 CFU/g
 * @returns M in ln units; 0 when the target is at or below the start; `null` when it is at or above Nmax: never
 * @throws {ModelDomainError} if a value is outside its domain
 * @example
 * baranyiGrowthRequired(4, { initialLog10Cfu: 3, h0: 0, maxLog10Cfu: null }); // => 2.302585092994046
 */
export function baranyiGrowthRequired(targetLog10Cfu: number, population: BaranyiPopulation): number | null {
  finite('targetLog10Cfu', targetLog10Cfu);
  checkPopulation(population);
  const { initialLog10Cfu, h0, maxLog10Cfu } = population;
  if (targetLog10Cfu <= initialLog10Cfu) return 0;
  let growth = lnFromLog10(targetLog10Cfu - initialLog10Cfu);
  if (maxLog10Cfu !== null) {
    if (targetLog10Cfu >= maxLog10Cfu) return null;
    growth += Math.log1p(-(10 ** (initialLog10Cfu - maxLog10Cfu)));
    growth -= Math.log1p(-(10 ** (targetLog10Cfu - maxLog10Cfu)));
  }
  return undoLag(growth, h0);
}

/** Inverse of {@link adjustedGrowth}: the M behind a growth A* (ln units). */
function undoLag(growth: number, h0: number): number {
  // The first form keeps the digits of a small growth, the second cannot overflow.
  if (growth + h0 < 700) return Math.log1p(Math.exp(h0) * Math.expm1(growth));
  return h0 + growth + Math.log1p(Math.expm1(-h0) * Math.exp(-growth));
}

/**
 * Work to be done from a physiological state: h0 = ln(1 + 1/Q0).
 *
 * @param q0  above 0; Infinity = ready to grow, no lag
 * @throws {ModelDomainError} if q0 is not above 0
 */
export function h0FromQ0(q0: number): number {
  if (!(q0 > 0)) throw new ModelDomainError('q0', q0, 'greater than 0');
  return Math.log1p(1 / q0);
}

/** Work to be done from a lag seen at one rate: h0 = mu * lambda. Keep h0, not the lag: the lag changes with temperature. */
export function h0FromLag(lagH: number, muLnPerH: number): number {
  return notNegative('lagH', lagH) * notNegative('muLnPerH', muLnPerH);
}

/** ln(1 + e^x) without overflow or loss of small values. */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

function checkPopulation({ initialLog10Cfu, h0, maxLog10Cfu }: BaranyiPopulation): void {
  finite('initialLog10Cfu', initialLog10Cfu);
  notNegative('h0', h0);
  if (maxLog10Cfu !== null && finite('maxLog10Cfu', maxLog10Cfu) < initialLog10Cfu)
    throw new ModelDomainError('maxLog10Cfu', maxLog10Cfu, `at least initialLog10Cfu (${initialLog10Cfu})`);
}

import { finite, ModelDomainError } from '../errors.ts';
import { gaussKronrod } from '../integrate.ts';
import { checkProfile, type Profile, piecesOf, valueOn } from '../profile.ts';

/** Several factors on one time axis, such as temperatureC and ph. */
export interface EnvironmentProfile {
  readonly times: readonly number[];
  /** Values by factor, each as long as times. */
  readonly factors: Readonly<Record<string, readonly number[]>>;
  readonly interpolation: 'linear' | 'step';
}

/** A rate that depends on several factors, with the values where it is not smooth. */
export interface EnvironmentRate {
  readonly rate: (values: Readonly<Record<string, number>>) => number;
  readonly kinks: Readonly<Record<string, readonly number[]>>;
}

/**
 * Integral of a rate of several factors from the start of the profile to each of `timesH`.
 *
 * @param timesH  not before the profile, in any order; asking for more of them changes no answer
 * @throws {ModelDomainError} for a factor the rate needs and the profile lacks, or a time before the profile
 */
export function environmentIntegralAt(
  profile: EnvironmentProfile,
  environmentRate: EnvironmentRate,
  timesH: readonly number[],
): number[] {
  const needed = Object.keys(environmentRate.kinks);
  const single = needed.map(factor => factorProfile(profile, factor));
  const start = profile.times[0] ?? 0;
  for (const time of timesH)
    if (!(finite('timesH', time) >= start))
      throw new ModelDomainError('timesH', time, `at or after the first time of the profile (${start})`);
  const until = timesH.reduce((latest, time) => Math.max(latest, time), start);
  const pieces = single.map(one => piecesOf(one, until));
  const knots = (pieces[0] ?? []).map(piece => piece.to);
  const sums = [0];
  const partial = (index: number, to: number) => {
    const lines = pieces.map(list => list[index]!);
    return overPiece(lines, needed, environmentRate, to);
  };
  for (const [i, to] of knots.entries()) sums.push(sums.at(-1)! + partial(i, to));
  return timesH.map(time => {
    const index = knots.findIndex(to => to > time);
    if (index < 0) return sums.at(-1)!;
    return time <= pieces[0]![index]!.from ? sums[index]! : sums[index]! + partial(index, time);
  });
}

function factorProfile({ times, factors, interpolation }: EnvironmentProfile, factor: string): Profile {
  const values = factors[factor];
  if (!values) throw new ModelDomainError('factors', Object.keys(factors), `given with ${factor}`);
  const profile: Profile = { times, values, interpolation };
  checkProfile(profile);
  return profile;
}

function overPiece(
  lines: readonly { from: number; to: number; fromValue: number; toValue: number }[],
  names: readonly string[],
  { rate, kinks }: EnvironmentRate,
  to: number,
): number {
  const from = lines[0]!.from;
  const values: Record<string, number> = {};
  const rateAt = (time: number) => {
    for (const [i, name] of names.entries()) values[name] = valueOn(lines[i]!, time);
    return rate(values);
  };
  if (lines.every(line => line.fromValue === line.toValue)) return (to - from) * rateAt(from);
  const cuts = lines.flatMap((line, i) =>
    (kinks[names[i]!] ?? [])
      .map(
        kink =>
          line.from + ((kink - line.fromValue) / (line.toValue - line.fromValue)) * (line.to - line.from),
      )
      .filter(time => time > from && time < to),
  );
  const edges = [from, ...cuts.sort((a, b) => a - b), to];
  let sum = 0;
  for (let i = 0; i + 1 < edges.length; i += 1)
    if (edges[i + 1]! > edges[i]!) sum += gaussKronrod(rateAt, edges[i]!, edges[i + 1]!);
  return sum;
}

import { shareAbove } from '../cold-chain/hoursAbove.ts';
import { arrheniusWeight, temperatureOfWeight } from '../cold-chain/meanKineticTemperature.ts';
import { finite, ModelDomainError, positive } from '../errors.ts';
import { integrateRate } from '../growth/integrateRate.ts';
import type { TahuParameters } from '../parameters/tahu.ts';
import type { Segment } from '../temperatureHistory.ts';
import { msPerHour } from '../units.ts';
import { addExactly, exactSum, exactSums } from './exactSum.ts';
import { GrowthLedger, sliceMsFor } from './growthLedger.ts';
import { type Organism, organismsOf } from './organism.ts';
import { TimeAtTemperature } from './timeAtTemperature.ts';
import { isWarm, WarmSpells, warmFromC } from './warmSpells.ts';

export interface BatchLifeOptions {
  /** Epoch ms. */
  readonly producedAt: number;
  readonly parameters: TahuParameters;
  /** Readings further apart than this are a gap. */
  readonly maxGapMs: number;
  /** Above this the batch is too warm; default: that of the parameters. */
  readonly outOfRangeAboveC?: number;
}

/** Where the sums that are not an organism's are kept, counted from the end. */
const extraSums = { measured: 1, arrhenius: 2, outOfRange: 3, unchilled: 4 } as const;
export const chilledLimitC = 8;
const referenceWeight = arrheniusWeight(25);
const relativeArrheniusWeight = (temperatureC: number): number =>
  arrheniusWeight(temperatureC) / referenceWeight;

/** Mean kinetic temperature from the sums of a life. */
export function meanKineticFromSums(arrheniusH: number, hours: number): number | null {
  return hours > 0 ? temperatureOfWeight((arrheniusH / hours) * referenceWeight) : null;
}

/** Arrhenius weight of a constant span relative to 25 C, in hours. */
export const arrheniusHoursAt = (temperatureC: number, hours: number): number =>
  relativeArrheniusWeight(temperatureC) * hours;

/** The measured past of a batch as sums: adding and removing are exact inverses, in any order. */
export class LifeSums {
  readonly parameters: TahuParameters;
  readonly maxGapMs: number;
  readonly outOfRangeAboveC: number;
  readonly organisms: readonly Organism[];
  readonly measured = new TimeAtTemperature();
  readonly ledger: GrowthLedger;
  readonly #sums: number[];
  /** Made when first needed: most chilled batches never are so warm. */
  #warmSpells: WarmSpells | undefined;
  #gaps: Map<string, { segment: Segment; count: number }> | undefined;

  constructor({ producedAt, parameters, maxGapMs, outOfRangeAboveC }: BatchLifeOptions) {
    this.parameters = parameters;
    this.maxGapMs = positive('maxGapMs', maxGapMs);
    this.outOfRangeAboveC = finite('outOfRangeAboveC', outOfRangeAboveC ?? parameters.outOfRangeAboveC);
    this.organisms = organismsOf(parameters);
    this.ledger = new GrowthLedger(
      finite('producedAt', producedAt),
      sliceMsFor(Math.max(...parameters.caps.map(cap => cap.hours))),
    );
    this.#sums = exactSums(this.organisms.length + 4);
  }

  add(segment: Segment): void {
    this.#apply(segment, 1);
  }

  remove(segment: Segment): void {
    this.#apply(segment, -1);
  }

  /** Segments too long to be measured, in order. */
  gaps(): Segment[] {
    const gaps = [...(this.#gaps?.values() ?? [])].flatMap(({ segment, count }) =>
      Array(count).fill(segment),
    );
    return gaps.sort((a, b) => a.from - b.from || a.to - b.to || a.fromC - b.fromC || a.toC - b.toC);
  }

  get producedAt(): number {
    return this.ledger.producedAt;
  }

  /** How warm it was at most in the 24 h before an instant; 30 C if it was never above. */
  warmestBefore(at: number): number {
    return this.#warmSpells?.warmestBefore(at) ?? warmFromC;
  }

  /** Integral of mu of an organism, ln units. */
  muIntegral(organism: number): number {
    return exactSum(this.#sums, organism);
  }

  measuredH(): number {
    return exactSum(this.#sums, this.#extra(extraSums.measured)) / msPerHour;
  }

  /** Integral of the Arrhenius weight relative to 25 C, in hours. */
  arrheniusH(): number {
    return exactSum(this.#sums, this.#extra(extraSums.arrhenius));
  }

  outOfRangeH(): number {
    return exactSum(this.#sums, this.#extra(extraSums.outOfRange)) / msPerHour;
  }

  unchilledH(): number {
    return exactSum(this.#sums, this.#extra(extraSums.unchilled)) / msPerHour;
  }

  #extra(place: number): number {
    return this.#sums.length / 2 - place;
  }

  #apply(segment: Segment, sign: 1 | -1): void {
    this.#check(segment);
    if (segment.to === segment.from) return;
    if (segment.to - segment.from > this.maxGapMs) {
      this.#countGap(segment, sign);
      return;
    }
    for (const piece of this.ledger.cut(segment)) this.#book(piece, sign);
    this.measured.add(segment, sign);
    if (isWarm(segment)) {
      this.#warmSpells ??= new WarmSpells();
      this.#warmSpells.add(segment, sign);
    }
    const sums = this.#sums;
    // Times in milliseconds: whole numbers, so that an hour of six readings is an hour and not a hair more.
    const ms = segment.to - segment.from;
    addExactly(sums, this.#extra(extraSums.measured), ms, sign);
    addExactly(sums, this.#extra(extraSums.arrhenius), integrateRate(segment, relativeArrheniusWeight), sign);
    addExactly(
      sums,
      this.#extra(extraSums.outOfRange),
      ms * shareAbove(segment, this.outOfRangeAboveC),
      sign,
    );
    if (this.parameters.sealedWithoutP90)
      addExactly(sums, this.#extra(extraSums.unchilled), ms * shareAbove(segment, chilledLimitC), sign);
  }

  #book(piece: Segment, sign: 1 | -1): void {
    for (let index = 0; index < this.organisms.length; index++) {
      const { rate, kinksC } = this.organisms[index]!;
      const muIntegral = integrateRate(piece, rate, kinksC);
      addExactly(this.#sums, index, muIntegral, sign);
      if (index === 0) this.ledger.book(piece, muIntegral, sign);
    }
  }

  #countGap(segment: Segment, sign: 1 | -1): void {
    const key = `${segment.from}:${segment.fromC}:${segment.to}:${segment.toC}`;
    this.#gaps ??= new Map();
    const count = (this.#gaps.get(key)?.count ?? 0) + sign;
    if (count < 0) throw new ModelDomainError('segment', key, 'one that was added');
    if (count === 0) this.#gaps.delete(key);
    else this.#gaps.set(key, { segment, count });
  }

  #check({ from, fromC, to, toC }: Segment): void {
    checkTemperature('fromC', fromC);
    checkTemperature('toC', toC);
    if (!(finite('from', from) >= this.producedAt))
      throw new ModelDomainError('from', from, `at or after producedAt (${this.producedAt})`);
    if (!(finite('to', to) >= from)) throw new ModelDomainError('to', to, `at or after from (${from})`);
  }
}

/** Far outside what a sensor can say a value is a mistake, not a temperature. */
export function checkTemperature(parameter: string, temperatureC: number): number {
  if (!(finite(parameter, temperatureC) >= -100 && temperatureC <= 200))
    throw new ModelDomainError(parameter, temperatureC, 'from -100 to 200 C');
  return temperatureC;
}

import type { BatchStatus, Estimate, EstimateFlag } from '../../models/contracts/estimate.ts';
import type { BatchLife } from '../../models/shelf-life/batchLife.ts';
import { batchStatus } from '../../models/shelf-life/batchStatus.ts';
import type { LifeEstimate, LifeEvidence } from '../../models/shelf-life/lifeEstimate.ts';
import { msPerHour } from '../../models/units.ts';
import type { Coverage } from './coverage.ts';
import { futureTemperature } from './futureTemperature.ts';
import { toLifeView } from './lifeView.ts';
import { silentAfterMs } from './placedWindows.ts';
import type { Track } from './tracks.ts';

/** Everything an estimate is made of, read from the stores beforehand. */
export interface EstimateParts {
  readonly batchId: string;
  readonly track: Track;
  readonly life: BatchLife;
  /** At `knownUntil`. */
  readonly coverage: Coverage;
  /** Readings inside its placements that are spikes or suspect. */
  readonly leftOutReadings: number;
  /** Time-weighted mean of the 24 h before `knownUntil`. */
  readonly recentMeanC: number | null;
  /** What was seen of it up to `knownUntil`. */
  readonly evidence: readonly LifeEvidence[];
}

export interface EstimateQuestion {
  readonly asOf: number;
  /** Up to here readings could have come; before asOf only when asOf lies ahead of the clock. */
  readonly knownUntil: number;
  readonly futureTemperatureC?: number | undefined;
}

/** The estimate of a track in figures, and as people and programs are shown it. */
export function estimateBatch(
  parts: EstimateParts,
  question: EstimateQuestion,
): { readonly life: LifeEstimate; readonly estimate: Estimate } {
  const { track, coverage } = parts;
  const { asOf, knownUntil } = question;
  const future = futureTemperature(track.batch, parts.recentMeanC, question.futureTemperatureC);
  const ahead = { from: knownUntil, to: asOf, beforeC: null, afterC: null, plannedC: future.temperatureC };
  const life = parts.life.estimate({
    asOf,
    futureTemperatureC: future.temperatureC,
    uncovered: asOf > knownUntil ? [...coverage.uncovered, ahead] : coverage.uncovered,
    evidence: parts.evidence,
  });
  const silence = silentForH(parts, knownUntil);
  const status = batchStatus({ ...life, silentForH: silence });
  const estimate = {
    batchId: parts.batchId,
    asOf: iso(asOf),
    status,
    ...toLifeView(life),
    assumptionKind: future.kind,
    assumption: future.assumption,
    lastReadingAt: coverage.lastReading === null ? null : iso(coverage.lastReading.at),
    lastTemperatureC: coverage.lastReading?.temperatureC ?? null,
    leftOutReadings: parts.leftOutReadings,
    flags: flagsOf(life, silence, status, parts.leftOutReadings > 0),
  };
  return { life, estimate };
}

/** Hours since the last reading; 0 while the node keeps its contract, null when there never was one. */
export function silentForH({ track, coverage }: EstimateParts, knownUntil: number): number | null {
  if (coverage.lastReading === null) return null;
  const silentMs = knownUntil - coverage.lastReading.at;
  return silentMs > silentAfterMs(track.reportEveryS) ? silentMs / msPerHour : 0;
}

function flagsOf(
  life: LifeEstimate,
  silence: number | null,
  status: BatchStatus,
  leftOut: boolean,
): EstimateFlag[] {
  const flags = new Set<EstimateFlag>(life.flags);
  if (silence === null) flags.add('no-sensor');
  else if (silence > 0) {
    flags.add('silent');
    if (status === 'unknown') flags.add('silent-too-long');
  }
  if (leftOut) flags.add('readings-left-out');
  // In one order, whatever raised them first: equal histories give equal estimates.
  return [...flags].sort();
}

const iso = (at: number) => new Date(at).toISOString();

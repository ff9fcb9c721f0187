import type { LifeEvidence } from '../../models/shelf-life/lifeEstimate.ts';
import {
  belowLogLikelihood,
  buyer,
  countLogLikelihood,
  maker,
  verdictLogLikelihood,
} from '../../models/uncertainty/verdictLikelihood.ts';
import type { Observation } from '../store/metadata/observations.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { buildLife } from './buildLife.ts';
import { coverageOf } from './coverage.ts';
import type { Track } from './tracks.ts';

/** What buyers say counts together for no more than two of them: a page that all may press buttons on proves little. */
const mostBuyers = 2;
/** The latest of each kind; more of them say the same again. */
const mostOfKind = 20;

/** What of the observations counts for a track: the latest, none from before it was made or after `until`. */
export function relevant(observations: readonly Observation[], track: Track, until: number): Observation[] {
  const within = observations.filter(({ at }) => at >= track.producedAt && at <= until);
  const latest = (kind: Observation['kind']) => within.filter(o => o.kind === kind).slice(-mostOfKind);
  return [...latest('count'), ...latest('verdict')];
}

/** Observations as evidence, each with the history of the track until it was made, as the store knows it now. */
export async function evidenceOf(
  store: ReadingStore,
  track: Track,
  observations: readonly Observation[],
): Promise<LifeEvidence[]> {
  const buyers = observations.filter(o => o.source === 'buyer').length;
  const evidence: LifeEvidence[] = [];
  for (const observation of observations) {
    const { life } = await buildLife(store, track, observation.at);
    const { uncovered } = await coverageOf(store, track, observation.at);
    const weight = observation.source === 'buyer' ? Math.min(1, mostBuyers / buyers) : 1;
    const likelihood = logLikelihoodOf(observation, track);
    // The future has no part in what lay behind it then.
    const input = { asOf: observation.at, futureTemperatureC: unusedFutureC, uncovered };
    evidence.push(
      life.evidence(input, {
        kind: observation.kind,
        logLikelihood: count => weight * likelihood(count),
      }),
    );
  }
  return evidence;
}

const unusedFutureC = 5;

function logLikelihoodOf(observation: Observation, track: Track): (countLog10: number) => number {
  const { log10CfuPerG, belowLog10, sdLog10, verdict, source } = observation;
  const sd = sdLog10 ?? undefined;
  if (log10CfuPerG !== null) return count => countLogLikelihood(count, log10CfuPerG, sd);
  if (belowLog10 !== null) return count => belowLogLikelihood(count, belowLog10, sd);
  const limit = track.parameters.spoilage.limitLog10Cfu.value;
  const judge = source === 'buyer' ? buyer : maker;
  return count => verdictLogLikelihood(count, verdict !== 'still-good', limit, judge);
}

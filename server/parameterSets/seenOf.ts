import type { DiscardReason } from '../../models/contracts/batch.ts';
import type { LifeEstimate } from '../../models/shelf-life/lifeEstimate.ts';
import type { CountSeen, VerdictSeen } from '../../models/uncertainty/promisesHeld.ts';
import type { Batch } from '../store/metadata/batches.ts';
import type { Observation } from '../store/metadata/observations.ts';

/** Of a count whose error nobody has said. */
const usualSdLog10 = 0.3;

/** Goods that are broken or wet say nothing about how long they keep. */
const spoiled: readonly DiscardReason[] = ['asam', 'berlendir', 'bau', 'berjamur'];

/** Null: it was no spoilage. */
export function spoiledAt({ discarded }: Pick<Batch, 'discarded'>): number | null {
  return discarded !== null && spoiled.includes(discarded.reason) ? discarded.at : null;
}

/** A count beside what was predicted for its instant. */
export function countSeen(observation: Observation, life: LifeEstimate): CountSeen {
  return {
    predicted: life.countLog10CfuPerG,
    log10Cfu: observation.log10CfuPerG,
    belowLog10: observation.belowLog10,
    sdLog10: observation.sdLog10 ?? usualSdLog10,
  };
}

/** A verdict, or that goods were thrown away, beside when they were to end by what was known at that instant. */
export function verdictSeen(at: number, isSpoiled: boolean, life: LifeEstimate): VerdictSeen {
  return { at, isSpoiled, endsAt: life.keepsUntil };
}

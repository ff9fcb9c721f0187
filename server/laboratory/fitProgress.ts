import type { FitProgressView } from '../../models/contracts/fit.ts';

const stages = ['models', 'starts', 'profile', 'bootstrap'] as const;

/** Memory that a worker and the server share: telling how far it is costs the worker nothing. */
export const sharedProgress = (): SharedArrayBuffer => new SharedArrayBuffer(4 * 8);

export function writeProgress(shared: SharedArrayBuffer, progress: FitProgressView): void {
  const { stage, done, of, bestRss } = progress;
  new Float64Array(shared).set([1 + stages.indexOf(stage), done, of, bestRss ?? Number.NaN]);
}

/** Null before the first step. A step that is being written while it is read shows as it is next time. */
export function readProgress(shared: SharedArrayBuffer): FitProgressView | null {
  const [stage = 0, done = 0, of = 0, bestRss = 0] = new Float64Array(shared);
  const name = stages[stage - 1];
  return name === undefined
    ? null
    : { stage: name, done, of, bestRss: Number.isNaN(bestRss) ? null : bestRss };
}

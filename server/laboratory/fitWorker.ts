import { parentPort, workerData } from 'node:worker_threads';
import { ModelDomainError } from '../../models/errors.ts';
import { type FitJob, type FitOutcome, runFitJob } from '../../models/laboratory/fitJob.ts';
import { writeProgress } from './fitProgress.ts';

/** What the worker says at its end. */
export type WorkerAnswer =
  | { readonly outcome: FitOutcome }
  | { readonly failure: { readonly code: string; readonly message: string } };

/** One fit in a thread of its own: nobody else waits for it, and it can be ended at any moment. */
const { job, progress } = workerData as { job: FitJob; progress: SharedArrayBuffer };
parentPort!.postMessage(answerOf(job));

function answerOf(asked: FitJob): WorkerAnswer {
  try {
    return { outcome: runFitJob(asked, step => writeProgress(progress, step)) };
  } catch (error) {
    // Anything else is a fault of ours: it reaches the server as the error of the worker.
    if (!(error instanceof ModelDomainError)) throw error;
    return { failure: { code: 'fit.impossible', message: error.message } };
  }
}

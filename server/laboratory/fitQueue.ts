import { Worker } from 'node:worker_threads';
import type { FitNews, FitProgressView } from '../../models/contracts/fit.ts';
import type { Clock } from '../../models/contracts/intake.ts';
import { ModelDomainError } from '../../models/errors.ts';
import type { FitJob } from '../../models/laboratory/fitJob.ts';
import { StoreUnavailable } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { LiveHub } from '../liveHub.ts';
import type { Log } from '../log.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findExperimentVersion } from '../store/metadata/experiments.ts';
import {
  type Fit,
  findFit,
  moveFit,
  queueInterruptedFitsOfAllOrganisations,
  waitingFitsOfAllOrganisations,
} from '../store/metadata/fits.ts';
import { readProgress, sharedProgress } from './fitProgress.ts';
import type { WorkerAnswer } from './fitWorker.ts';
import { jobOf } from './jobOf.ts';

/** How often a running fit tells how far it is. */
const tellEveryMs = 250;
/** Longer than any sensible fit of 20,000 rows; then it is ended. */
const longestMs = 15 * 60_000;
/** How many of those that wait are looked at to choose the next. */
const lookAt = 200;

export interface FitQueue {
  /** Takes up what waits, also from before a restart. */
  start(): Promise<void>;
  /** There is something to do. */
  wake(): void;
  /** @returns false when it had ended already */
  cancel(fit: Pick<Fit, 'orgId' | 'fitId'>): Promise<boolean>;
  /** How far a fit is that runs now. */
  progressOf(fitId: string): FitProgressView | null;
  /** Ends what runs; it begins again at the next start. */
  stop(): Promise<void>;
}

interface Running {
  readonly fit: Fit;
  readonly worker: Worker;
  readonly progress: SharedArrayBuffer;
  /** What was last told. */
  told: string;
}

interface Parts {
  readonly db: MetadataDb;
  readonly hub: LiveHub;
  readonly clock: Clock;
  readonly log: Log;
  readonly fleet: Fleet;
  /** How many run at once. */
  readonly workers: number;
}

/**
 * Runs fits in threads of their own, so many at once, each firm in its turn. They wait in the database: a server that ends
 * in the middle takes them up again when it starts.
 */
export function createFitQueue({ db, hub, clock, log, workers, fleet }: Parts): FitQueue {
  const running = new Map<string, Running>();
  /** When a fit of a firm last began, by organisation: who had the thread last waits longest. */
  const lastTurn = new Map<string, number>();
  let turn = 0;
  let stopped = false;
  let filling: Promise<void> = Promise.resolve();
  let ticker: NodeJS.Timeout | undefined;

  const tell = (fit: Fit, state: FitNews['state'], progress: FitProgressView | null) => {
    const { fitId, experimentId, kind } = fit;
    hub.publish(fit.orgId, { type: 'fit', data: { fitId, experimentId, kind, state, progress } });
  };

  async function end(one: Fit, to: Parameters<typeof moveFit>[3]): Promise<void> {
    if (await moveFit(db, one, ['running'], { ...to, endedAt: clock.now() })) tell(one, to.state, null);
  }

  async function begin(fit: Fit): Promise<void> {
    const job = await readJob(fit);
    if (job === null || stopped) return;
    const startedAt = clock.now();
    if (!(await moveFit(db, fit, ['queued'], { state: 'running', startedAt, claimedBy: fleet.serverId })))
      return;
    turn += 1;
    lastTurn.set(fit.orgId, turn);
    const progress = sharedProgress();
    const worker = new Worker(new URL('./fitWorker.ts', import.meta.url), {
      workerData: { job, progress },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    const one: Running = { fit, worker, progress, told: '' };
    running.set(fit.fitId, one);
    tell(fit, 'running', null);
    const overdue = setTimeout(() => {
      const message = `a fit may take ${longestMs / 60_000} minutes`;
      endWith({ state: 'failed', failure: { code: 'fit.too_long', message } });
    }, longestMs);
    overdue.unref();
    let outcome: Promise<void> | undefined;
    const endWith = (to: Parameters<typeof moveFit>[3]) => {
      outcome ??= end(fit, to).catch(error =>
        log.error({ err: error }, 'the end of a fit could not be kept'),
      );
      clearTimeout(overdue);
      void worker.terminate();
    };
    worker.once('message', (answer: WorkerAnswer) => {
      if ('failure' in answer) endWith({ state: 'failed', failure: answer.failure });
      else {
        const { outcome: found } = answer;
        endWith({ state: 'done', outcome: found.kind === 'fit' ? found.report : found.ranking });
      }
    });
    worker.once('error', error => {
      log.error({ err: error, fitId: fit.fitId }, 'a fit failed');
      endWith({ state: 'failed', failure: { code: 'server.failed', message: 'the server failed' } });
    });
    worker.once('exit', async () => {
      clearTimeout(overdue);
      await outcome;
      running.delete(fit.fitId);
      if (running.size === 0) {
        clearInterval(ticker);
        ticker = undefined;
      }
      wake();
    });
    ticker ??= setInterval(tellProgress, tellEveryMs).unref();
  }

  /** What cannot be read or fitted any more ends here, with why. */
  async function readJob(fit: Fit): Promise<FitJob | null> {
    try {
      const version = await findExperimentVersion(db, fit.orgId, fit.experimentId, fit.version);
      if (version !== null) return jobOf(version, fit);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      const isOurs = !(error instanceof ModelDomainError);
      if (isOurs) log.error({ err: error, fitId: fit.fitId }, 'a fit could not be prepared');
      await failWaiting(fit, isOurs ? 'the server failed' : error.message);
      return null;
    }
    await failWaiting(fit, 'there is no such version');
    return null;
  }

  async function failWaiting(fit: Fit, message: string): Promise<void> {
    const failure = { code: 'fit.impossible', message };
    if (await moveFit(db, fit, ['queued'], { state: 'failed', failure, endedAt: clock.now() }))
      tell(fit, 'failed', null);
  }

  function tellProgress(): void {
    for (const one of running.values()) {
      const progress = readProgress(one.progress);
      const text = JSON.stringify(progress);
      if (progress === null || text === one.told) continue;
      one.told = text;
      tell(one.fit, 'running', progress);
    }
  }

  async function fill(): Promise<void> {
    while (!stopped && running.size < workers) {
      const waiting = await waitingFitsOfAllOrganisations(db, lookAt);
      const next = waiting.toSorted(
        (a, b) => (lastTurn.get(a.orgId) ?? 0) - (lastTurn.get(b.orgId) ?? 0) || a.createdAt - b.createdAt,
      )[0];
      if (next === undefined) return;
      await begin(next);
    }
  }

  function wake(): void {
    if (stopped) return;
    filling = filling
      .then(fill)
      .catch(error => log.error({ err: error }, 'fits that wait could not be taken up'));
  }

  /** What nobody runs any more. */
  async function takeUp(): Promise<void> {
    const others = fleet.members().filter(({ serverId }) => serverId !== fleet.serverId);
    await queueInterruptedFitsOfAllOrganisations(
      db,
      others.map(({ serverId }) => serverId),
    );
    wake();
  }

  return {
    async start() {
      fleet.onDeath(() => {
        takeUp().catch(error => log.error({ err: error }, 'fits of another server could not be taken up'));
      });
      fleet.on('fits', wake);
      fleet.on<{ fitId: string }>('fit cancelled', ({ fitId }) => {
        void running.get(fitId)?.worker.terminate();
      });
      await takeUp();
    },
    wake() {
      wake();
      fleet.publish('fits', null);
    },
    async cancel({ orgId, fitId }) {
      const endedAt = clock.now();
      const moved = await moveFit(db, { orgId, fitId }, ['queued', 'running'], {
        state: 'cancelled',
        endedAt,
      });
      if (!moved) return false;
      const one = running.get(fitId);
      if (one === undefined) fleet.publish('fit cancelled', { fitId });
      else await one.worker.terminate();
      const fit = await findFit(db, orgId, fitId);
      if (fit !== null) tell(fit, 'cancelled', null);
      return true;
    },
    progressOf(fitId) {
      const one = running.get(fitId);
      return one === undefined ? null : readProgress(one.progress);
    },
    async stop() {
      stopped = true;
      await filling;
      clearInterval(ticker);
      await Promise.all([...running.values()].map(one => one.worker.terminate()));
    },
  };
}

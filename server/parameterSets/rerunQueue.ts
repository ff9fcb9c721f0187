import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../models/contracts/intake.ts';
import type { RerunResult } from '../../models/contracts/parameterSetEvidence.ts';
import { parametersBySet } from '../../models/parameters/setParameters.ts';
import { type TahuParameters, tahuParametersFor } from '../../models/parameters/tahu.ts';
import {
  type CountSeen,
  countAgreement,
  type VerdictSeen,
  verdictAgreement,
} from '../../models/uncertainty/promisesHeld.ts';
import { msPerHour } from '../../models/units.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Log } from '../log.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import { tracksOf } from '../shelf-life/tracks.ts';
import { type Batch, endedAt, listBatchesMadeSince } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listObservations } from '../store/metadata/observations.ts';
import {
  addRerun,
  changeRerun,
  claimRerun,
  findRerun,
  listOpenRerunsOfAllOrganisations,
  type Rerun,
} from '../store/metadata/parameterReruns.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { type AnySet, requireSet } from './anySet.ts';
import { lifeBy } from './lifeOfTrack.ts';
import { countSeen, spoiledAt, verdictSeen } from './seenOf.ts';
import { spreadOf } from './setEffect.ts';

/** Estimates past batches again with another set: one job at a time, in small steps beside everything else. */
export interface RerunQueue {
  add(rerun: Rerun): Promise<void>;
  /** @returns false when it is over already */
  cancel(orgId: string, rerunId: string): Promise<boolean>;
  /** With how far it is by now. */
  find(orgId: string, rerunId: string): Promise<Rerun | null>;
  start(): Promise<void>;
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** The newest; older ones say little about the kitchen of today. */
const mostBatches = 2_000;

interface Parts {
  readonly db: MetadataDb;
  readonly store: ReadingStore;
  readonly lives: BatchLives;
  readonly clock: Clock;
  readonly log: Log;
  readonly fleet: Fleet;
}

export function createRerunQueue(parts: Parts): RerunQueue {
  const { db, clock, log, fleet } = parts;
  const waiting: Rerun[] = [];
  let running: { rerun: Rerun; isCancelled: boolean } | null = null;
  let working: Promise<void> | null = null;
  let stopped = false;

  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined && !stopped; next = waiting.shift()) {
      running = { rerun: { ...next, state: 'running' }, isCancelled: false };
      const job = running;
      try {
        await changeRerun(db, job.rerun);
        const result = await rerun(parts, job.rerun, {
          progress: (done, of) => {
            job.rerun = { ...job.rerun, done, of };
          },
          isOver: () => job.isCancelled || stopped,
        });
        // A server that stops goes on with it when it starts.
        if (stopped) return;
        const state = result === null ? 'cancelled' : 'done';
        await changeRerun(db, { ...job.rerun, state, result, endedAt: clock.now() });
      } catch (error) {
        log.error({ err: error, rerunId: next.rerunId }, 'past batches could not be estimated again');
        const failure = error instanceof Error ? error.message : String(error);
        await changeRerun(db, { ...job.rerun, state: 'failed', failure, endedAt: clock.now() });
      } finally {
        running = null;
      }
    }
  }

  function wake(): void {
    if (working !== null || stopped) return;
    working = work()
      .catch(error => log.error({ err: error }, 'a re-run could not be written down'))
      .then(() => {
        working = null;
        if (waiting.length > 0) wake();
      });
  }

  /** What was asked for and nobody goes on with. */
  async function takeUp(): Promise<void> {
    const others = fleet.members().flatMap(({ serverId }) => (serverId === fleet.serverId ? [] : serverId));
    for (const open of await listOpenRerunsOfAllOrganisations(db)) {
      const isKnown = [...waiting, running?.rerun].some(one => one?.rerunId === open.rerunId);
      if (!isKnown && (await claimRerun(db, open, fleet.serverId, others))) waiting.push(open);
    }
    wake();
  }

  async function cancel(orgId: string, rerunId: string): Promise<boolean> {
    const isIt = (one: Rerun) => one.orgId === orgId && one.rerunId === rerunId;
    if (running !== null && isIt(running.rerun)) {
      running.isCancelled = true;
      return true;
    }
    const place = waiting.findIndex(isIt);
    if (place < 0) return false;
    const [taken] = waiting.splice(place, 1);
    await changeRerun(db, { ...taken!, state: 'cancelled', endedAt: clock.now() });
    return true;
  }

  return {
    async add(asked) {
      await addRerun(db, asked);
      await claimRerun(db, asked, fleet.serverId, []);
      waiting.push(asked);
      wake();
    },
    async cancel(orgId, rerunId) {
      if (await cancel(orgId, rerunId)) return true;
      const elsewhere = fleet.isShared ? await findRerun(db, orgId, rerunId) : null;
      if (elsewhere === null || elsewhere.endedAt !== null) return false;
      fleet.publish('rerun cancelled', { orgId, rerunId });
      return true;
    },
    async find(orgId, rerunId) {
      const known = running?.rerun;
      if (known?.orgId === orgId && known.rerunId === rerunId) return known;
      return findRerun(db, orgId, rerunId);
    },
    async start() {
      const failed = (error: unknown) =>
        log.error({ err: error }, 're-runs of another server stay as they are');
      fleet.onDeath(() => void takeUp().catch(failed));
      fleet.on<{ orgId: string; rerunId: string }>(
        'rerun cancelled',
        ({ orgId, rerunId }) => void cancel(orgId, rerunId).catch(failed),
      );
      await takeUp();
    },
    async idle() {
      while (working !== null) await working;
    },
    async stop() {
      stopped = true;
      await working;
    },
  };
}

interface Watched {
  progress(done: number, of: number): void;
  isOver(): boolean;
}

/** Both sets beside each other, over all batches so far. */
interface Gathered {
  readonly atMaking: { readonly before: number[]; readonly after: number[] };
  readonly atQuarterH: number[];
  readonly counts: { readonly before: CountSeen[]; readonly after: CountSeen[] };
  readonly verdicts: { readonly before: VerdictSeen[]; readonly after: VerdictSeen[] };
  readonly discards: { readonly before: VerdictSeen[]; readonly after: VerdictSeen[] };
}

const twoLists = <T>() => ({ before: [] as T[], after: [] as T[] });

/** @returns null when it was cancelled */
async function rerun(parts: Parts, asked: Rerun, watched: Watched): Promise<RerunResult | null> {
  const { db, lives } = parts;
  const { orgId, treatments, madeAfter } = asked;
  const set = await requireSet(db, orgId, asked);
  const batches = await listBatchesMadeSince(db, orgId, { treatments, from: madeAfter, limit: mostBatches });
  const gathered: Gathered = {
    ...{ atMaking: twoLists(), atQuarterH: [] },
    ...{ counts: twoLists(), verdicts: twoLists(), discards: twoLists() },
  };
  watched.progress(0, batches.length);
  for (const [i, batch] of batches.entries()) {
    if (watched.isOver()) return null;
    const before = lives.parametersOf(batch);
    await rerunBatch(parts, batch, { before, after: parametersOf(set, batch) }, gathered);
    watched.progress(i + 1, batches.length);
    await nextTurn();
  }
  return resultOf(gathered, batches.length);
}

const parametersOf = (set: AnySet, { treatment }: Batch): TahuParameters =>
  set.kind === 'built-in' ? tahuParametersFor(treatment) : parametersBySet(set.numbers, treatment);

async function rerunBatch(
  { db, store, clock }: Parts,
  batch: Batch,
  sets: { readonly before: TahuParameters; readonly after: TahuParameters },
  gathered: Gathered,
): Promise<void> {
  const tracks = await tracksOf(db, batch, sets.before);
  const madeAt = Math.max(...tracks.map(track => track.producedAt));
  const both = async (at: number) => {
    const before = await lifeBy(store, tracks, sets.before, at);
    await nextTurn();
    const after = await lifeBy(store, tracks, sets.after, at);
    await nextTurn();
    return { before, after };
  };
  const made = await both(madeAt);
  gathered.atMaking.before.push(made.before.remainingH.p05);
  gathered.atMaking.after.push(made.after.remainingH.p05);
  const quarterAt = madeAt + (made.before.remainingH.p05 * msPerHour) / 4;
  if (quarterAt <= Math.min(clock.now(), endedAt(batch) ?? Number.POSITIVE_INFINITY)) {
    const { before, after } = await both(quarterAt);
    gathered.atQuarterH.push(after.remainingH.p05 - before.remainingH.p05);
  }
  for (const observation of await listObservations(db, batch.orgId, batch.batchId)) {
    if (observation.at < madeAt) continue;
    const { before, after } = await both(observation.at);
    if (observation.kind === 'count') {
      gathered.counts.before.push(countSeen(observation, before));
      gathered.counts.after.push(countSeen(observation, after));
    } else {
      const isSpoiled = observation.verdict !== 'still-good';
      gathered.verdicts.before.push(verdictSeen(observation.at, isSpoiled, before));
      gathered.verdicts.after.push(verdictSeen(observation.at, isSpoiled, after));
    }
  }
  const discardedAt = spoiledAt(batch);
  if (discardedAt === null || discardedAt < madeAt) return;
  const { before, after } = await both(discardedAt);
  gathered.discards.before.push(verdictSeen(discardedAt, true, before));
  gathered.discards.after.push(verdictSeen(discardedAt, true, after));
}

function resultOf(gathered: Gathered, batches: number): RerunResult {
  const { atMaking, atQuarterH, counts, verdicts, discards } = gathered;
  const [before, after] = [spreadOf(atMaking.before), spreadOf(atMaking.after)];
  return {
    batches,
    atMakingH: spreadOf(atMaking.after.map((hours, i) => hours - atMaking.before[i]!)),
    atQuarterH: spreadOf(atQuarterH),
    promiseAtMakingH: before === null || after === null ? null : { before, after },
    counts: { before: countAgreement(counts.before), after: countAgreement(counts.after) },
    verdicts: { before: verdictAgreement(verdicts.before), after: verdictAgreement(verdicts.after) },
    discards: { before: verdictAgreement(discards.before), after: verdictAgreement(discards.after) },
  };
}

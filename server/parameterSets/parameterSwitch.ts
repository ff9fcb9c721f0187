import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { Treatment } from '../../models/contracts/batch.ts';
import type { Clock } from '../../models/contracts/intake.ts';
import type { SetNumbers } from '../../models/parameters/setParameters.ts';
import type { TahuParameters } from '../../models/parameters/tahu.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Log } from '../log.ts';
import { type BatchLives, type RecalculatedBatch, recalculatedForMs } from '../shelf-life/batchLives.ts';
import type { ParametersInUse } from '../shelf-life/parametersInUse.ts';
import { type BatchKey, batchKey, splitBatchKey } from '../shelf-life/placementIndex.ts';
import { prepareParameters } from '../shelf-life/prepareParameters.ts';
import { createTurns } from '../shelf-life/turns.ts';
import { listActiveBatchesOfTreatments } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findParameterSet } from '../store/metadata/parameterSets.ts';
import {
  beginUseWithin,
  forgetRecalculationsOfAllOrganisations,
  keepRecalculations,
  listRecalculationsOfAllOrganisations,
  listUsesOfAllOrganisations,
  markRecalculated,
  type ParameterSetUse,
} from '../store/metadata/parameterSetUses.ts';

/** Takes sets into use, and goes over all live batches behind the back of everything else. */
export interface ParameterSwitch {
  readonly inUse: ParametersInUse;
  /**
   * From now on these batches are estimated by another set. Written down first, so that a server that ends in the middle
   * goes on with it when it starts.
   *
   * @param within  what is written in the same transaction
   * @returns how many live batches go over
   */
  use(
    asked: {
      readonly orgId: string;
      readonly treatments: readonly Treatment[];
      /** Null: the built-in one of the treatment. */
      readonly set: SetNumbers | null;
      readonly approvedBy: string;
    },
    within: (transaction: MetadataDb) => Promise<void>,
  ): Promise<number>;
  start(): Promise<void>;
  /** Resolves when every batch has gone over. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const tryAgainMs = 5_000;

export function createParameterSwitch(parts: {
  readonly db: MetadataDb;
  readonly lives: BatchLives;
  readonly inUse: ParametersInUse;
  readonly clock: Clock;
  readonly log: Log;
  readonly onTouched: (batches: Iterable<BatchKey>) => void;
  readonly fleet: Fleet;
}): ParameterSwitch {
  const { db, lives, inUse, clock, log, onTouched, fleet } = parts;
  /** Uses whose batches are not all over yet. */
  let open: Pick<ParameterSetUse, 'orgId' | 'useId'>[] = [];
  let going: Promise<void> | null = null;
  const stopping = new AbortController();
  const turns = createTurns();

  async function keep(done: readonly RecalculatedBatch[]): Promise<void> {
    const all = done.map(({ key, ...said }) => ({ ...splitBatchKey(key), ...said }));
    for (const [orgId, ofFirm] of Map.groupBy(all, one => one.orgId))
      await keepRecalculations(db, orgId, ofFirm);
    if (done.length === 0) return;
    fleet.publish('recalculated', done);
    onTouched(done.map(({ key }) => key));
  }

  /** Gone over, but not written down yet. */
  let unkept: RecalculatedBatch[] = [];

  async function goOver(): Promise<void> {
    for (let left = 1; left > 0 && !stopping.signal.aborted; ) {
      try {
        const some = await lives.recalculateSome();
        unkept.push(...some.done);
        await keep(unkept);
        unkept = [];
        left = some.left;
      } catch (error) {
        log.error({ err: error }, 'batches could not be recalculated; trying again');
        await wait(tryAgainMs, undefined, { signal: stopping.signal }).catch(() => {});
      }
      await nextTurn();
    }
    if (stopping.signal.aborted) return;
    const over = open;
    open = [];
    for (const [orgId, ofFirm] of Map.groupBy(over, use => use.orgId))
      await markRecalculated(
        db,
        orgId,
        ofFirm.map(({ useId }) => useId),
        clock.now(),
      );
    await forgetRecalculationsOfAllOrganisations(db, clock.now() - recalculatedForMs);
  }

  function wake(): void {
    if (going !== null || stopping.signal.aborted) return;
    going = goOver()
      .catch(error => log.error({ err: error }, 'that batches were recalculated could not be written down'))
      .then(() => {
        going = null;
        if (open.length > 0) wake();
      });
  }

  async function beforeOf(use: ParameterSetUse): Promise<TahuParameters> {
    const { orgId, treatment, from } = use;
    const set = await findParameterSet(db, orgId, from.parameterSetId, from.version);
    return inUse.bySet(orgId, set, treatment);
  }

  return {
    inUse,
    use: ({ orgId, treatments, set, approvedBy }, within) =>
      turns(async () => {
        for (const treatment of treatments) await prepareParameters(inUse.bySet(orgId, set, treatment));
        const since = clock.now();
        const uses = await db.transaction().execute(async transaction => {
          await within(transaction);
          const begun: ParameterSetUse[] = [];
          for (const treatment of treatments) {
            const before = inUse.now(orgId, treatment);
            const next = inUse.bySet(orgId, set, treatment);
            begun.push(
              await beginUseWithin(transaction, {
                ...{ orgId, treatment, since, approvedBy },
                ...{ parameterSetId: next.parameterSetId, version: next.parameterSetVersion },
                from: { parameterSetId: before.parameterSetId, version: before.parameterSetVersion },
              }),
            );
          }
          return begun;
        });
        let count = 0;
        await lives.parametersChanged(
          async () => {
            const batches = await listActiveBatchesOfTreatments(db, orgId, treatments);
            count = batches.length;
            return batches.map(({ batchId, treatment }) => ({
              key: batchKey(orgId, batchId),
              before: inUse.now(orgId, treatment),
            }));
          },
          () => {
            for (const use of uses) inUse.begin(use, set);
          },
        );
        fleet.publish('parameters', null);
        open.push(...uses);
        wake();
        return count;
      }),
    async start() {
      // One of those that are left goes on with it.
      fleet.onDeath(() => {
        if (fleet.members()[0]?.serverId === fleet.serverId)
          goOn().catch(error =>
            log.error({ err: error }, 'nobody goes on with the change of parameters yet'),
          );
      });
      const marks = await listRecalculationsOfAllOrganisations(db, clock.now() - recalculatedForMs);
      lives.recalculatedBefore(
        marks.map(({ orgId, batchId, ...said }) => ({ key: batchKey(orgId, batchId), ...said })),
      );
      if (fleet.members().length === 1) await goOn(marks);
    },
    async idle() {
      while (going !== null) await going;
    },
    async stop() {
      stopping.abort();
      await going;
    },
  };

  /** With what was begun and is not over, unless it is gone over here. */
  async function goOn(
    known?: Awaited<ReturnType<typeof listRecalculationsOfAllOrganisations>>,
  ): Promise<void> {
    const marks = known ?? (await listRecalculationsOfAllOrganisations(db, clock.now() - recalculatedForMs));
    const unfinished = (await listUsesOfAllOrganisations(db)).filter(
      use => use.recalculatedAt === null && !open.some(({ useId }) => useId === use.useId),
    );
    for (const use of unfinished.filter(({ until }) => until === null)) {
      const before = await beforeOf(use);
      const over = new Set(
        marks.filter(mark => mark.orgId === use.orgId && mark.at >= use.since).map(mark => mark.batchId),
      );
      await lives.parametersChanged(
        async () =>
          (await listActiveBatchesOfTreatments(db, use.orgId, [use.treatment]))
            .filter(({ batchId, producedAt }) => producedAt < use.since && !over.has(batchId))
            .map(({ batchId }) => ({ key: batchKey(use.orgId, batchId), before })),
        () => {},
      );
    }
    open.push(...unfinished);
    if (open.length > 0) wake();
  }
}

import type { LiveEvent } from '../../models/contracts/liveEvent.ts';
import type { AlertEngine } from '../alerts/alertEngine.ts';
import type { Calibration } from '../calibration.ts';
import type { LiveHub } from '../liveHub.ts';
import type { Log } from '../log.ts';
import type { BatchLives, RecalculatedBatch } from '../shelf-life/batchLives.ts';
import type { ParametersInUse } from '../shelf-life/parametersInUse.ts';
import type { BatchKey } from '../shelf-life/placementIndex.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listOffsetsOfAllOrganisations, type Offset } from '../store/metadata/offsets.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import type { Fleet } from './fleet.ts';

export interface KeepInStepParts {
  readonly fleet: Fleet;
  readonly log: Log;
  readonly db: MetadataDb;
  readonly store: ReadingStore;
  readonly lives: BatchLives;
  readonly calibration: Calibration;
  readonly inUse: ParametersInUse;
  readonly alerts: AlertEngine;
  /** Of this server only. */
  readonly hub: LiveHub;
  /** What is done here after a batch or its placements have changed. */
  readonly onBatchChanged: (orgId: string, batchId: string) => Promise<void>;
  readonly onTouched: (batches: Iterable<BatchKey>) => void;
}

/**
 * What other servers tell of changes that people made there: what is known of them here is forgotten or replaced, and the
 * dashboards of this server are told. After messages may have been missed, everything is read anew.
 */
export function keepInStep(parts: KeepInStepParts): void {
  const { fleet, log, db, store, lives, calibration, inUse, alerts, hub, onTouched } = parts;
  if (!fleet.isShared) return;

  const on = <T>(topic: string, take: (data: T) => Promise<unknown> | undefined) =>
    fleet.on<T>(topic, data => {
      Promise.resolve(take(data)).catch(error => {
        log.error({ err: error, topic }, 'a change made at another server could not be taken in');
      });
    });

  on<{ orgId: string; batchId: string }>('batch', ({ orgId, batchId }) =>
    parts.onBatchChanged(orgId, batchId),
  );
  on<Offset>('offset', async offset => {
    const touched = await lives.recalibrate(offset.nodeId, offset.probe, async () => calibration.add(offset));
    onTouched(touched);
  });
  on('products', () => lives.productChanged());
  on<{ orgId: string }>('rules', ({ orgId }) => alerts.rulesChanged(orgId));
  on<{ orgId: string; alertIds: string[] }>('alerts', ({ orgId, alertIds }) =>
    alerts.toldElsewhere(orgId, alertIds),
  );
  on('parameters', async () => {
    await inUse.reload(db);
    await lives.productChanged();
  });
  on<RecalculatedBatch[]>('recalculated', batches => {
    lives.recalculatedBefore(batches);
    onTouched(batches.map(({ key }) => key));
    return undefined;
  });
  on<{ orgId: string; event: LiveEvent }>('live', ({ orgId, event }) => {
    hub.publish(orgId, event);
    return undefined;
  });
  on<{ readingsBefore: number; hoursBefore: number | null }>('forgotten', ({ readingsBefore, hoursBefore }) =>
    store.shared?.takeForgotten({ readingsBefore, hoursBefore: hoursBefore ?? Number.NEGATIVE_INFINITY }),
  );

  store.shared?.unheard(() => fleet.uninformed());
  fleet.onLost(async () => {
    await store.shared?.forgetAll();
    calibration.replace(await listOffsetsOfAllOrganisations(db));
    await inUse.reload(db);
    await lives.reload();
    alerts.startOver();
    // Whoever looks on may have missed something as well: they read everything anew.
    hub.resetAll();
  });
}

/**
 * A hub whose events go to the dashboards of all servers: for what happens at one of them only. What each finds out by
 * itself (readings, estimates, silence) goes to its own.
 */
export function fleetHub(hub: LiveHub, fleet: Fleet): LiveHub {
  if (!fleet.isShared) return hub;
  return {
    ...hub,
    publish(orgId, event) {
      hub.publish(orgId, event);
      fleet.publish('live', { orgId, event });
    },
    // Who listens elsewhere nobody knows here.
    isAttended: orgId => hub.isAttended(orgId) || fleet.members().length > 1,
  };
}

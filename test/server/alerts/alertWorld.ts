import { pino } from 'pino';
import type { Reading } from '../../../models/contracts/reading.ts';
import { type AlertStep, createAlertEngine } from '../../../server/alerts/alertEngine.ts';
import type { ShipmentWatch } from '../../../server/alerts/shipmentChecks.ts';
import { createCalibration } from '../../../server/calibration.ts';
import { createLiveHub } from '../../../server/liveHub.ts';
import type { Contact, DeliveryOutcome, Notification } from '../../../server/notify/channel.ts';
import { createBatchLives } from '../../../server/shelf-life/batchLives.ts';
import { createMemoryReadingStore } from '../../../server/store/memoryReadingStore.ts';
import { listAlerts } from '../../../server/store/metadata/alerts.ts';
import { addBatch } from '../../../server/store/metadata/batches.ts';
import { addContact, type NewContact } from '../../../server/store/metadata/contacts.ts';
import { type MetadataDb, openMetadata } from '../../../server/store/metadata/database.ts';
import { addNode } from '../../../server/store/metadata/nodes.ts';
import { addOrganisation } from '../../../server/store/metadata/organisations.ts';
import { addPlacement } from '../../../server/store/metadata/placements.ts';
import { addStartingProducts } from '../../../server/store/metadata/products.ts';
import { aReading } from '../../support/aReading.ts';
import { fakeClock } from '../../support/fakeClock.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** 10.00 in Jakarta. */
export const startAt = Date.parse('2026-11-24T03:00:00.000Z');
export const orgId = 'tani';

export interface Sent {
  readonly contact: Contact;
  readonly notification: Notification;
}

/**
 * A firm, its readings and an engine that decides about them, with a clock that a test moves. The engine can die at any
 * step and another take over what is written.
 */
export async function alertWorld(dbPath: string) {
  const { db, close } = await openMetadata({ path: dbPath });
  const clock = fakeClock(startAt);
  const store = createMemoryReadingStore();
  const calibration = createCalibration();
  const hub = createLiveHub({ epoch: 'test' });
  const sent: Sent[] = [];
  const world = {
    outcome: (_: Sent): DeliveryOutcome => ({ outcome: 'delivered' }),
    shipments: undefined as ShipmentWatch | undefined,
    isAlone: true,
  };
  await addOrganisation(db, { orgId, name: 'Tahu Tani', timeZone: 'Asia/Jakarta' }, clock.now());
  await addStartingProducts(db, orgId);

  async function startEngine(onStep?: (step: AlertStep) => void) {
    const lives = await createBatchLives(db, store, clock);
    let isDead = false;
    const channels = {
      async deliver(contact: Contact, notification: Notification) {
        // A process that is gone hears no answer.
        if (isDead) return new Promise<DeliveryOutcome>(() => {});
        sent.push({ contact, notification });
        return world.outcome({ contact, notification });
      },
    };
    // What a process that is gone would still have written, it has not written.
    const itsDb = new Proxy(db, {
      get(target, name) {
        if (isDead) throw new Error('the process has ended');
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const engine = createAlertEngine({
      ...{ db: itsDb, store, lives, calibration, hub, clock, channels, log: pino({ level: 'silent' }) },
      publicUrl: 'https://tahan.example',
      isAlone: world.isAlone,
      shipments: world.shipments,
      onStep: step => {
        try {
          onStep?.(step);
        } catch (error) {
          isDead = true;
          throw error;
        }
      },
    });
    await engine.tick();
    return {
      ...engine,
      tick: () => engine.tick(),
      settled: () => engine.settled(),
      stop: () => engine.stop(),
      lives,
      /** Takes readings in as the intake would. */
      async take(readings: readonly Reading[]) {
        let inserted: readonly Reading[] = [];
        const touched = await lives.take(async () => {
          inserted = (await store.append(readings)).inserted;
          return inserted;
        });
        engine.touched(touched, inserted);
      },
      touched: engine.touched.bind(engine),
      rulesChanged: engine.rulesChanged.bind(engine),
      handled: engine.handled.bind(engine),
    };
  }

  return {
    ...{ db, clock, store, hub, sent, world, close, startEngine },
    contact: (fields: Partial<NewContact> = {}) =>
      addContact(
        db,
        {
          ...{
            orgId,
            userId: null,
            name: 'Bu Siti',
            channel: 'email',
            address: { email: 'siti@example.com' },
          },
          ...{
            language: 'id',
            timeZone: null,
            quiet: null,
            kinds: ['too-warm', 'no-data'],
            minSeverity: 'info',
          },
          ...{ createdBy: 'test', uniqueBy: fields.name ?? 'siti@example.com', verifiedAt: startAt },
          ...fields,
        },
        clock.now(),
      ),
    alerts: () => listAlerts(db, orgId, { limit: 1_000, filter: 'all' }),
  };
}
export type AlertWorld = Awaited<ReturnType<typeof alertWorld>>;
export type WorldEngine = Awaited<ReturnType<AlertWorld['startEngine']>>;

/** A chilled batch made three hours ago with a node of its own that reports every ten minutes. */
export async function chilledBatch(
  db: MetadataDb,
  batchId = 'B-01',
  nodeId = 'S-01',
  fields: { readonly storage?: 'fridge' | 'room'; readonly producedAt?: number } = {},
): Promise<void> {
  const { storage = 'fridge', producedAt = startAt - 3 * hourMs } = fields;
  await addNode(
    db,
    { nodeId, orgId, name: `Kulkas ${nodeId}`, placeId: null, reportEveryS: 600 },
    producedAt,
  );
  await addBatch(
    db,
    {
      ...{ orgId, batchId, name: `Takwa ${batchId}`, productId: 'takwa', producedAt, quantity: null },
      ...{ treatment: 'turmeric-boiled', storage },
    },
    producedAt,
  );
  await addPlacement(db, { orgId, batchId, nodeId, probe: 'main', from: producedAt, to: null });
}

/** One reading of a node at each of the times. */
export function readingsOf(
  nodeId: string,
  from: number,
  temperatures: readonly number[],
  everyMs = 10 * minuteMs,
): Reading[] {
  return temperatures.map((temperatureC, i) =>
    aReading({ nodeId, measuredAt: from + i * everyMs, receivedAt: from + i * everyMs + 400, temperatureC }),
  );
}

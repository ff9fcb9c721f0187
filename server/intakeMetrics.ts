import { Counter, Gauge, type Registry } from 'prom-client';
import type { IntakeCounts } from './ingest/takeReadings.ts';
import type { LiveHub } from './liveHub.ts';
import type { MetadataDb } from './store/metadata/database.ts';
import { countDevicesOfAllOrganisations } from './store/metadata/foundDevices.ts';
import { quarantineCountsOfAllOrganisations } from './store/metadata/quarantine.ts';

/** Registers the numbers of the intake and of every bounded queue of the server. */
export function registerIntakeMetrics(
  registry: Registry,
  { db, hub }: { db: MetadataDb; hub: LiveHub },
): IntakeCounts & { security(kind: string): void; leftOut(count: number): void } {
  const registers = [registry];
  const readings = new Counter({
    name: 'tahan_readings_total',
    help: 'Readings taken from the journal, by what became of them',
    labelNames: ['result'],
    registers,
  });
  // A count that is missing until it first happens looks like a scrape that failed.
  for (const result of ['accepted', 'duplicate', 'conflict', 'expired']) readings.inc({ result }, 0);
  const security = new Counter({
    name: 'tahan_security_events_total',
    help: 'Refused logins, nodes that spoke as others and the like',
    labelNames: ['kind'],
    registers,
  });
  const leftOut = new Counter({
    name: 'tahan_live_readings_left_out_total',
    help: 'Readings that no live stream was told of, because newer ones of the same probe came within the same moment',
    registers,
  });
  new Gauge({
    name: 'tahan_live_streams',
    help: 'Open live streams',
    registers,
    collect() {
      this.set(hub.subscriberCount());
    },
  });
  new Gauge({
    name: 'tahan_quarantine',
    help: 'Refused publishes: kept, and dropped to make room for newer ones',
    labelNames: ['state'],
    registers,
    async collect() {
      const { kept, dropped } = await quarantineCountsOfAllOrganisations(db);
      this.set({ state: 'kept' }, kept);
      this.set({ state: 'dropped' }, dropped);
    },
  });
  new Gauge({
    name: 'tahan_found_devices',
    help: 'Devices behind bridges: waiting to be claimed, claimed as nodes, ignored',
    labelNames: ['state'],
    registers,
    async collect() {
      const counts = await countDevicesOfAllOrganisations(db);
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
  return {
    accepted: count => readings.inc({ result: 'accepted' }, count),
    duplicates: count => readings.inc({ result: 'duplicate' }, count),
    conflicts: count => readings.inc({ result: 'conflict' }, count),
    expired: count => readings.inc({ result: 'expired' }, count),
    security: kind => security.inc({ kind }),
    leftOut: count => leftOut.inc(count),
  };
}

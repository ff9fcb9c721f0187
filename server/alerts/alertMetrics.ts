import { Gauge, Histogram, type Registry } from 'prom-client';
import { countAlertsOfAllOrganisations } from '../store/metadata/alerts.ts';
import type { MetadataDb } from '../store/metadata/database.ts';

/** The numbers of alerts and of their queues. */
export function registerAlertMetrics(
  registry: Registry,
  { db, backlog }: { readonly db: MetadataDb; readonly backlog: () => number },
): { round(batches: number, seconds: number): void } {
  const registers = [registry];
  new Gauge({
    name: 'tahan_alerts',
    help: 'Open incidents, and messages that wait to be delivered (given up after 24 hours)',
    labelNames: ['state'],
    registers,
    async collect() {
      const { open, waiting } = await countAlertsOfAllOrganisations(db);
      this.set({ state: 'open' }, open);
      this.set({ state: 'message_waiting' }, waiting);
    },
  });
  new Gauge({
    name: 'tahan_alert_backlog',
    help: 'Batches that wait to be looked at for alerts; one waits once, however many readings it gets',
    registers,
    collect() {
      this.set(backlog());
    },
  });
  const perBatch = new Histogram({
    name: 'tahan_alert_batch_seconds',
    help: 'Time to look at a touched batch, mean of a round',
    buckets: [0.0001, 0.0005, 0.002, 0.01, 0.05],
    registers,
  });
  return {
    round(batches, seconds) {
      if (batches > 0) perBatch.observe(seconds / batches);
    },
  };
}

import { Gauge, type Registry } from 'prom-client';
import type { UplinkStats } from './uplink.ts';

/** The uplink's numbers, all named `tahan_uplink_…`. */
export function registerUplinkMetrics(
  registry: Registry,
  uplink: { stats(): UplinkStats; waitingSince(): Promise<number | null> },
  now: () => number,
): void {
  const gauge = (name: string, help: string, value: () => number | Promise<number>) =>
    new Gauge({
      name: `tahan_uplink_${name}`,
      help,
      registers: [registry],
      async collect() {
        this.set(await value());
      },
    });
  gauge('connected', '1 while the server is reached', () => (uplink.stats().connected ? 1 : 0));
  gauge('connects', 'connections to the server so far', () => uplink.stats().connects);
  gauge('waiting_records', 'records the server has not acknowledged', () => uplink.stats().waiting);
  gauge('under_way', 'publishes on their way', () => uplink.stats().underWay);
  gauge('acknowledged_publishes', 'publishes acknowledged so far', () => uplink.stats().shipments);
  gauge('oldest_seconds', 'age of the oldest record the server has not acknowledged', async () => {
    const since = await uplink.waitingSince().catch(() => null);
    return since === null ? 0 : Math.max(now() - since, 0) / 1000;
  });
}

import { connectInflux } from '../../server/store/influx/influxServer.ts';
import type { OwnTarget } from './faultTarget.ts';

export const influxBucket = 'tahan';

/** The settings of a Tahan that keeps its readings in an InfluxDB. */
export const influxEnv = (url: string) => ({
  TAHAN_STORE: 'influxdb',
  INFLUX_URL: url,
  INFLUX_BUCKET: influxBucket,
});

/** How many readings InfluxDB itself says it has. */
export async function countInInflux(url: string): Promise<number> {
  const influx = { url, token: null, org: null, bucket: influxBucket, username: null, password: null };
  const server = await connectInflux(influx, { timeoutMs: 120_000 });
  const [series] = await server.query('SELECT count(received_at) FROM readings');
  return Number(series?.values[0]?.[1] ?? 0);
}

export interface StoreMetrics {
  readonly isStale: boolean;
  readonly waiting: number;
}

export async function storeMetrics({ httpUrl }: Pick<OwnTarget, 'httpUrl'>): Promise<StoreMetrics> {
  const metrics = await (await fetch(`${httpUrl}/metrics`)).text();
  const value = (name: string) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN);
  return { isStale: value('tahan_store_stale') === 1, waiting: value('tahan_store_waiting_readings') };
}

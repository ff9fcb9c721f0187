import type { Figure } from './figures.ts';

/** What others say their programs hold and cost; each with its address and the date of the page. */
const published = (value: number, unit: string, source: string): Figure => ({
  ...{ value, unit, source, mark: 'published' },
});

const emqxReference =
  'https://docs.emqx.com/en/emqx/latest/performance/performance-reference.html (EMQX 5.1.6 on 4 vCPU, QoS 1, 128 bytes, 2,000 publishers, shared subscriptions, 75 % CPU; read 2026-11)';
const emqxConnections =
  'https://www.emqx.com/en/blog/reaching-100m-mqtt-connections-with-emqx-5-0 (2022-05-09: 20 brokers with 5 million connections and 113 GiB each)';
const influxPrices = 'https://www.influxdata.com/influxdb-pricing/ (Cloud Serverless, read 2026-09-20)';

export const broker = {
  /** 30,000 in and out together: half of them come in. Of each of 4 vCPU. */
  readingsPerSAndVcpu: published(15_000 / 4, 'readings/s', emqxReference),
  connectionBytes: published((113 * 1024 ** 3) / 5e6, 'B', emqxConnections),
} as const;

/** Field values a second that one InfluxDB holds beside some 25 questions a second, and what it needs for them. */
export interface InfluxSize {
  readonly instances: number;
  readonly cores: number;
  readonly ramGB: number;
  readonly writesPerS: number;
  readonly series: number;
  /** Copies of every reading. */
  readonly copies: number;
}

const ossSizing = 'https://docs.influxdata.com/influxdb/v1/guides/hardware_sizing/ (read 2026-11)';
const clusterSizing =
  'https://docs.influxdata.com/enterprise_influxdb/v1/guides/hardware_sizing/ (read 2026-11)';

/** One InfluxDB without a cluster, then clusters with two copies: writes with questions at the same time. */
export const influxSizes: readonly (InfluxSize & { readonly source: string })[] = [
  { instances: 1, cores: 4, ramGB: 4, writesPerS: 5_000, series: 1e5, copies: 1, source: ossSizing },
  { instances: 1, cores: 6, ramGB: 32, writesPerS: 250_000, series: 1e6, copies: 1, source: ossSizing },
  { instances: 2, cores: 16, ramGB: 122, writesPerS: 145_000, series: 1e6, copies: 2, source: clusterSizing },
  { instances: 4, cores: 16, ramGB: 122, writesPerS: 428_000, series: 1e6, copies: 2, source: clusterSizing },
  { instances: 8, cores: 8, ramGB: 61, writesPerS: 778_000, series: 1e6, copies: 2, source: clusterSizing },
];

export const postgres = {
  /** Transactions a second when each of them notifies; 55,000 when notices are sent together every 10 ms. */
  notifiesPerS: published(
    3_000,
    'transactions/s',
    'https://github.com/dbos-inc/dbos-transact-py/pull/774 (2026-07-13)',
  ),
} as const;

export const prices = {
  vcpuHour: published(
    0.0816 / 2,
    'USD',
    'https://www.factualminds.com/blog/amazon-ec2-on-demand-pricing-instance-families-2026/ (2026-06-17: m7g.large, 2 vCPU, 8 GiB, us-east-1, on demand)',
  ),
  influxCloudInPerMB: published(0.0025, 'USD', influxPrices),
  influxCloudGBHour: published(0.002, 'USD', influxPrices),
} as const;

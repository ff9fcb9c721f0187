import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { PumpStats } from './intakePump.ts';
import type { JournalStats } from './journal.ts';

/** Where the gauges look when somebody asks for the numbers. */
export interface MetricSources {
  readonly connections: () => number;
  /** Epoch milliseconds; left out without TLS. */
  readonly certificateValidUntil?: () => number;
  readonly journal: () => JournalStats;
  readonly pump: () => PumpStats;
  readonly now: () => number;
}

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;

/** The gateway's numbers, all named `tahan_gateway_…`. */
export function createGatewayMetrics(registry: Registry, sources: MetricSources) {
  const registers = [registry];
  gauge(registry, 'connections', 'open MQTT connections', () => sources.connections());
  const { certificateValidUntil } = sources;
  if (certificateValidUntil)
    gauge(
      registry,
      'tls_certificate_valid_until_seconds',
      'when the certificate in use ends, in seconds since 1970',
      () => certificateValidUntil() / 1000,
    );
  gauge(registry, 'journal_bytes', 'bytes of the journal on disk', () => sources.journal().bytes);
  gauge(
    registry,
    'journal_max_bytes',
    'the bound at which publishes are no longer acknowledged',
    () => sources.journal().maxBytes,
  );
  gauge(
    registry,
    'journal_records',
    'journal records not yet durable at the consumer',
    () => sources.journal().records,
  );
  gauge(registry, 'journal_oldest_seconds', 'age of the oldest journal file that is still needed', () =>
    ageS(sources.journal().oldestAt, sources.now()),
  );
  gauge(
    registry,
    'intake_waiting_records',
    'committed records the consumer has not taken yet',
    () => sources.pump().waiting,
  );
  gauge(registry, 'intake_oldest_seconds', 'how long the oldest of them has been waiting', () =>
    ageS(sources.pump().waitingSince, sources.now()),
  );
  gauge(
    registry,
    'journal_hours_left',
    'hours until the journal is full if nothing is taken over',
    hoursLeft(sources),
  );
  return {
    received: receivedCounter(registry),
    accepted: new Counter({
      name: 'tahan_gateway_readings_accepted_total',
      help: 'readings committed to the journal',
      registers,
    }),
    refused: new Counter({
      name: 'tahan_gateway_refusals_total',
      help: 'publishes and readings refused, by code',
      labelNames: ['code'] as const,
      registers,
    }),
    cut: new Counter({
      name: 'tahan_gateway_connections_cut_total',
      help: 'connections ended by the gateway, by reason',
      labelNames: ['reason'] as const,
      registers,
    }),
    commitFailures: new Counter({
      name: 'tahan_gateway_commit_failures_total',
      help: 'publishes not acknowledged because they could not be made durable, by reason',
      labelNames: ['reason'] as const,
      registers,
    }),
    pubackS: new Histogram({
      name: 'tahan_gateway_puback_seconds',
      help: 'from a publish seen to its acknowledgement released',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
  };
}

/** Counts by itself and tells the registry when somebody asks: looking up labels takes longer than the counting. */
function receivedCounter(registry: Registry): (kind: string) => void {
  const counts = new Map<string, number>();
  new Counter({
    name: 'tahan_gateway_publishes_received_total',
    help: 'publishes received from nodes',
    labelNames: ['kind'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const [kind, count] of counts) this.inc({ kind }, count);
    },
  });
  return kind => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    name: `tahan_gateway_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}

const ageS = (since: number | null, now: number): number =>
  since === null ? 0 : Math.max(now - since, 0) / 1000;

const rateSpanMs = 60_000;

/** The rate is taken over at least a minute between two looks; until the first minute is over, and at rest, it is 0. */
function hoursLeft(sources: MetricSources): () => number {
  let seenAt = sources.now();
  let seenBytes = 0;
  let bytesPerMs = 0;
  return () => {
    const { bytes, maxBytes, appendedBytes } = sources.journal();
    const elapsedMs = sources.now() - seenAt;
    if (elapsedMs >= rateSpanMs || elapsedMs < 0) {
      bytesPerMs = Math.max((appendedBytes - seenBytes) / Math.max(elapsedMs, rateSpanMs), 0);
      seenAt = sources.now();
      seenBytes = appendedBytes;
    }
    return bytesPerMs === 0
      ? Number.POSITIVE_INFINITY
      : Math.max(maxBytes - bytes, 0) / bytesPerMs / 3_600_000;
  };
}

import { join } from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { type Gateway, type GatewayOptions, startGateway } from '../../gateway/gateway.ts';
import type {
  IntakeConsumer,
  IntakeRecord,
  PresenceChange,
  SecurityEvent,
} from '../../models/contracts/intake.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import type { QuarantinedPublish } from '../../models/contracts/rejection.ts';
import { tempDir } from '../support/tempDir.ts';

export const silentLog = pino({ level: 'silent' });
export const systemClock = { now: () => Date.now() };

/** Remembers what it was given; says it is durable up to `durable`. */
export class MemoryConsumer implements IntakeConsumer {
  readonly records: IntakeRecord[] = [];
  durable = 0;
  durablePosition(): number {
    return this.durable;
  }
  async consume(records: readonly IntakeRecord[]): Promise<void> {
    this.records.push(...records);
  }
  get readings(): Reading[] {
    return this.records.flatMap(record => record.readings);
  }
  get refused(): QuarantinedPublish[] {
    return this.records.flatMap(record => record.refused);
  }
}

export interface TestGateway {
  readonly gateway: Gateway;
  readonly consumer: MemoryConsumer;
  readonly registry: Registry;
  readonly presence: PresenceChange[];
  readonly security: SecurityEvent[];
  readonly port: number;
  /** Resolves when something of this kind has been reported. */
  sees(what: () => boolean): Promise<void>;
  /** The value of a metric with these labels, 0 when there is none. */
  metric(name: string, labels?: Record<string, string>): Promise<number>;
}

/** A gateway on a free port for nodes whose secret is `secret-<node id>`; stopped when the test ends. */
export async function startTestGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const consumer = new MemoryConsumer();
  const registry = new Registry();
  const presence: PresenceChange[] = [];
  const security: SecurityEvent[] = [];
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watcher of [...watchers]) watcher();
  };
  const gateway = await startGateway({
    mqtt: { host: '127.0.0.1', port: 0 },
    journalDir: join(tempDir(), 'journal'),
    directory: { verify: (nodeId, secret) => secret === `secret-${nodeId}` },
    consumer,
    onPresence: change => {
      presence.push(change);
      look();
    },
    onSecurity: event => {
      security.push(event);
      look();
    },
    clock: systemClock,
    log: silentLog,
    registry,
    ...options,
  });
  onTestFinished(() => gateway.stop());
  return {
    gateway,
    consumer,
    registry,
    presence,
    security,
    port: gateway.port,
    sees: what =>
      new Promise(resolve => {
        const watcher = () => {
          if (!what()) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      }),
    async metric(name, labels = {}) {
      const all = await registry.getMetricsAsJSON();
      const values = all.find(one => one.name === name)?.values ?? [];
      const found = values.find(value =>
        Object.entries(labels).every(
          ([label, wanted]) => String((value.labels as Record<string, unknown>)[label]) === wanted,
        ),
      );
      return found?.value ?? 0;
    },
  };
}

/** A node with a real MQTT client; resolves when it is connected. Never reconnects unless told so. */
export async function connectNode(
  port: number,
  nodeId: string,
  options: IClientOptions = {},
): Promise<MqttClient> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    clientId: nodeId,
    username: nodeId,
    password: `secret-${nodeId}`,
    reconnectPeriod: 0,
    ...options,
  });
  onTestFinished(async () => {
    await client.endAsync(true);
  });
  client.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed before it was connected')));
  });
  return client;
}

export const publishJson = (client: MqttClient, topic: string, value: unknown, qos: 0 | 1 | 2 = 1) =>
  client.publishAsync(topic, JSON.stringify(value), { qos });

import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { median } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { readingTopic } from '../../models/contracts/topics.ts';
import { apiClient } from '../support/apiClient.ts';
import { runTahanJson, startTahanProcess } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';

// The full claim is 20 rounds; TAHAN_KILL_ROUNDS=20 runs them all. Fewer keep the suite short.
const rounds = Number(process.env.TAHAN_KILL_ROUNDS ?? 4);
const nodes = 10;
const readingsPerSecond = 200;

interface Outcome {
  acknowledged: number;
  lost: number;
  duplicates: number;
  readyMs: number[];
}

/**
 * Nodes publish one reading after the other at QoS 1 and send it again until it is acknowledged, as real ones do; the
 * process is killed at random moments and started again on the same folder. What counts is what was acknowledged.
 */
async function killRepeatedly(entry?: string): Promise<Outcome> {
  const dataDir = tempDir();
  const { token } = await runTahanJson<{ token: string }>(dataDir, 'token', 'add', '--role', 'owner');
  const options = entry ? { entry, args: [] } : {};
  let tahan = await startTahanProcess({ dataDir, ...options });
  const credentials: { username: string; password: string }[] = [];
  for (let n = 0; n < nodes; n++) {
    const added = await apiClient(tahan.httpUrl, token).post('/nodes', { nodeId: `k-${n}` });
    credentials.push(added.body.mqtt);
  }
  const ports = {
    httpPort: Number(new URL(tahan.httpUrl).port),
    mqttPort: Number(new URL(tahan.mqttUrl).port),
  };
  const acknowledged = new Map<string, Set<number>>();
  const readyMs: number[] = [];
  let publishing = true;
  const publishers = credentials.map((mqttLogin, n) => {
    const client = mqtt.connect(tahan.mqttUrl, {
      ...mqttLogin,
      clientId: mqttLogin.username,
      reconnectPeriod: 50,
      connectTimeout: 2_000,
    });
    client.on('error', () => {});
    const acked = new Set<number>();
    acknowledged.set(mqttLogin.username, acked);
    return publishUntilStopped(client, n, acked, () => publishing);
  });
  for (let round = 0; round < rounds; round++) {
    await sleep(1_000 + Math.random() * 3_000 * (rounds > 5 ? 1 : 0.3));
    await tahan.kill('SIGKILL');
    tahan = await startTahanProcess({ dataDir, ...ports, ...options });
    readyMs.push(tahan.readyMs);
  }
  publishing = false;
  await Promise.all(publishers);
  const api = apiClient(tahan.httpUrl, token);
  const outcome: Outcome = { acknowledged: 0, lost: 0, duplicates: 0, readyMs };
  for (const [nodeId, acked] of acknowledged) {
    const stored = await api.all<{ measuredAt: string }>(`/nodes/${nodeId}/readings`, 'readings');
    const times = stored.map(reading => Date.parse(reading.measuredAt));
    const distinct = new Set(times);
    outcome.acknowledged += acked.size;
    outcome.duplicates += times.length - distinct.size;
    outcome.lost += [...acked].filter(time => !distinct.has(time)).length;
  }
  expect(await tahan.kill('SIGTERM')).toBe(0);
  return outcome;
}

async function publishUntilStopped(
  client: MqttClient,
  n: number,
  acked: Set<number>,
  publishing: () => boolean,
) {
  const startedAt = Date.now() - 3_600_000;
  for (let i = 0; publishing(); i++) {
    const measuredAt = startedAt + i * 1_000 + n;
    const reading = { measuredAt, temperatureC: 4 + (i % 50) / 10, sequence: i };
    await client
      .publishAsync(readingTopic(`k-${n}`), JSON.stringify(reading), { qos: 1 })
      .then(() => acked.add(measuredAt))
      // The link fell before the PUBACK: no promise was made about this reading.
      .catch(() => {});
    await sleep((1000 * nodes) / readingsPerSecond);
  }
  await client.endAsync(true);
}

describe('kill -9 under load', () => {
  it('loses no acknowledged reading, shows none twice, and is ready again', async () => {
    const outcome = await killRepeatedly();
    console.info(
      `kill -9: ${JSON.stringify({ rounds, ...outcome, medianReadyMs: median(outcome.readyMs) })}`,
    );
    expect(outcome.acknowledged).toBeGreaterThan(rounds * 50);
    expect(outcome).toMatchObject({ lost: 0, duplicates: 0 });
  }, 240_000);

  it('is noticed by this test when the commit comes after the PUBACK', async () => {
    const outcome = await killRepeatedly(
      new URL('../support/acknowledgeFirstChild.ts', import.meta.url).pathname,
    );
    expect(outcome.lost).toBeGreaterThan(0);
  }, 240_000);
});

import { readFileSync } from 'node:fs';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../firmware-sim/seededRandom.ts';
import { readingTopic } from '../../models/contracts/topics.ts';
import { apiClient } from '../support/apiClient.ts';
import { integrateTahu } from '../support/integrateTahu.ts';
import { runTahan, runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';

const hourMs = 3_600_000;
const data = longTempDir();
let tahan: TahanProcess;
let api: ReturnType<typeof apiClient>;

beforeAll(async () => {
  const { token } = await runTahanJson<{ token: string }>(data.path, 'token', 'add', '--role', 'owner');
  tahan = await startTahanProcess({ dataDir: data.path });
  api = apiClient(tahan.httpUrl, token);
});

afterAll(async () => {
  await tahan.kill('SIGTERM');
  data.remove();
});

async function connectNode(nodeId: string): Promise<MqttClient> {
  const { body } = await api.post('/nodes', { nodeId });
  return mqtt.connectAsync(tahan.mqttUrl, { ...body.mqtt, clientId: nodeId });
}

const publish = (client: MqttClient, nodeId: string, body: unknown) =>
  client.publishAsync(readingTopic(nodeId), typeof body === 'string' ? body : JSON.stringify(body), {
    qos: 1,
  });

/** Two household refrigerators, a reading every ten minutes for a day, ending an hour ago. */
function refrigerator(name: 'A1' | 'A2') {
  const file = new URL('../../firmware-sim/series/refrigeratorsSpain.csv', import.meta.url);
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => /^[\d.]/.test(line));
  const end = Math.floor(Date.now() / 60_000) * 60_000 - hourMs;
  return rows.map(row => {
    const [minutes, a1, a2] = row.split(',').map(Number);
    return {
      measuredAt: Math.round(end + minutes! * 60_000 - 24 * hourMs),
      temperatureC: (name === 'A1' ? a1 : a2)!,
    };
  });
}

async function batchOf(nodeId: string, producedAt: number, treatment: string) {
  const batchId = `batch-${nodeId}`;
  const made = await api.post('/batches', { batchId, productId: 'takwa', producedAt, treatment });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const placed = await api.post(`/batches/${batchId}/placements`, { nodeId, from: producedAt });
  expect(placed.status).toBe(201);
  return batchId;
}

async function estimateAt(batchId: string, at: number, futureTemperatureC: number) {
  const query = `at=${new Date(at).toISOString()}&futureTemperatureC=${futureTemperatureC}`;
  const { status, body } = await api.get(`/batches/${batchId}/estimate?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

describe('from a node to an estimate', () => {
  for (const [name, treatment] of [
    ['A1', 'turmeric-boiled'],
    ['A2', 'packed-heated-p90'],
  ] as const) {
    it(`agrees to 1e-6 with an independent integration over refrigerator ${name} (${treatment})`, async () => {
      const readings = refrigerator(name);
      const nodeId = `fridge-${name}`;
      const client = await connectNode(nodeId);
      await publish(client, nodeId, readings);
      await client.endAsync();
      const first = readings[0]!.measuredAt;
      const last = readings.at(-1)!.measuredAt;
      const estimate = await estimateAt(await batchOf(nodeId, first, treatment), last, 6);
      const truth = integrateTahu(readings, treatment, 6);
      expect(estimate.countLog10CfuPerG.median).toBeCloseTo(truth.countLog10CfuPerG, 6);
      const spoilage = estimate.limits.find((l: { limit: string }) => l.limit === 'spoilage').remainingH;
      expect(Math.abs(spoilage / truth.remainingH - 1)).toBeLessThan(1e-6);
      expect(estimate.remainingH.p05).toBeLessThan(estimate.remainingH.median);
      expect(estimate).toMatchObject({ measuredShare: 1, gapH: 0, assumptionKind: 'given' });
    });
  }

  it('answers bit-equal after shuffled, duplicated and late delivery', async () => {
    const readings = refrigerator('A1');
    const last = readings.at(-1)!.measuredAt;
    const inOrder = await connectNode('in-order');
    await publish(inOrder, 'in-order', readings);
    const mixed = await connectNode('mixed');
    // The batch is watched while its readings arrive, so that its running sums take every detour.
    const batches = [
      await batchOf('in-order', readings[0]!.measuredAt, 'turmeric-boiled'),
      await batchOf('mixed', readings[0]!.measuredAt, 'turmeric-boiled'),
    ];
    const random = createRandom(5);
    const order = [...readings, ...readings.slice(30, 90)]
      .map(reading => ({ reading, key: random.next() }))
      .sort((a, b) => a.key - b.key);
    for (const { reading } of order) await publish(mixed, 'mixed', reading);
    await Promise.all([inOrder.endAsync(), mixed.endAsync()]);
    const [a, b] = await Promise.all(batches.map(batchId => estimateAt(batchId, last, 5)));
    expect({ ...b, batchId: '' }).toEqual({ ...a, batchId: '' });
    const raw = await api.get('/nodes/mixed/readings?limit=1000');
    expect(raw.body.readings.map((r: { measuredAt: string }) => Date.parse(r.measuredAt))).toEqual(
      readings.map(r => r.measuredAt),
    );
  });

  it('keeps 0 °C as a temperature and a missing temperature as missing', async () => {
    const client = await connectNode('zero');
    const at = Date.now() - hourMs;
    await publish(client, 'zero', [
      { measuredAt: at, temperatureC: 0 },
      { measuredAt: at + 1000, humidityPct: 80 },
      { measuredAt: at + 2000, temperatureC: null, humidityPct: 81 },
    ]);
    await client.endAsync();
    const { body } = await api.get('/nodes/zero/readings');
    expect(body.readings.map((r: { temperatureC: number | null }) => r.temperatureC)).toEqual([
      0,
      null,
      null,
    ]);
    const buckets = await api.get(
      `/nodes/zero/readings?from=${new Date(at).toISOString()}&to=${new Date(at + 10_000).toISOString()}&points=10`,
    );
    expect(buckets.body.buckets.map((b: { meanC: number }) => b.meanC)).toEqual([0]);
  });

  it('acknowledges a refused publish, keeps it with its reason, and disconnects nobody', async () => {
    const client = await connectNode('clumsy');
    let closed = 0;
    client.on('close', () => closed++);
    const honest = await connectNode('honest');
    await publish(client, 'clumsy', 'not json');
    await publish(client, 'clumsy', [{ temperatureC: 4.5 }, { temperatureC: 'warm' }, { temperatureC: 400 }]);
    await publish(client, 'clumsy', JSON.stringify({ temperatureC: 4, note: 'x'.repeat(100_000) }));
    await publish(honest, 'honest', { temperatureC: 5 });
    expect(closed).toBe(0);
    const { body } = await api.get('/quarantine');
    const mine = body.quarantine.filter((q: { nodeId: string }) => q.nodeId === 'clumsy');
    const codes = mine.map((q: { code: string }) => q.code).sort();
    expect(codes).toEqual([
      'publish.not_json',
      'publish.too_large',
      'reading.field_invalid',
      'reading.field_invalid',
    ]);
    const stored = await api.get('/nodes/clumsy/readings');
    expect(stored.body.readings).toHaveLength(1);
    await Promise.all([client.endAsync(), honest.endAsync()]);
  });

  it('cuts off a node that publishes as another and stores nothing of it', async () => {
    const victim = await connectNode('victim');
    const liar = await connectNode('liar');
    const cut = new Promise<void>(resolve => liar.once('close', () => resolve()));
    liar.publish(readingTopic('victim'), JSON.stringify({ temperatureC: 60 }), { qos: 1 });
    await cut;
    liar.end(true);
    await publish(victim, 'victim', { temperatureC: 5 });
    const stored = await api.get('/nodes/victim/readings');
    expect(stored.body.readings.map((r: { temperatureC: number }) => r.temperatureC)).toEqual([5]);
    await victim.endAsync();
  });

  it('widens the interval and says so when a node falls silent', async () => {
    const client = await connectNode('silent');
    const now = Date.now();
    const start = now - 10 * hourMs;
    const readings = Array.from({ length: 37 }, (_, i) => ({
      measuredAt: start + i * 600_000,
      temperatureC: 5,
    }));
    await publish(client, 'silent', readings);
    await client.endAsync();
    const batchId = await batchOf('silent', start, 'turmeric-boiled');
    const heard = await estimateAt(batchId, readings.at(-1)!.measuredAt, 5);
    const { body: silent } = await api.get(`/batches/${batchId}/estimate?futureTemperatureC=5`);
    expect(heard.flags).not.toContain('silent');
    expect(silent.flags).toContain('silent');
    expect(silent.gapH).toBeGreaterThan(3);
    const width = (e: typeof silent) => e.remainingH.p95 - e.remainingH.p05;
    expect(width(silent)).toBeGreaterThan(width(heard) + 1);
  });

  it('lets commands work beside a running server and refuses bad ones with exit code 2', async () => {
    const added = await runTahan(data.path, 'node', 'add', 'from-outside', '--json');
    expect(added.code, added.stderr).toBe(0);
    const { mqtt: login } = JSON.parse(added.stdout);
    const client = await mqtt.connectAsync(tahan.mqttUrl, { ...login, clientId: 'from-outside' });
    await publish(client, 'from-outside', { temperatureC: 4 });
    await client.endAsync();
    expect((await api.get('/nodes/from-outside')).body.lastReading.temperatureC).toBe(4);
    expect((await runTahan(data.path, 'node', 'add', 'no/slash')).code).toBe(2);
    expect((await runTahan(data.path, 'node', 'add', 'from-outside')).code).toBe(1);
    expect((await runTahan(data.path, 'nonsense')).code).toBe(2);
    const second = await runTahan(data.path, 'serve');
    expect(second).toMatchObject({ code: 1 });
    expect(second.stderr).toContain('is in use by process');
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { aReading } from '../../support/aReading.ts';
import { startInfluxd } from '../../support/influxd.ts';
import { everyTenMinutes, hourMs, startAt, testServer } from '../testServer.ts';

describe('a server with its readings in InfluxDB', () => {
  it('answers from it, takes readings while it is gone and says so, and finds them after a restart', async () => {
    const influxd = await startInfluxd();
    onTestFinished(() => influxd.close());
    const environment = { TAHAN_STORE: 'influxdb', INFLUX_URL: influxd.url };
    const { placedBatch, consume, get, call, stop, server, dataDir, token } = await testServer({
      environment,
    });
    await placedBatch();
    await consume(everyTenMinutes(startAt - 6 * hourMs, startAt - hourMs, 4));
    const charts = async () => (await get('/nodes/S-01/readings?points=500')).body;
    expect((await charts()).buckets.length).toBe(31);
    expect(await charts()).not.toHaveProperty('stale');

    await influxd.stop();
    const position = await consume([aReading({ measuredAt: startAt, temperatureC: 9 })]);
    await expect.poll(async () => (await charts()).stale).toBe(true);
    expect((await charts()).buckets.at(-1)).toMatchObject({ maxC: 9 });
    const ready = await call('GET', '/readyz', { token: null });
    expect([ready.status, ready.body.warnings.length]).toEqual([200, 1]);
    expect(server.intake.durablePosition()).toBeLessThan(position);

    await influxd.start();
    await expect.poll(() => server.intake.durablePosition()).toBe(position);
    expect(await charts()).not.toHaveProperty('stale');
    const estimate = (await get('/batches/B-01/estimate')).body;
    await stop();

    const again = await testServer({ environment, dataDir });
    expect(again.server.intake.durablePosition()).toBe(position);
    expect((await again.get('/batches/B-01/estimate', { token })).body).toEqual(estimate);
    expect((await again.get('/nodes/S-01/readings', { token })).body.readings.length).toBe(32);
  });
});

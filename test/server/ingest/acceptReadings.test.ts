import { describe, expect, it } from 'vitest';
import type { QuarantinedPublish } from '../../../models/contracts/rejection.ts';
import { aReading } from '../../support/aReading.ts';
import { tempDir } from '../../support/tempDir.ts';
import { everyTenMinutes, hourMs, startAt, testServer } from '../testServer.ts';

const refusal = (nodeId = 'S-01'): QuarantinedPublish => ({
  nodeId,
  topic: `tahan/${nodeId}/readings`,
  receivedAt: startAt,
  rejection: {
    code: 'reading.field_invalid',
    message: 'temperatureC must be from -40 to 85 degrees Celsius',
    field: 'temperatureC',
    value: '900',
    allowed: 'from -40 to 85',
    index: 2,
  },
  payloadHead: '{"temperatureC":900}',
  payloadBytes: 20,
});

describe('the intake', () => {
  it('takes records that come again exactly once: readings, estimate and quarantine', async () => {
    const { server, placedBatch, get } = await testServer();
    await placedBatch();
    const records = [
      {
        position: 1,
        readings: everyTenMinutes(startAt - 3 * hourMs, startAt - 2 * hourMs, 20),
        refused: [refusal()],
      },
      { position: 2, readings: everyTenMinutes(startAt - 2 * hourMs, startAt, 25), refused: [] },
    ];
    await server.intake.consume(records);
    const all = async () => [
      (await get('/nodes/S-01/readings?limit=1000')).body,
      (await get('/batches/B-01')).body,
      (await get('/quarantine')).body,
    ];
    const once = await all();
    await server.intake.consume(records);
    await server.intake.consume(records.slice(1));
    await server.intake.consume(records.slice(0, 1));
    expect(await all()).toEqual(once);
  });

  it('keeps refused publishes with their reason, for their own firm only', async () => {
    const { server, consume, get, otherFirm } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    await consume([], [refusal(), refusal('ghost')]);
    const { body } = await get('/quarantine');
    expect(body).toEqual({
      quarantine: [
        {
          quarantineId: `${server.fleet.serverId}-1-0`,
          nodeId: 'S-01',
          topic: 'tahan/S-01/readings',
          receivedAt: '2026-11-24T03:00:00.000Z',
          code: 'reading.field_invalid',
          reason: 'A value is outside what is possible.',
          message: 'temperatureC must be from -40 to 85 degrees Celsius',
          index: 2,
          field: 'temperatureC',
          value: '900',
          allowed: 'from -40 to 85',
          payloadHead: '{"temperatureC":900}',
          payloadBytes: 20,
          releasable: true,
        },
      ],
      counts: [{ code: 'reading.field_invalid', reason: 'A value is outside what is possible.', count: 1 }],
      nextCursor: null,
    });
    expect((await get('/quarantine', { token: await otherFirm() })).body.quarantine).toEqual([]);
  });

  it('keeps the first of two readings of one instant that differ, and quarantines the other', async () => {
    const { server, consume, get } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    await consume([aReading({ measuredAt: startAt, temperatureC: 4 })]);
    await consume([aReading({ measuredAt: startAt, temperatureC: 5 })]);
    expect((await get('/nodes/S-01/readings')).body.readings).toMatchObject([{ temperatureC: 4 }]);
    expect((await get('/quarantine')).body.quarantine).toMatchObject([
      { code: 'reading.conflict', field: 'measuredAt', value: '2026-11-24T03:00:00.000Z' },
    ]);
  });

  it('moves the durable position only with what the store has synced', async () => {
    const { server, consume } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const position = await consume([aReading()]);
    expect(server.intake.durablePosition()).toBeLessThan(position);
  });
});

describe('a restart', () => {
  it('keeps readings, batches, placements, quarantine, tokens and estimates', async () => {
    const dataDir = tempDir();
    const first = await testServer({ dataDir });
    await first.placedBatch();
    await first.consume(everyTenMinutes(startAt - 10 * hourMs, startAt, 27), [refusal()]);
    const paths = ['/batches/B-01', '/nodes/S-01', '/nodes/S-01/readings', '/quarantine', '/products'];
    const answers = async ({ get }: typeof first, token: string) =>
      Promise.all(paths.map(async path => (await get(path, { token })).body));
    const before = await answers(first, first.token);
    await first.stop();
    const second = await testServer({ dataDir });
    expect(second.server.intake.durablePosition()).toBe(1);
    expect(await answers(second, first.token)).toEqual(before);
  });
});

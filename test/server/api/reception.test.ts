import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { receptionViewSchema } from '../../../models/contracts/reception.ts';
import { createReception, withoutShortSilence } from '../../../server/reception.ts';
import { openEmbeddedReadingStore } from '../../../server/store/embeddedReadingStore.ts';
import { aReading } from '../../support/aReading.ts';
import { tempDir } from '../../support/tempDir.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, testServer } from '../testServer.ts';

const dayMs = 24 * hourMs;

describe('GET /reception', () => {
  it('tells of every node of the firm, and of no other, when it was heard', async () => {
    const { get, server, consume, otherFirm } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01', reportEveryS: 600 });
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-02', reportEveryS: 600 });
    const theirs = await otherFirm();
    await server.setup.createNode({ orgId: 'lain', nodeId: 'S-99' });
    await consume([
      ...everyTenMinutes(startAt - 24 * hourMs, startAt - 6 * hourMs, 5),
      ...everyTenMinutes(startAt - 4 * hourMs, startAt - minuteMs, 5),
      aReading({ nodeId: 'S-99', measuredAt: startAt - hourMs }),
    ]);
    const { status, body } = await get('/reception?hours=24&cells=24');
    expect(status).toBe(200);
    expect(receptionViewSchema.parse(body)).toEqual(body);
    expect(body.nodes).toEqual([
      { nodeId: 'S-01', cells: `${'1'.repeat(18)}011111`, batteryDaysLeft: null },
      { nodeId: 'S-02', cells: '0'.repeat(24), batteryDaysLeft: null },
    ]);
    expect((await get('/reception', { token: theirs })).body.nodes).toMatchObject([{ nodeId: 'S-99' }]);
  });

  it('says how long a battery lasts by how it fell', async () => {
    const { get, server, consume } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01', reportEveryS: 86_400 });
    await consume(
      Array.from({ length: 30 }, (_, i) =>
        aReading({ measuredAt: startAt - (29 - i) * dayMs - hourMs, batteryPct: 79 - i }),
      ),
    );
    const [node] = (await get('/reception')).body.nodes;
    expect(node.batteryDaysLeft).toBeGreaterThanOrEqual(49);
    expect(node.batteryDaysLeft).toBeLessThanOrEqual(52);
  });

  it('refuses more than a week and half of nothing', async () => {
    const { get } = await testServer();
    expect((await get('/reception?hours=169')).status).toBe(422);
    expect((await get('/reception?cells=0')).status).toBe(422);
  });

  it('answers for 1,000 nodes at once, each cell of a day heard', async () => {
    const store = openEmbeddedReadingStore(join(tempDir(), 'readings.sqlite'), { sealRows: 20_000 });
    const nodes = Array.from({ length: 1000 }, (_, i) => `N-${i}`);
    for (let at = startAt - 25 * hourMs; at < startAt; at += 30 * minuteMs)
      await store.append(nodes.map(nodeId => aReading({ nodeId, measuredAt: at, batteryPct: 80 })));
    const all = nodes.map(nodeId => ({
      ...{ nodeId, orgId: 'tani', name: nodeId, placeId: null, reportEveryS: 1800 },
    }));
    const span = { from: startAt - dayMs, to: startAt, cells: 48 };
    const found = await createReception({ store }).of(all, span, startAt);
    await store.close();
    expect(found).toHaveLength(1000);
    expect(found.every(node => node.cells.length === 48 && node.cells.every(heard => heard))).toBe(true);
  });
});

describe('withoutShortSilence', () => {
  const drawn = (text: string, silenceMs: number) =>
    withoutShortSilence(
      [...text].map(c => c === '1'),
      { cellMs: 30 * minuteMs, silenceMs },
    )
      .map(cell => (cell ? '1' : '0'))
      .join('');

  it('takes what is shorter than three reports for no gap', () => {
    expect(drawn('1010101', 3 * hourMs)).toBe('1111111');
    expect(drawn('1000000', 3 * hourMs)).toBe('1000000');
    expect(drawn('1011', 30 * minuteMs)).toBe('1011');
  });

  it('leaves a node that was not heard at all empty', () => {
    expect(drawn('0000', 9 * hourMs)).toBe('0000');
  });
});

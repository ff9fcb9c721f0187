import { describe, expect, it } from 'vitest';
import { nodeViewSchema } from '../../../models/contracts/node.ts';
import { aReading } from '../../support/aReading.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, testServer } from '../testServer.ts';

describe('POST /nodes', () => {
  it('gives a secret once, which lets that node connect and no other', async () => {
    const { post, get, server } = await testServer();
    const { status, body } = await post('/nodes', { nodeId: 'S-01', name: 'Kulkas', reportEveryS: 600 });
    expect(status).toBe(201);
    expect(body).toEqual({ nodeId: 'S-01', mqtt: { username: 'S-01', password: expect.any(String) } });
    const { password } = body.mqtt;
    expect(Buffer.from(password, 'base64url').length).toBeGreaterThanOrEqual(16);
    await post('/nodes', { nodeId: 'S-02' });
    expect(await server.directory.verify('S-01', password)).toBe(true);
    expect(await server.directory.verify('S-02', password)).toBe(false);
    expect(await server.directory.verify('S-99', password)).toBe(false);
    expect(await server.directory.verify('S-01', '')).toBe(false);
    expect(JSON.stringify((await get('/nodes')).body)).not.toContain(password);
  });

  it('refuses an id that any organisation has taken', async () => {
    const { post, otherFirm } = await testServer();
    await post('/nodes', { nodeId: 'S-01' });
    const again = await post('/nodes', { nodeId: 'S-01' }, { token: await otherFirm() });
    expect([again.status, again.body.code]).toEqual([409, 'node.exists']);
  });

  it.each([
    [{ nodeId: 'a/b' }, 'nodeId'],
    [{ nodeId: '+' }, 'nodeId'],
    [{ nodeId: 'S-1', reportEveryS: 0 }, 'reportEveryS'],
    [{ nodeId: 'S-1', reportEveryS: 1.5 }, 'reportEveryS'],
    [{ nodeId: 'S-1', placeId: 'no place' }, 'placeId'],
    [{ nodeId: 'S-1', secret: 'mine' }, 'secret'],
  ])('refuses %j', async (body, field) => {
    const { post } = await testServer();
    const answer = await post('/nodes', body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });
});

describe('GET /nodes', () => {
  it('tells never-seen, online and stale apart, at the very second', async () => {
    const { server, get, consume, clock } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01', reportEveryS: 1200 });
    const node = async () => (await get('/nodes/S-01')).body;
    expect(await node()).toMatchObject({
      state: 'never-seen',
      lastSeenAt: null,
      lastReading: null,
      batteryPct: null,
    });
    await consume([aReading({ measuredAt: startAt, receivedAt: startAt, batteryPct: 77, temperatureC: 0 })]);
    const seen = await node();
    expect(nodeViewSchema.parse(seen)).toEqual(seen);
    expect(seen).toMatchObject({
      state: 'online',
      lastSeenAt: '2026-11-24T03:00:00.000Z',
      batteryPct: 77,
      lastReading: { temperatureC: 0, humidityPct: null, measuredAt: '2026-11-24T03:00:00.000Z' },
    });
    clock.set(startAt + hourMs);
    expect((await node()).state).toBe('online');
    clock.advance(1);
    expect((await node()).state).toBe('stale');
  });

  it('shows whether a session is up', async () => {
    const { server, get, clock } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    server.presence({ nodeId: 'S-01', connected: true, at: clock.now() });
    expect((await get('/nodes/S-01')).body).toMatchObject({ connected: true, state: 'never-seen' });
    server.presence({ nodeId: 'S-01', connected: false, at: clock.now() });
    expect((await get('/nodes/S-01')).body.connected).toBe(false);
  });

  it('hides nodes of another organisation', async () => {
    const { server, get, otherFirm } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const token = await otherFirm();
    expect((await get('/nodes', { token })).body).toEqual({ nodes: [], nextCursor: null });
    expect((await get('/nodes/S-01', { token })).status).toBe(404);
    expect((await get('/nodes/S-01/readings', { token })).body.code).toBe('node.not_found');
  });

  it('pages by id', async () => {
    const { server, get } = await testServer();
    for (const nodeId of ['c', 'a', 'b']) await server.setup.createNode({ orgId: 'tani', nodeId });
    const first = (await get('/nodes?limit=2')).body;
    expect(first.nodes.map((n: { nodeId: string }) => n.nodeId)).toEqual(['a', 'b']);
    const second = (await get(`/nodes?limit=2&cursor=${first.nextCursor}`)).body;
    expect([second.nodes[0].nodeId, second.nextCursor]).toEqual(['c', null]);
  });
});

describe('GET /nodes/:nodeId/readings', () => {
  it('pages raw readings ascending, from inclusive and to exclusive', async () => {
    const { server, get, consume } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    await consume(everyTenMinutes(startAt - hourMs, startAt, 4).toReversed());
    const iso = (minutes: number) => new Date(startAt + minutes * minuteMs).toISOString();
    const path = `/nodes/S-01/readings?from=${iso(-60)}&to=${startAt}&limit=4`;
    const first = (await get(path)).body;
    const second = (await get(`${path}&cursor=${first.nextCursor}`)).body;
    const times = [...first.readings, ...second.readings].map((r: { measuredAt: string }) => r.measuredAt);
    expect(times).toEqual([-60, -50, -40, -30, -20, -10].map(iso));
    expect(second.nextCursor).toBeNull();
  });

  it('keeps 0 degrees as 0 and a missing value as null', async () => {
    const { server, get, consume } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    await consume([
      aReading({ measuredAt: startAt, temperatureC: 0, sequence: 0 }),
      aReading({ measuredAt: startAt + 1, temperatureC: null, humidityPct: 0 }),
    ]);
    expect((await get('/nodes/S-01/readings')).body.readings).toMatchObject([
      { temperatureC: 0, humidityPct: null, sequence: 0, batteryPct: null },
      { temperatureC: null, humidityPct: 0, sequence: null },
    ]);
  });

  it('thins to buckets and leaves a gap open', async () => {
    const { server, get, consume } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    await consume([
      ...everyTenMinutes(startAt - 6 * hourMs, startAt - 5 * hourMs, 4),
      ...everyTenMinutes(startAt - hourMs, startAt, 8),
    ]);
    const { buckets } = (await get('/nodes/S-01/readings?points=12')).body;
    expect(buckets.length).toBeLessThan(8);
    expect(buckets[0]).toMatchObject({ from: '2026-11-23T21:00:00.000Z', minC: 4, meanC: 4, maxC: 4 });
    expect(buckets.reduce((n: number, b: { count: number }) => n + b.count, 0)).toBe(14);
    expect((await get('/nodes/S-01/readings?points=5&probe=core')).body.buckets).toEqual([]);
  });

  it.each([
    ['from=now', 'from'],
    ['from=2026-11-24', 'from'],
    ['from=2026-11-24T00:00:00Z&to=2026-11-24T00:00:00Z', 'to'],
    ['points=0', 'points'],
    ['points=10001', 'points'],
    ['cursor=eyJwcm9iZSI6Im1haW4ifQ', 'cursor'],
  ])('refuses %s', async (query, field) => {
    const { server, get } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const { status, body } = await get(`/nodes/S-01/readings?${query}`);
    expect([status, body.errors?.[0]?.field]).toEqual([422, field]);
  });
});

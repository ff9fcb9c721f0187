import { describe, expect, it } from 'vitest';
import { bridgeViewSchema } from '../../../models/contracts/bridge.ts';
import type { GatewayControl } from '../../../models/contracts/intake.ts';
import { aReport } from '../foreignReport.ts';
import { startAt, testServer } from '../testServer.ts';

describe('POST /bridges', () => {
  it('gives a secret once and lets the bridge speak below its prefixes in its time zone', async () => {
    const { post, get, server } = await testServer();
    const { status, body } = await post('/bridges', {
      bridgeId: 'rumah',
      topicPrefixes: ['zigbee2mqtt/', 'tele/'],
    });
    expect(status).toBe(201);
    const { password } = body.mqtt;
    expect(body).toEqual({
      bridgeId: 'rumah',
      mqtt: { username: 'rumah', password: expect.any(String) },
      topicPrefixes: ['zigbee2mqtt/', 'tele/'],
    });
    const { bridgeDirectory: bridges, directory } = server;
    expect(await bridges.find('rumah')).toMatchObject({
      topicPrefixes: ['zigbee2mqtt/', 'tele/'],
      timeZone: 'Asia/Jakarta',
    });
    expect(await bridges.verify('rumah', password)).toBe(true);
    expect(await bridges.verify('rumah', '')).toBe(false);
    expect(await bridges.find('toko')).toBeNull();
    expect(await bridges.verify('toko', password)).toBe(false);
    expect(await directory.verify('rumah', password)).toBe(false);
    expect(JSON.stringify((await get('/bridges')).body)).not.toContain(password);
  });

  it('takes no name that a node has, nor a node one that a bridge has', async () => {
    const { post } = await testServer();
    await post('/nodes', { nodeId: 'K-1' });
    await post('/bridges', { bridgeId: 'rumah', topicPrefixes: ['a/'] });
    const bridge = await post('/bridges', { bridgeId: 'K-1', topicPrefixes: ['a/'] });
    const node = await post('/nodes', { nodeId: 'rumah' });
    expect([bridge.status, bridge.body.code]).toEqual([409, 'bridge.exists']);
    expect([node.status, node.body.code]).toEqual([409, 'node.exists']);
  });

  it.each([
    [{ topicPrefixes: ['a/'] }, 'bridgeId'],
    [{ bridgeId: 'tahan', topicPrefixes: ['a/'] }, 'bridgeId'],
    [{ bridgeId: 'tahan-1', topicPrefixes: ['a/'] }, 'bridgeId'],
    [{ bridgeId: 'r' }, 'topicPrefixes'],
    [{ bridgeId: 'r', topicPrefixes: [] }, 'topicPrefixes'],
    [{ bridgeId: 'r', topicPrefixes: ['zigbee2mqtt'] }, 'topicPrefixes.0'],
    [{ bridgeId: 'r', topicPrefixes: ['a/', '/'] }, 'topicPrefixes.1'],
    [{ bridgeId: 'r', topicPrefixes: ['tahan/'] }, 'topicPrefixes.0'],
    [{ bridgeId: 'r', topicPrefixes: ['tahan-edge/x/'] }, 'topicPrefixes.0'],
    [{ bridgeId: 'r', topicPrefixes: ['$SYS/'] }, 'topicPrefixes.0'],
    [{ bridgeId: 'r', topicPrefixes: ['a/+/'] }, 'topicPrefixes.0'],
    [{ bridgeId: 'r', topicPrefixes: ['#/'] }, 'topicPrefixes.0'],
    [{ bridgeId: 'r', topicPrefixes: ['a/'], timeZone: 'Mars/X' }, 'timeZone'],
  ])('refuses %j', async (body, field) => {
    const { post } = await testServer();
    const answer = await post('/bridges', body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });
});

describe('GET /bridges', () => {
  it('tells whether a bridge is there, when it was heard and how many devices it has', async () => {
    const { post, get, server } = await testServer();
    await post('/bridges', {
      bridgeId: 'rumah',
      topicPrefixes: ['a/'],
      name: 'Rumah',
      timeZone: 'Asia/Makassar',
    });
    await post('/bridges', { bridgeId: 'toko', topicPrefixes: ['a/'] });
    server.bridgeDirectory.onPresence({ bridgeId: 'rumah', connected: true, at: startAt });
    await server.intake.consume([
      { position: 1, readings: [], refused: [], foreign: [aReport(startAt + 1, 4)] },
    ]);
    const { bridges } = (await get('/bridges')).body;
    for (const bridge of bridges) expect(bridgeViewSchema.parse(bridge)).toEqual(bridge);
    expect(bridges).toMatchObject([
      {
        bridgeId: 'rumah',
        name: 'Rumah',
        timeZone: 'Asia/Makassar',
        connected: true,
        lastSeenAt: new Date(startAt + 301).toISOString(),
        devices: { found: 1, claimed: 0, ignored: 0 },
      },
      { bridgeId: 'toko', connected: false, lastSeenAt: null },
    ]);
  });

  it('shows a firm its own bridges only, and owners alone make them', async () => {
    const { post, get, otherFirm, tokenFor } = await testServer();
    await post('/bridges', { bridgeId: 'rumah', topicPrefixes: ['a/'] });
    const token = await otherFirm();
    expect((await get('/bridges', { token })).body).toEqual({ bridges: [], nextCursor: null });
    expect((await post('/bridges/rumah/secret', undefined, { token })).body.code).toBe('bridge.not_found');
    const producer = await tokenFor('producer');
    const made = await post('/bridges', { bridgeId: 'x', topicPrefixes: ['a/'] }, { token: producer });
    expect(made.status).toBe(403);
  });
});

describe('POST /bridges/:bridgeId/secret', () => {
  it('gives a new secret and cuts who came in with the old one', async () => {
    const disconnected: string[] = [];
    const gateway: GatewayControl = {
      port: 1,
      tlsPort: null,
      offerAgain: () => Promise.reject(new Error('not asked for')),
      disconnect: username => disconnected.push(username),
      sendCommand: async () => false,
    };
    const { post, server } = await testServer({ gateway: () => gateway });
    const old = (await post('/bridges', { bridgeId: 'rumah', topicPrefixes: ['a/'] })).body;
    const renewed = await post('/bridges/rumah/secret');
    expect(renewed.status).toBe(201);
    expect(await server.bridgeDirectory.verify('rumah', old.mqtt.password)).toBe(false);
    expect(await server.bridgeDirectory.verify('rumah', renewed.body.mqtt.password)).toBe(true);
    expect(disconnected).toEqual(['rumah']);
  });
});

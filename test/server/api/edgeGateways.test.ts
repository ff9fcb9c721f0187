import { describe, expect, it } from 'vitest';
import type { EdgeStatus } from '../../../models/contracts/edge.ts';
import { hourMs, minuteMs, startAt, testServer } from '../testServer.ts';

const status = (fields: Partial<EdgeStatus> = {}): EdgeStatus => ({
  at: startAt,
  version: '1.0.0',
  backlogRecords: 12,
  backlogSince: startAt - 2 * hourMs,
  journalBytes: 1_000,
  journalMaxBytes: 1_000_000,
  journalHoursLeft: 170,
  connectedNodes: [],
  loginsVersion: null,
  ...fields,
});

async function withTruck() {
  const tahan = await testServer();
  const added = await tahan.post('/edge-gateways', { gatewayId: 'truk-1', name: 'Truk Pak Budi' });
  const { directory } = { directory: tahan.server.edgeDirectory };
  const list = async () => (await tahan.get('/edge-gateways')).body.edgeGateways;
  /** Statuses are written down one after the other; asking for the list again sees them in the end. */
  const truckWhen = async (isThere: (truck: Record<string, unknown>) => boolean) => {
    for (;;) {
      const [truck] = await list();
      if (isThere(truck)) return truck;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  };
  return { ...tahan, added, directory, list, truckWhen };
}

describe('edge gateways in the API', () => {
  it('gives a secret once, which lets that gateway connect and no other', async () => {
    const { added, directory, list } = await withTruck();
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ gatewayId: 'truk-1', mqtt: { username: 'truk-1' } });
    const { password } = added.body.mqtt;
    expect(await directory.verify('truk-1', password)).toBe(true);
    expect(await directory.verify('truk-1', `${password}x`)).toBe(false);
    expect(await directory.verify('truk-2', password)).toBe(false);
    expect(JSON.stringify(await list())).not.toContain(password);
  });

  it('refuses an id that is taken, in whatever organisation, and one that cannot be used', async () => {
    const { post, otherFirm } = await withTruck();
    const token = await otherFirm();
    expect(await post('/edge-gateways', { gatewayId: 'truk-1' }, { token })).toMatchObject({
      status: 409,
      body: { code: 'edge_gateway.exists' },
    });
    expect((await post('/edge-gateways', { gatewayId: 'a/b' })).body.errors[0].field).toBe('gatewayId');
  });

  it('shows a gateway that never connected, one that is connected with its backlog, and one that went', async () => {
    const { clock, directory, list, truckWhen } = await withTruck();
    expect(await list()).toEqual([
      {
        gatewayId: 'truk-1',
        name: 'Truk Pak Budi',
        state: 'never-seen',
        connected: false,
        lastSeenAt: null,
        backlogRecords: null,
        backlogH: null,
        journalHoursLeft: null,
        connectedNodes: [],
        version: null,
      },
    ]);
    directory.onPresence({ gatewayId: 'truk-1', connected: true, at: startAt });
    directory.onStatus('truk-1', status(), null);
    expect(await truckWhen(truck => truck.backlogRecords !== null)).toMatchObject({
      state: 'online',
      connected: true,
      lastSeenAt: new Date(startAt).toISOString(),
      backlogRecords: 12,
      backlogH: 2,
      journalHoursLeft: 170,
      version: '1.0.0',
    });
    clock.advance(5 * minuteMs);
    directory.onPresence({ gatewayId: 'truk-1', connected: false, at: clock.now() });
    expect(await truckWhen(truck => truck.connected === false)).toMatchObject({ state: 'offline' });
  });

  it('shows nodes as connected while they are at an edge gateway, and only those of its organisation', async () => {
    const { server, directory, get, otherFirm } = await withTruck();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const token = await otherFirm();
    await server.setup.createNode({ orgId: 'lain', nodeId: 'L-01' });
    directory.onPresence({ gatewayId: 'truk-1', connected: true, at: startAt });
    directory.onStatus('truk-1', status({ connectedNodes: ['S-01', 'L-01'] }), null);
    const connected = async (nodeId: string, options = {}) =>
      (await get(`/nodes/${nodeId}`, options)).body.connected;
    while (!(await connected('S-01'))) await new Promise(resolve => setTimeout(resolve, 5));
    expect(await connected('L-01', { token })).toBe(false);
    directory.onPresence({ gatewayId: 'truk-1', connected: false, at: startAt });
    while (await connected('S-01')) await new Promise(resolve => setTimeout(resolve, 5));
  });

  it('lets a gateway speak for the nodes of its organisation and names their logins without secrets', async () => {
    const { server, directory, otherFirm } = await withTruck();
    const { mqtt } = await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    await otherFirm();
    await server.setup.createNode({ orgId: 'lain', nodeId: 'L-01' });
    expect(await directory.ownNodes('truk-1', new Set(['S-01', 'L-01', 'nobody']))).toEqual(
      new Set(['S-01']),
    );
    const logins = await directory.logins('truk-1');
    expect(logins?.nodes.map(node => node.nodeId)).toEqual(['S-01']);
    expect(JSON.stringify(logins)).not.toContain(mqtt.password);
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-02' });
    expect((await directory.logins('truk-1'))?.version).not.toBe(logins?.version);
  });

  it('relays a status only between gateways of one organisation', async () => {
    const { post, get, directory, otherFirm, truckWhen } = await withTruck();
    const token = await otherFirm();
    await post('/edge-gateways', { gatewayId: 'lain-1' }, { token });
    await post('/edge-gateways', { gatewayId: 'truk-2' });
    directory.onStatus('lain-1', status(), 'truk-2');
    directory.onStatus('truk-1', status(), 'truk-2');
    expect(await truckWhen(truck => truck.backlogRecords === 12)).toMatchObject({
      state: 'online',
      connected: false,
    });
    expect((await get('/edge-gateways', { token })).body.edgeGateways[0]).toMatchObject({
      state: 'never-seen',
    });
  });

  it('takes a gateway its right to speak at once, but not one of another organisation', async () => {
    const { added, del, directory, list, otherFirm } = await withTruck();
    const token = await otherFirm();
    expect(await del('/edge-gateways/truk-1', { token })).toMatchObject({
      status: 404,
      body: { code: 'edge_gateway.not_found' },
    });
    expect((await del('/edge-gateways/truk-1')).status).toBe(204);
    expect(await list()).toEqual([]);
    expect(await directory.verify('truk-1', added.body.mqtt.password)).toBe(false);
    expect(await directory.ownNodes('truk-1', new Set(['S-01']))).toBeNull();
    expect(await directory.logins('truk-1')).toBeNull();
  });
});

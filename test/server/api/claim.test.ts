import { describe, expect, it } from 'vitest';
import { claimCodeViewSchema, claimedSchema } from '../../../models/contracts/claimCode.ts';
import type { GatewayControl } from '../../../models/contracts/intake.ts';
import { listAudit } from '../../../server/store/metadata/audit.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { tempDir } from '../../support/tempDir.ts';
import { hourMs, startAt, testServer } from '../testServer.ts';

/** A gateway that remembers whom it was asked to cut. */
function fakeGateway() {
  const disconnected: string[] = [];
  const gateway: GatewayControl = {
    port: 18_830,
    tlsPort: 18_831,
    offerAgain: () => Promise.reject(new Error('not asked for')),
    disconnect: username => disconnected.push(username),
    sendCommand: async () => false,
  };
  return { gateway: () => gateway, disconnected };
}

async function claimServer(options: Parameters<typeof testServer>[0] = {}) {
  const { gateway, disconnected } = fakeGateway();
  const started = await testServer({ gateway, ...options });
  const claim = (body: unknown, from?: string) =>
    started.post('/claim', body, {
      token: null,
      ...(from === undefined ? {} : { headers: { 'x-forwarded-for': from } }),
    });
  return { ...started, claim, disconnected };
}

describe('a claim code', () => {
  it('turns a device into its node, once, and says where to connect', async () => {
    const { post, get, claim, server } = await claimServer();
    const issued = await post('/nodes/claim-codes', {
      nodeId: 'K-1',
      name: 'Kulkas depan',
      placeId: 'dapur',
      reportEveryS: 600,
    });
    expect(issued.status).toBe(201);
    expect(claimCodeViewSchema.parse(issued.body)).toEqual(issued.body);
    const { code } = issued.body;
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(issued.body).toMatchObject({
      nodeId: 'K-1',
      claimUrl: expect.stringMatching(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/claim#${code}$`)),
      expiresAt: new Date(startAt + 24 * hourMs).toISOString(),
    });
    expect((await get('/nodes/K-1')).status).toBe(404);
    const claimed = await claim({ code, hardwareId: '24:6F:28:AA:BB:CC' });
    expect(claimed.status).toBe(201);
    expect(claimedSchema.parse(claimed.body)).toEqual(claimed.body);
    const { password } = claimed.body.mqtt;
    expect(claimed.body).toEqual({
      nodeId: 'K-1',
      mqtt: { host: '127.0.0.1', port: 18_830, tlsPort: 18_831, username: 'K-1', password },
    });
    expect(await server.directory.verify('K-1', password)).toBe(true);
    expect((await get('/nodes/K-1')).body).toMatchObject({
      name: 'Kulkas depan',
      placeId: 'dapur',
      reportEveryS: 600,
      state: 'never-seen',
    });
    const again = await claim({ code });
    expect([again.status, again.body.code]).toEqual([410, 'claim_code.used']);
  });

  it('is understood as people type it', async () => {
    const { post, claim } = await claimServer();
    const { code } = (await post('/nodes/claim-codes')).body;
    const typed = ` ${code.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
    expect((await claim({ code: typed })).status).toBe(201);
  });

  it('works for 24 hours and not a millisecond longer', async () => {
    const { post, claim, clock } = await claimServer();
    const { code } = (await post('/nodes/claim-codes')).body;
    const other = (await post('/nodes/claim-codes')).body;
    clock.set(startAt + 24 * hourMs - 1);
    expect((await claim({ code })).status).toBe(201);
    clock.advance(1);
    const late = await claim({ code: other.code });
    expect([late.status, late.body.code]).toEqual([410, 'claim_code.expired']);
    clock.set(startAt);
    expect((await claim({ code: other.code })).status).toBe(201);
  });

  it('cannot be guessed: five wrong ones from an address, and that address has to wait', async () => {
    const { post, claim } = await claimServer();
    const { code } = (await post('/nodes/claim-codes')).body;
    for (let i = 0; i < 5; i++) {
      const wrong = await claim({ code: `ZZZZ-ZZZ${i}` }, '203.0.113.7');
      expect([wrong.status, wrong.body.code]).toEqual([404, 'claim_code.unknown']);
    }
    const stopped = await claim({ code }, '203.0.113.7');
    expect([stopped.status, stopped.body.code]).toEqual([429, 'claim_code.too_many_attempts']);
    expect((await claim({ code }, '203.0.113.8')).status).toBe(201);
  });

  it('that is tried five times in vain is closed for everybody', async () => {
    const { claim } = await claimServer();
    for (let i = 0; i < 5; i++) await claim({ code: 'ZZZZ-ZZZZ' }, `203.0.113.${i}`);
    expect((await claim({ code: 'ZZZZ-ZZZZ' }, '203.0.113.99')).status).toBe(429);
  });

  it('is kept as a hash only and leaves a trail', async () => {
    const dataDir = tempDir();
    const { post, claim, stop } = await claimServer({ dataDir });
    const { code, nodeId } = (await post('/nodes/claim-codes')).body;
    await claim({ code, hardwareId: 'SN-7' });
    await stop();
    const db = await openMetadataOf(dataDir);
    const rows = JSON.stringify(await db.selectFrom('claim_codes').selectAll().execute());
    expect(rows).not.toContain(code.replace('-', ''));
    expect(rows).not.toContain(code);
    const trail = (await listAudit(db, 'tani', 10)).map(({ action, subject, detail }) => [
      action,
      subject,
      detail,
    ]);
    expect(trail).toContainEqual(['claim_code.issued', nodeId, '']);
    expect(trail).toContainEqual(['node.added', nodeId, expect.stringContaining('SN-7')]);
  });

  it('for the same node makes the one before worthless', async () => {
    const { post, claim } = await claimServer();
    const first = (await post('/nodes/claim-codes', { nodeId: 'K-1' })).body;
    const second = (await post('/nodes/claim-codes', { nodeId: 'K-1' })).body;
    expect((await claim({ code: first.code })).body.code).toBe('claim_code.unknown');
    expect((await claim({ code: second.code })).status).toBe(201);
  });

  it('for a name that is taken meanwhile is refused and not used up', async () => {
    const { post, claim, server } = await claimServer();
    const { code } = (await post('/nodes/claim-codes', { nodeId: 'K-1' })).body;
    await server.setup.createNode({ orgId: 'tani', nodeId: 'K-1' });
    expect((await claim({ code })).body.code).toBe('node.exists');
    expect((await claim({ code })).body.code).toBe('node.exists');
    const taken = await post('/nodes/claim-codes', { nodeId: 'K-1' });
    expect([taken.status, taken.body.code]).toEqual([409, 'node.exists']);
  });

  it.each([
    [{}, 'code'],
    [{ code: '7K3Q-9ZP' }, 'code'],
    [{ code: '7K3Q-9ZPU' }, 'code'],
    [{ code: 'ZZZZZZZZ', hardwareId: 'a b' }, 'hardwareId'],
    [{ code: 'ZZZZZZZZ', nodeId: 'K-1' }, 'nodeId'],
  ])('cannot be sent as %j', async (body, field) => {
    const { claim } = await claimServer();
    const answer = await claim(body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });

  it('is for owners and producers to give', async () => {
    const { post, tokenFor } = await claimServer();
    const asked = async (role: 'producer' | 'viewer') =>
      (await post('/nodes/claim-codes', {}, { token: await tokenFor(role) })).status;
    expect([await asked('producer'), await asked('viewer')]).toEqual([201, 403]);
  });

  it('is described as what a stranger may send', async () => {
    const { get, call } = await claimServer();
    const { paths } = (await get('/openapi.json')).body;
    expect(paths['/claim'].post.security).toEqual([]);
    expect((await call('GET', '/api/v1/claim')).status).toBe(405);
  });
});

describe('POST /nodes/:nodeId/replace', () => {
  it('gives a new secret, refuses the old one at once and cuts who came in with it', async () => {
    const { post, server, disconnected } = await claimServer();
    const { mqtt } = (await post('/nodes', { nodeId: 'K-1' })).body;
    const replaced = await post('/nodes/K-1/replace');
    expect(replaced.status).toBe(201);
    expect(await server.directory.verify('K-1', mqtt.password)).toBe(false);
    expect(await server.directory.verify('K-1', replaced.body.mqtt.password)).toBe(true);
    expect(disconnected).toEqual(['K-1']);
  });

  it('gives a claim code instead, with which the new device gets a secret of its own', async () => {
    const { post, server, claim, get, disconnected, placedBatch } = await claimServer();
    await placedBatch();
    const { claimCode, mqtt } = (await post('/nodes/S-01/replace', { claimCode: true })).body;
    expect(mqtt).toBeUndefined();
    const claimed = await claim({ code: claimCode.code });
    expect(claimed.status).toBe(201);
    expect(await server.directory.verify('S-01', claimed.body.mqtt.password)).toBe(true);
    expect((await get('/batches/B-01')).body.placements).toMatchObject([{ nodeId: 'S-01' }]);
    expect(disconnected).toEqual(['S-01', 'S-01']);
  });

  it('knows only nodes and devices of its own firm', async () => {
    const { post, otherFirm } = await claimServer();
    await post('/nodes', { nodeId: 'K-1' });
    const foreign = await post('/nodes/K-1/replace', {}, { token: await otherFirm() });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'node.not_found']);
    const unknown = await post('/nodes/K-1/replace', { foundDeviceId: 'x' });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'found_device.not_found']);
    const both = await post('/nodes/K-1/replace', { foundDeviceId: 'x', claimCode: true });
    expect([both.status, both.body.errors[0].field]).toEqual([422, 'claimCode']);
  });
});

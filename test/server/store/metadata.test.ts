import { describe, expect, it } from 'vitest';
import { listAudit } from '../../../server/store/metadata/audit.ts';
import { addOrganisation } from '../../../server/store/metadata/organisations.ts';
import {
  addToQuarantine,
  listQuarantine,
  quarantineCountsOfAllOrganisations,
} from '../../../server/store/metadata/quarantine.ts';
import { addToken, findTokenOfAnyOrganisation } from '../../../server/store/metadata/tokens.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { startAt, testServer } from '../testServer.ts';

const item = (position: number, n = 0) => ({
  journal: '',
  position,
  item: n,
  orgId: 'tani',
  nodeId: 'S-01',
  topic: 'tahan/S-01/readings',
  receivedAt: startAt + position,
  rejection: { code: 'publish.not_json' as const, message: 'is not JSON' },
  payloadHead: '{',
  payloadBytes: 1,
});

describe('the quarantine', () => {
  it('keeps the newest, lets the oldest go and counts them', async () => {
    const db = await openMetadataOf();
    await addToQuarantine(db, [item(1), item(1, 1), item(2)], 3);
    await addToQuarantine(db, [item(3), item(4)], 3);
    const kept = await listQuarantine(db, 'tani', { limit: 10 });
    expect(kept.map(q => q.position)).toEqual([4, 3, 2]);
    expect(await quarantineCountsOfAllOrganisations(db)).toEqual({ kept: 3, dropped: 2 });
  });

  it('does not change when the same item comes again', async () => {
    const db = await openMetadataOf();
    await addToQuarantine(db, [item(1)], 3);
    await addToQuarantine(db, [item(1)], 3);
    expect(await quarantineCountsOfAllOrganisations(db)).toEqual({ kept: 1, dropped: 0 });
  });
});

describe('tokens', () => {
  it('are kept only as a hash, and found by nothing but themselves', async () => {
    const db = await openMetadataOf();
    await addOrganisation(db, { orgId: 'tani', name: 'Tani', timeZone: 'Asia/Jakarta' }, 0);
    const token = await addToken(db, { orgId: 'tani', role: 'viewer', name: 'tv' }, 0);
    expect(token).toMatch(/^tahan_[\w-]{43}$/);
    expect(await findTokenOfAnyOrganisation(db, token, 1)).toMatchObject({
      ...{ orgId: 'tani', role: 'viewer', name: 'tv', userId: null, expiresAt: null, lastUsedAt: null },
    });
    for (const other of ['', 'tahan_', token.slice(0, -1), token.toUpperCase()])
      expect(await findTokenOfAnyOrganisation(db, other, 1)).toBeNull();
    expect(JSON.stringify(await db.selectFrom('tokens').selectAll().execute())).not.toContain(token);
  });
});

describe('the audit trail', () => {
  it('tells who changed what, and what nodes tried', async () => {
    const { post, server, dataDir } = await testServer();
    await post('/nodes', { nodeId: 'S-01' });
    server.security({
      kind: 'spoke-as-another',
      nodeId: 'S-01',
      remoteAddress: '10.0.0.9',
      detail: 'published to tahan/S-02/readings',
      at: startAt,
    });
    const db = await openMetadataOf(dataDir);
    const actions = async () => (await listAudit(db, 'tani', 10)).map(a => [a.actor, a.action, a.subject]);
    await expect.poll(actions).toContainEqual(['10.0.0.9', 'security.spoke-as-another', 'S-01']);
    expect(await actions()).toContainEqual(['token owner', 'node.added', 'S-01']);
  });
});

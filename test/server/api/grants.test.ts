import { describe, expect, it } from 'vitest';
import { aReading } from '../../support/aReading.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { memberOf } from '../signedIn.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, type TestServer, testServer } from '../testServer.ts';

const iso = (at: number) => new Date(at).toISOString();
const inADay = iso(startAt + 24 * hourMs);
const readings = { subject: 'readings-pseudonymised', expiresAt: inADay };
const secretOf = (url: string) => url.slice(url.indexOf('#') + 1);

/** Two nodes with readings, one of them in a batch, and another firm. */
async function withReadings() {
  const tani = await testServer();
  await tani.placedBatch();
  await tani.server.setup.createNode({ orgId: 'tani', nodeId: 'S-02' });
  const other = await tani.otherFirm();
  await tani.consume(everyTenMinutes(startAt - hourMs, startAt, 5, { nodeId: 'S-01' }));
  await tani.consume([
    aReading({ nodeId: 'S-01', probe: '28-0316', measuredAt: startAt - hourMs, temperatureC: 6 }),
    ...everyTenMinutes(startAt - hourMs, startAt, 9, { nodeId: 'S-02' }),
  ]);
  return { tani, other };
}

interface Shared {
  readonly node: string;
  readonly probe: string;
  readonly measuredAt: string;
  readonly temperatureC: number;
  readonly batches: readonly string[];
}

async function everyPage(tani: TestServer, path: string, token: string): Promise<Shared[]> {
  const all: Shared[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await tani.get(`${path}${next}`, { token });
    expect(status).toBe(200);
    all.push(...body.readings);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return all;
}

describe('readings shared with another firm', () => {
  it('come complete and once in pages of any size, under names of this grant alone', async () => {
    const { tani, other } = await withReadings();
    const give = async () => (await tani.post('/grants', { ...readings, toOrgId: 'lain' })).body.grantId;
    const grantId = await give();
    const whole = await everyPage(tani, `/shared/readings?grantId=${grantId}`, other);
    expect(whole.length).toBe(15);
    for (const limit of [1, 2, 7])
      expect(await everyPage(tani, `/shared/readings?grantId=${grantId}&limit=${limit}`, other)).toEqual(
        whole,
      );
    const text = JSON.stringify(whole);
    for (const name of ['S-01', 'S-02', 'B-01', '28-0316', 'tani']) expect(text).not.toContain(name);
    const nodes = new Set(whole.map(reading => reading.node));
    expect(nodes.size).toBe(2);
    expect(new Set(whole.filter(r => r.probe === 'main').flatMap(r => r.batches)).size).toBe(1);
    expect(whole.filter(r => r.temperatureC === 9).flatMap(r => r.batches)).toEqual([]);
    const second = await everyPage(tani, `/shared/readings?grantId=${await give()}`, other);
    expect(second.filter(reading => nodes.has(reading.node))).toEqual([]);
    expect(second.length).toBe(15);
  });

  it('have cursors that name nothing either', async () => {
    const { tani, other } = await withReadings();
    const { grantId } = (await tani.post('/grants', { ...readings, toOrgId: 'lain' })).body;
    const { body } = await tani.get(`/shared/readings?grantId=${grantId}&limit=2`, { token: other });
    expect(Buffer.from(body.nextCursor, 'base64url').toString()).not.toMatch(/S-0|28-0316|B-01/);
  });

  it('are only those of the span that was granted', async () => {
    const { tani, other } = await withReadings();
    const span = { from: iso(startAt - 30 * minuteMs), to: iso(startAt) };
    const { grantId } = (await tani.post('/grants', { ...readings, ...span, toOrgId: 'lain' })).body;
    const shared = await everyPage(
      tani,
      `/shared/readings?grantId=${grantId}&from=${startAt - 2 * hourMs}`,
      other,
    );
    expect(shared.length).toBe(6);
    expect(shared.every(r => r.measuredAt >= span.from && r.measuredAt < span.to)).toBe(true);
  });

  it('end at once when taken back or expired, and are nobody else’s', async () => {
    const { tani, other } = await withReadings();
    const { grantId } = (await tani.post('/grants', { ...readings, toOrgId: 'lain' })).body;
    const read = async (token: string) =>
      (await tani.get(`/shared/readings?grantId=${grantId}`, { token })).body.code;
    expect(await read(other)).toBeUndefined();
    expect(await read(tani.token)).toBe('grant.not_found');
    expect((await tani.del(`/grants/${grantId}`, { token: other })).body.code).toBe('grant.not_found');
    expect((await tani.del(`/grants/${grantId}`)).status).toBe(200);
    expect(await read(other)).toBe('grant.not_found');
    const later = (await tani.post('/grants', { ...readings, toOrgId: 'lain' })).body.grantId;
    tani.clock.advance(24 * hourMs);
    const expired = await tani.get(`/shared/readings?grantId=${later}`, { token: other });
    expect(expired.body.code).toBe('grant.not_found');
    expect((await tani.get('/grants')).body.grants.map((g: { state: string }) => g.state).sort()).toEqual([
      ...['expired', 'revoked'],
    ]);
  });

  it('are given by owners alone, and each reading of them is in the trail of the giver', async () => {
    const { tani, other } = await withReadings();
    const body = { ...readings, toOrgId: 'lain' };
    const refused = await tani.post('/grants', body, { token: await tani.tokenFor('producer') });
    expect(refused.body.code).toBe('auth.role_not_allowed');
    const { grantId } = (await tani.post('/grants', body)).body;
    await everyPage(tani, `/shared/readings?grantId=${grantId}&limit=5`, other);
    const db = await openMetadataOf(tani.dataDir);
    const lines = await db.selectFrom('audit').selectAll().where('action', 'like', 'grant.%').execute();
    expect(lines.map(line => [line.action, line.org_id])).toEqual([
      ['grant.given', 'tani'],
      ['grant.read', 'tani'],
    ]);
  });

  it('reach a person by a link, once, and only the one whose address it names', async () => {
    const { tani } = await withReadings();
    const given = (await tani.post('/grants', { ...readings, toEmail: 'Kusuma@lain.example' })).body;
    const accept = (token: string, session: object) => tani.post('/grants/accept', { token }, session);
    const stranger = await memberOf(tani, 'owner', { orgId: 'lain', name: 'stranger' });
    const kusuma = await memberOf(tani, 'researcher', { orgId: 'lain', name: 'kusuma' });
    const token = secretOf(given.url);
    expect((await accept(token, stranger.session)).body.code).toBe('grant.not_found');
    const path = `/shared/readings?grantId=${given.grantId}`;
    expect((await tani.get(path, kusuma.session)).body.code).toBe('grant.not_found');
    expect((await accept(token, kusuma.session)).body).toMatchObject({
      direction: 'received',
      toOrgId: 'lain',
    });
    expect((await accept(token, kusuma.session)).body.code).toBe('grant.not_found');
    expect((await tani.get(path, kusuma.session)).body.readings.length).toBe(15);
    expect((await tani.get('/grants', kusuma.session)).body.grants).toMatchObject([
      { grantId: given.grantId, direction: 'received', fromOrganisation: { name: 'Tahu Tani' } },
    ]);
  });

  it.each([
    [{ ...readings }, 'toOrgId'],
    [{ ...readings, toOrgId: 'lain', toEmail: 'a@b.example' }, 'toOrgId'],
    [{ ...readings, toOrgId: 'tani' }, 'toOrgId'],
    [{ ...readings, toOrgId: 'lain', subjectId: 'K-01' }, 'subjectId'],
    [{ ...readings, toOrgId: 'lain', subject: 'shipment' }, 'subjectId'],
    [{ ...readings, toOrgId: 'lain', subject: 'everything' }, 'subject'],
    [{ ...readings, toOrgId: 'lain', expiresAt: iso(startAt) }, 'expiresAt'],
    [{ ...readings, toOrgId: 'lain', expiresAt: iso(startAt + 400 * 24 * hourMs) }, 'expiresAt'],
    [{ ...readings, toOrgId: 'lain', from: inADay, to: iso(startAt) }, 'to'],
  ])('refuse %j', async (body, field) => {
    const tani = await testServer();
    await tani.otherFirm();
    const answer = await tani.post('/grants', body);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  });
});

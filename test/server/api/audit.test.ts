import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { memberOf } from '../signedIn.ts';
import { hourMs, testServer } from '../testServer.ts';

const shop = { placeId: 'toko', name: 'Toko Bu Sri', kind: 'shop' };

describe('GET /audit', () => {
  it('says in names who changed what, how it was and how it is, the newest first', async () => {
    const tani = await testServer();
    const { session, userId } = await memberOf(tani, 'owner', { name: 'Sari' });
    await tani.post('/places', shop, session);
    await tani.call('PATCH', '/api/v1/places/toko', { ...session, body: { name: 'Toko Baru' } });
    const { status, body } = await tani.get('/audit?limit=2', session);
    expect([status, body.lines.length, typeof body.nextCursor]).toEqual([200, 2, 'string']);
    const actor = { key: `user ${userId}`, kind: 'user', id: userId, name: 'Sari', organisationId: null };
    expect(body.lines).toMatchObject([
      {
        ...{ actor, action: 'place.changed', at: new Date(tani.clock.now()).toISOString() },
        subject: { kind: 'place', id: 'toko', name: 'Toko Baru' },
        ...{ before: { name: 'Toko Bu Sri' }, after: { name: 'Toko Baru' } },
      },
      { actor, action: 'place.added', before: null, after: shop },
    ]);
    expect(body.lines[0].previousHash).toBe(body.lines[1].hash);
    expect(body.lines[0].line).toBe(body.lines[1].line + 1);
  });

  it('gives every line once over its pages, also while new ones are written', async () => {
    const tani = await testServer();
    for (let n = 0; n < 7; n++) await tani.post('/places', { ...shop, placeId: `toko-${n}` });
    const seen: number[] = [];
    let cursor = '';
    do {
      const { body } = await tani.get(`/audit?limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.lines.map((line: { line: number }) => line.line));
      cursor = body.nextCursor ?? '';
      await tani.post('/places', { ...shop, placeId: `toko-late-${seen.length}` });
    } while (cursor !== '');
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, n) => seen.length - n));
  });

  it('finds lines by time, by who and by what: a whole action or all of its kind', async () => {
    const tani = await testServer();
    await tani.post('/places', shop);
    tani.clock.advance(hourMs);
    const { session, userId } = await memberOf(tani, 'owner', { name: 'Sari' });
    await tani.post('/nodes', { nodeId: 'S-01' }, session);
    const found = async (query: string) =>
      (await tani.get(`/audit?${query}`)).body.lines?.map((line: { action: string }) => line.action);
    const at = new Date(tani.clock.now()).toISOString();
    expect(await found(`to=${at}`)).toEqual(['place.added', 'token.added', 'organisation.added']);
    expect(await found(`from=${at}&action=node.added`)).toEqual(['node.added']);
    expect(await found('action=node.removed')).toEqual([]);
    expect(await found('action=user')).toEqual(['user.signed-in', 'user.added']);
    expect(await found(`actor=${encodeURIComponent(`user ${userId}`)}`)).toEqual([
      'node.added',
      'user.signed-in',
    ]);
    const wrong = async (query: string) => (await tani.get(`/audit?${query}`)).body.errors?.[0].field;
    expect(await wrong(`from=${at}&to=${at}`)).toBe('to');
    expect(await wrong('action=%25')).toBe('action');
    expect(await wrong('cursor=x')).toBe('cursor');
  });

  it('names a receiver of another firm by the firm alone', async () => {
    const tani = await testServer();
    await tani.otherFirm();
    const db = await openMetadataOf(tani.dataDir);
    await sql`update audit set actor = 'user u9 of lain' where line = 1 and org_id = 'tani'`.execute(db);
    const { body } = await tani.get('/audit');
    expect(body.lines.at(-1).actor).toMatchObject({
      kind: 'user',
      name: 'Tahu Lain',
      organisationId: 'lain',
    });
  });
});

describe('GET /audit/anchors', () => {
  it('gives the last line of each day in Jakarta, over pages too', async () => {
    const tani = await testServer();
    for (let day = 0; day < 5; day++) {
      await tani.post('/places', { ...shop, placeId: `toko-${day}` });
      tani.clock.advance(24 * hourMs);
    }
    const { body } = await tani.get('/audit/anchors');
    expect(body.anchors.map(({ day, line }: { day: string; line: number }) => [day, line])).toEqual([
      ...[
        ['2026-11-28', 7],
        ['2026-11-27', 6],
        ['2026-11-26', 5],
        ['2026-11-25', 4],
        ['2026-11-24', 3],
      ],
    ]);
    const { lines } = (await tani.get('/audit')).body;
    const hashOf = (n: number) => lines.find(({ line }: { line: number }) => line === n).hash;
    for (const { line, hash } of body.anchors) expect(hash).toBe(hashOf(line));
    const first = (await tani.get('/audit/anchors?limit=2')).body;
    const second = (await tani.get(`/audit/anchors?limit=3&cursor=${first.nextCursor}`)).body;
    expect([...first.anchors, ...second.anchors]).toEqual(body.anchors);
    expect(second.nextCursor).toBeNull();
  });
});

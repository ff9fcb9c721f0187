import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AuditAnchor } from '../../../models/contracts/audit.ts';
import { dayAnchors } from '../../../server/audit/dayAnchors.ts';
import { verifyChain } from '../../../server/audit/verifyChain.ts';
import {
  type AuditEntry,
  addAudit,
  auditChainsOfAllOrganisations,
  listAudit,
  readAuditChain,
} from '../../../server/store/metadata/audit.ts';
import { auditHash } from '../../../server/store/metadata/auditHash.ts';
import { auditChainMigration } from '../../../server/store/metadata/auditTables.ts';
import type { MetadataDb, MetadataTarget } from '../../../server/store/metadata/database.ts';
import { metadataMigrations } from '../../../server/store/metadata/migrations.ts';
import { migratePostgres } from '../../../server/store/metadata/postgresMigrate.ts';
import { openSqlite } from '../../../server/store/openSqlite.ts';
import { metadataOf, openMetadataOf } from '../../support/metadataForTest.ts';
import { withClient } from '../../support/postgres.ts';
import { tempDir } from '../../support/tempDir.ts';
import { hourMs, startAt } from '../testServer.ts';

const entry = (n: number, fields: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ at: startAt + n * hourMs, orgId: 'tani', actor: 'user u1', action: 'place.changed' },
  ...{ subject: `P-${n}`, detail: '', before: { name: `old ${n}` }, after: { name: `new ${n}` } },
  ...fields,
});

/** A chain of ten lines, and how to tamper with it behind the back of our own code. */
async function aChain() {
  const db = await openMetadataOf();
  for (let n = 1; n <= 10; n++) await addAudit(db, entry(n));
  return { db, faults: (anchors: readonly AuditAnchor[] = []) => faultsOf(db, anchors) };
}

async function faultsOf(db: MetadataDb, anchors: readonly AuditAnchor[] = []) {
  const { faults } = await verifyChain(readAuditChain(db, 'tani'), anchors);
  return faults.map(({ kind, line }) => [kind, line]);
}

async function anchorsOf(db: MetadataDb, orgId: string | null = 'tani') {
  const anchors: AuditAnchor[] = [];
  const span = { timeZone: 'Asia/Jakarta', before: Number.MAX_SAFE_INTEGER };
  for await (const anchor of dayAnchors(db, orgId, span)) anchors.push(anchor);
  return anchors;
}

/** Line `n` as somebody writes it who knows how hashes are made. */
async function rewrite(db: MetadataDb, n: number, detail: string) {
  const line = (await listAudit(db, 'tani', 10)).find(found => found.line === n)!;
  const hash = auditHash(line.previousHash, { ...line, detail });
  await sql`update audit set detail = ${detail}, hash = ${hash} where org_id = 'tani' and line = ${n}`.execute(
    db,
  );
}

describe('the audit chain', () => {
  it('is whole as it was written, one for each organisation and one for what concerns none', async () => {
    const { db } = await aChain();
    await addAudit(db, entry(1, { orgId: 'lain' }));
    await addAudit(db, entry(1, { orgId: null }));
    expect(await auditChainsOfAllOrganisations(db)).toEqual([null, 'lain', 'tani']);
    for (const [orgId, lines] of [
      ['tani', 10],
      ['lain', 1],
      [null, 1],
    ] as const)
      expect(await verifyChain(readAuditChain(db, orgId))).toMatchObject({ lines, faultCount: 0 });
  });

  it('is whole with text that databases keep otherwise', async () => {
    const { db, faults } = await aChain();
    await addAudit(db, entry(11, { detail: 'a\0b "\\ \u{1F375} \ud800 \u2028\n', subject: '\udfff' }));
    await addAudit(db, entry(12));
    expect(await faults()).toEqual([]);
  });

  it.each([
    ['actor', 'user u2'],
    ['action', 'place.added'],
    ['subject', 'P-6'],
    ['detail', 'x'],
    ['at', startAt],
    ['value_before', '{}'],
    ['value_after', null],
    ['previous_hash', '0'],
  ])('names the line whose %s was changed', async (column, value) => {
    const { db, faults } = await aChain();
    await sql`update audit set ${sql.ref(column)} = ${value} where line = 5`.execute(db);
    expect(await faults()).toContainEqual(['changed', 5]);
    const { faults: said } = await verifyChain(readAuditChain(db, 'tani'));
    expect(said[0]?.message).toMatch(/^line 5 \(place\.\w+ P-\d, 2026-\S+\) was changed/);
  });

  it('names the line after one that was changed together with its hash', async () => {
    const { db, faults } = await aChain();
    await rewrite(db, 5, 'x');
    expect(await faults()).toEqual([['broken', 6]]);
  });

  it('names lines that were removed, in the midst and at the beginning', async () => {
    const { db } = await aChain();
    await sql`delete from audit where line in (1, 5, 6)`.execute(db);
    const { faults } = await verifyChain(readAuditChain(db, 'tani'));
    expect(faults.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^line 1 is missing before line 2 /),
      expect.stringMatching(/^lines 5 to 6 are missing before line 7 /),
    ]);
  });

  it('names lines that changed places', async () => {
    const { db, faults } = await aChain();
    await sql`update audit set line = -1 where line = 5`.execute(db);
    await sql`update audit set line = 5 where line = 6`.execute(db);
    await sql`update audit set line = 6 where line = -1`.execute(db);
    expect(await faults()).toEqual(
      expect.arrayContaining([
        ['changed', 5],
        ['changed', 6],
      ]),
    );
  });

  it('names a line that was put in: with a number of its own, or after the others were moved on', async () => {
    const { db, faults } = await aChain();
    const put = (line: number) =>
      sql`insert into audit (at, org_id, actor, action, subject, detail, line, previous_hash, hash)
        values (${startAt}, 'tani', 'user u1', 'alert.acknowledged', 'A-1', '', ${line}, '0', '0')`.execute(
        db,
      );
    await put(0);
    expect(await faults()).toContainEqual(['out-of-order', 0]);
    await sql`delete from audit where line = 0`.execute(db);
    await sql`update audit set line = -line where line > 4`.execute(db);
    await sql`update audit set line = 1 - line where line < 0`.execute(db);
    await put(5);
    expect((await faults()).map(([, line]) => line)).toEqual(expect.arrayContaining([5, 6, 7, 8, 9, 10, 11]));
  });

  it('names the gap that a line leaves which was moved to another firm', async () => {
    const { db, faults } = await aChain();
    await sql`update audit set org_id = 'lain' where line = 5`.execute(db);
    expect(await faults()).toEqual([['missing', 6]]);
    expect((await verifyChain(readAuditChain(db, 'lain'))).faultCount).toBeGreaterThan(0);
  });

  it('takes no second line of one number, so that it cannot fork', async () => {
    const { db } = await aChain();
    for (const orgId of ['tani', null]) {
      await addAudit(db, entry(11, { orgId }));
      const twice = sql`insert into audit (at, org_id, actor, action, subject, detail, line)
        select at, org_id, actor, action, subject, detail, line from audit where line = 1`.execute(db);
      await expect(twice).rejects.toThrow(/unique/i);
    }
  });
});

describe('day anchors', () => {
  it('are the last line of each day on the clocks of the firm, the newest first', async () => {
    const db = await openMetadataOf();
    // startAt is 10.00 in Jakarta: line 14 stands at midnight there.
    for (let n = 1; n <= 40; n++) await addAudit(db, entry(n, { at: startAt + n * hourMs }));
    const lines = await listAudit(db, 'tani', 100);
    const hashOf = (n: number) => lines.find(({ line }) => line === n)!.hash;
    expect((await anchorsOf(db)).map(({ day, line, hash }) => [day, line, hash])).toEqual([
      ['2026-11-26', 40, hashOf(40)],
      ['2026-11-25', 37, hashOf(37)],
      ['2026-11-24', 13, hashOf(13)],
    ]);
  });

  it('find what was cut off at the end, which nothing else does', async () => {
    const { db, faults } = await aChain();
    const anchors = await anchorsOf(db);
    await sql`delete from audit where line > 7`.execute(db);
    expect(await faults()).toEqual([]);
    expect(await faults(anchors)).toEqual([['cut-off', 10]]);
    await addAudit(db, entry(8));
    for (const n of [9, 10]) await addAudit(db, entry(n, { detail: 'other' }));
    expect(await faults()).toEqual([]);
    expect(await faults(anchors)).toEqual([['rewritten', 10]]);
  });

  it('stay true while the chain grows, also by lines that are dated back', async () => {
    const { db, faults } = await aChain();
    const anchors = await anchorsOf(db);
    await addAudit(db, entry(0, { at: startAt - 48 * hourMs }));
    expect(await faults(anchors)).toEqual([]);
  });
});

describe('lines of the release before', () => {
  it('are chained at the first start, each firm by itself, in the order in which they were written', async () => {
    const dataDir = tempDir();
    const target = await metadataOf(dataDir);
    const old = (n: number) =>
      `(${n}, ${n % 3 === 0 ? 'null' : n % 3 === 1 ? "'tani'" : "'lain'"}, 'x', 'y.z', '${n}', 'it''s ☕ "\\"')`;
    const rows = Array.from({ length: 1_203 }, (_, n) => old(n));
    const added = `insert into audit (at, org_id, actor, action, subject, detail) values ${rows.join()}`;
    await beforeChains(target, added);
    const db = await openMetadataOf(dataDir);
    for (const orgId of [null, 'tani', 'lain']) {
      const verdict = await verifyChain(readAuditChain(db, orgId));
      expect(verdict).toMatchObject({ lines: 401, faultCount: 0 });
    }
    expect((await listAudit(db, 'tani', 2)).map(({ line, subject }) => [line, subject])).toEqual([
      [401, '1201'],
      [400, '1198'],
    ]);
    await addAudit(db, entry(1));
    expect(await faultsOf(db)).toEqual([]);
  });
});

/** A database as the release before left it, with a statement run on it. */
async function beforeChains(target: MetadataTarget, statement: string): Promise<void> {
  const migrations = metadataMigrations.slice(0, metadataMigrations.indexOf(auditChainMigration));
  if ('path' in target) {
    const file = openSqlite(target.path, { synchronous: 'FULL', migrations });
    file.exec(statement);
    file.close();
    return;
  }
  await migratePostgres(target.url, migrations);
  await withClient(target.url, async client => void (await client.query(statement)));
}

describe('several writers', () => {
  it('in one process make one chain', async () => {
    const { db, faults } = await aChain();
    await Promise.all(Array.from({ length: 40 }, (_, n) => addAudit(db, entry(n))));
    expect(await faults()).toEqual([]);
    expect((await listAudit(db, 'tani', 1))[0]?.line).toBe(50);
  });

  it('in several processes make one chain, and none waits in vain', async () => {
    const dataDir = tempDir();
    const target = await metadataOf(dataDir);
    const db = await openMetadataOf(dataDir);
    const writers = await Promise.all([1, 2, 3].map(n => aWriter(target, `process ${n}`)));
    for (let round = 0; round < 30; round++) {
      const written = writers.map(child => once(child, 'message'));
      for (const child of writers) child.send(String(round));
      await Promise.all(written);
    }
    const ends = writers.map(child => once(child, 'exit'));
    for (const child of writers) child.send('end');
    expect(await Promise.all(ends)).toEqual(writers.map(() => [0, null]));
    expect(await verifyChain(readAuditChain(db, 'tani'))).toMatchObject({ lines: 270, faultCount: 0 });
    const actors = (await listAudit(db, 'tani', 500)).map(({ actor }) => actor);
    expect(new Set(actors).size).toBe(3);
    // They did write side by side, or this shows nothing.
    const changes = actors.filter((actor, index) => index > 0 && actor !== actors[index - 1]).length;
    expect(changes).toBeGreaterThan(30);
  });

  it('leave no line behind of what was taken back', async () => {
    const { db, faults } = await aChain();
    const failing = db.transaction().execute(async transaction => {
      await addAudit(transaction, entry(11));
      throw new Error('taken back');
    });
    await expect(failing).rejects.toThrow('taken back');
    await addAudit(db, entry(12));
    expect(await faults()).toEqual([]);
    expect((await listAudit(db, 'tani', 1))[0]).toMatchObject({ line: 11, subject: 'P-12' });
  });
});

/** A process that has opened the database and waits for words to write at. */
async function aWriter(target: MetadataTarget, actor: string): Promise<ChildProcess> {
  const child = fork('test/support/writeAuditChild.ts', [JSON.stringify({ target, actor, at: startAt })]);
  onTestFinished(() => void child.kill());
  await once(child, 'message');
  return child;
}

import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listAudit } from '../../../server/store/metadata/audit.ts';
import { openMetadata } from '../../../server/store/metadata/database.ts';
import { addOrganisation } from '../../../server/store/metadata/organisations.ts';
import {
  addToQuarantine,
  listQuarantine,
  quarantineCounts,
} from '../../../server/store/metadata/quarantine.ts';
import { addToken, findToken } from '../../../server/store/metadata/tokens.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startAt, testServer } from '../testServer.ts';

function open(dir = tempDir()) {
  const metadata = openMetadata(join(dir, 'metadata.sqlite'));
  onTestFinished(() => metadata.close());
  return metadata.db;
}

const item = (position: number, n = 0) => ({
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
    const db = open();
    await addToQuarantine(db, [item(1), item(1, 1), item(2)], 3);
    await addToQuarantine(db, [item(3), item(4)], 3);
    const kept = await listQuarantine(db, 'tani', { limit: 10 });
    expect(kept.map(q => q.position)).toEqual([4, 3, 2]);
    expect(await quarantineCounts(db)).toEqual({ kept: 3, dropped: 2 });
  });

  it('does not change when the same item comes again', async () => {
    const db = open();
    await addToQuarantine(db, [item(1)], 3);
    await addToQuarantine(db, [item(1)], 3);
    expect(await quarantineCounts(db)).toEqual({ kept: 1, dropped: 0 });
  });
});

describe('tokens', () => {
  it('are kept only as a hash, and found by nothing but themselves', async () => {
    const dir = tempDir();
    const db = open(dir);
    await addOrganisation(db, { orgId: 'tani', name: 'Tani', timeZone: 'Asia/Jakarta' }, 0);
    const token = await addToken(db, { orgId: 'tani', role: 'viewer', name: 'tv' }, 0);
    expect(token).toMatch(/^tahan_[\w-]{43}$/);
    expect(await findToken(db, token)).toEqual({ orgId: 'tani', role: 'viewer', name: 'tv' });
    for (const other of ['', 'tahan_', token.slice(0, -1), token.toUpperCase()])
      expect(await findToken(db, other)).toBeNull();
    expect(JSON.stringify(await db.selectFrom('tokens').selectAll().execute())).not.toContain(token);
  });
});

/** Another process as far as SQLite can tell: takes the write lock, says so, writes after a while and lets go. */
const writer = `
  const { DatabaseSync } = require('node:sqlite');
  const { parentPort, workerData } = require('node:worker_threads');
  const database = new DatabaseSync(workerData);
  database.exec('BEGIN IMMEDIATE');
  parentPort.postMessage('locked');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  database.exec("INSERT INTO organisations VALUES ('there', 'there', 'Asia/Jakarta', 0); COMMIT");
  database.close();
`;

describe('metadata', () => {
  it('waits for another process that is writing, and then sees what it wrote', async () => {
    const dir = tempDir();
    const db = open(dir);
    const worker = new Worker(writer, { eval: true, workerData: join(dir, 'metadata.sqlite') });
    await once(worker, 'message');
    const seen = await db.transaction().execute(async inside => {
      const before = await inside.selectFrom('organisations').select('org_id').execute();
      await addOrganisation(inside, { orgId: 'here', name: 'here', timeZone: 'Asia/Jakarta' }, 0);
      return before;
    });
    expect(seen).toEqual([{ org_id: 'there' }]);
    await once(worker, 'exit');
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
    const db = open(dataDir);
    const actions = async () => (await listAudit(db, 'tani', 10)).map(a => [a.actor, a.action, a.subject]);
    await expect.poll(actions).toContainEqual(['10.0.0.9', 'security.spoke-as-another', 'S-01']);
    expect(await actions()).toContainEqual(['token owner', 'node.added', 'S-01']);
  });
});

import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMetadata } from '../../../server/store/metadata/database.ts';
import { addOrganisation } from '../../../server/store/metadata/organisations.ts';
import { tempDir } from '../../support/tempDir.ts';

/** Another process as far as SQLite can tell: takes the write lock, says so, writes after a while and lets go. */
const writer = `
  const { DatabaseSync } = require('node:sqlite');
  const { parentPort, workerData } = require('node:worker_threads');
  const database = new DatabaseSync(workerData);
  database.exec('BEGIN IMMEDIATE');
  parentPort.postMessage('locked');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  database.exec("INSERT INTO organisations (org_id, name, time_zone, created_at) VALUES ('there', 'there', 'Asia/Jakarta', 0); COMMIT");
  database.close();
`;

describe('metadata in a file', () => {
  it('waits for another process that is writing, and then sees what it wrote', async () => {
    const path = join(tempDir(), 'metadata.sqlite');
    const { db, close } = await openMetadata({ path });
    onTestFinished(close);
    const worker = new Worker(writer, { eval: true, workerData: path });
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

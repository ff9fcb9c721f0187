import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serverIdentity } from '../../../server/fleet/serverIdentity.ts';
import {
  addToQuarantine,
  adoptQuarantineOfAllOrganisations,
  listQuarantine,
  quarantineCountsOfAllOrganisations,
} from '../../../server/store/metadata/quarantine.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startAt } from '../testServer.ts';

const refused = (journal: string) => ({
  ...{ journal, position: 7, item: 0, orgId: null, nodeId: 'S-01', topic: 'tahan/S-01/readings' },
  ...{ receivedAt: startAt, payloadHead: '{', payloadBytes: 1 },
  rejection: { code: 'publish.not_json' as const, message: 'is not JSON' },
});

describe('serverIdentity', () => {
  it('is made once for a data folder, and another for the next', () => {
    const [one, other] = [tempDir(), tempDir()];
    const first = serverIdentity(join(one, 'server.id'), join(one, 'journal'));
    expect(first.serverId).toMatch(/^[0-9a-f]{12}$/);
    expect(serverIdentity(join(one, 'server.id'), join(one, 'journal'))).toEqual(first);
    expect(serverIdentity(join(other, 'server.id'), join(other, 'journal'))).not.toEqual(first);
  });

  it('says of a folder with a journal but no id that its numbers are from before', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'journal'));
    writeFileSync(join(dir, 'journal', '0000000000000001.log'), '');
    expect(serverIdentity(join(dir, 'server.id'), join(dir, 'journal')).isOfOlderJournal).toBe(true);
    expect(serverIdentity(join(dir, 'server.id'), join(dir, 'journal')).isOfOlderJournal).toBe(false);
  });

  it('is made anew in place of one that was damaged', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'server.id'), 'x');
    const { serverId } = serverIdentity(join(dir, 'server.id'), join(dir, 'journal'));
    expect(readFileSync(join(dir, 'server.id'), 'utf8')).toBe(`${serverId}\n`);
  });
});

describe('the quarantine of several journals', () => {
  it('keeps entries of the same position apart', async () => {
    const db = await openMetadataOf();
    await addToQuarantine(db, [refused('aaaaaaaaaaaa'), refused('bbbbbbbbbbbb')], 10);
    expect((await quarantineCountsOfAllOrganisations(db)).kept).toBe(2);
  });

  it('knows a record again that an older release had numbered without a journal', async () => {
    const db = await openMetadataOf();
    await addToQuarantine(db, [{ ...refused(''), orgId: 'tani' }], 10);
    await adoptQuarantineOfAllOrganisations(db, 'aaaaaaaaaaaa');
    await addToQuarantine(db, [{ ...refused('aaaaaaaaaaaa'), orgId: 'tani' }], 10);
    expect((await listQuarantine(db, 'tani', { limit: 9 })).map(({ journal }) => journal)).toEqual([
      'aaaaaaaaaaaa',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { setContactCode, tryContactCode } from '../../../server/store/metadata/contactCodes.ts';
import {
  addContact,
  changeContact,
  findContact,
  listContacts,
  type NewContact,
  removeContact,
} from '../../../server/store/metadata/contacts.ts';
import type { MetadataDb } from '../../../server/store/metadata/database.ts';
import { addMembership } from '../../../server/store/metadata/memberships.ts';
import { addOrganisation } from '../../../server/store/metadata/organisations.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { tempDir } from '../../support/tempDir.ts';
import { hourMs, startAt } from '../testServer.ts';

async function firm(): Promise<MetadataDb> {
  const db = await openMetadataOf(tempDir());
  for (const orgId of ['tani', 'lain'])
    await addOrganisation(db, { orgId, name: orgId, timeZone: 'Asia/Jakarta' }, startAt);
  return db;
}

const siti: NewContact = {
  ...{ orgId: 'tani', userId: null, name: 'Siti', channel: 'sms', address: { phone: '+62811' } },
  ...{ language: 'id', timeZone: null, quiet: null, kinds: null, minSeverity: 'info' },
  ...{ createdBy: 'user 1', uniqueBy: '+62811', verifiedAt: null },
};
const add = async (db: MetadataDb, fields: Partial<NewContact> = {}) =>
  addContact(db, { ...siti, ...fields }, startAt);

describe('contacts in the metadata', () => {
  it('come back as they were kept, and keep what a change leaves out', async () => {
    const db = await firm();
    const quiet = { from: '21:30', to: '05:00', riskBreaksThrough: false };
    const contactId = (await add(db, { quiet, kinds: ['no-data'], timeZone: 'Asia/Tokyo' }))!;
    expect(await findContact(db, 'tani', contactId)).toEqual({
      ...{
        contactId,
        orgId: 'tani',
        userId: null,
        name: 'Siti',
        channel: 'sms',
        address: { phone: '+62811' },
      },
      ...{ language: 'id', timeZone: 'Asia/Tokyo', quiet, kinds: ['no-data'], minSeverity: 'info' },
      ...{ createdBy: 'user 1', verifiedAt: null, disabledReason: null },
    });
    expect(await changeContact(db, 'tani', contactId, { language: 'en', disabledReason: 'gone' })).toBe(true);
    expect(await findContact(db, 'tani', contactId)).toMatchObject({
      ...{ language: 'en', disabledReason: 'gone', quiet, kinds: ['no-data'], timeZone: 'Asia/Tokyo' },
    });
    expect(await changeContact(db, 'tani', contactId, { quiet: null, kinds: null })).toBe(true);
    expect(await findContact(db, 'tani', contactId)).toMatchObject({ quiet: null, kinds: null });
  });

  it('are one for an address and firm, and another in another firm', async () => {
    const db = await firm();
    const [first, again, elsewhere] = [await add(db), await add(db), await add(db, { orgId: 'lain' })];
    expect([again, typeof first, typeof elsewhere]).toEqual([null, 'string', 'string']);
    expect(await findContact(db, 'lain', first!)).toBeNull();
    expect(await changeContact(db, 'lain', first!, { name: 'X' })).toBe(false);
    expect(await removeContact(db, 'lain', first!)).toBe(false);
    await setContactCode(db, 'lain', first!, { code: '123456', expiresAt: startAt + hourMs });
    expect(await tryContactCode(db, 'lain', first!, '123456', startAt)).toBe('expired');
  });

  it('of somebody who has left the firm are there no more, and in nobody’s way', async () => {
    const db = await firm();
    await addMembership(db, { userId: 'u-1', orgId: 'tani', role: 'viewer' }, startAt);
    const contactId = (await add(db, { userId: 'u-1' }))!;
    expect(await listContacts(db, 'tani')).toHaveLength(1);
    await db.deleteFrom('memberships').where('org_id', '=', 'tani').where('user_id', '=', 'u-1').execute();
    expect(await listContacts(db, 'tani')).toEqual([]);
    expect(await findContact(db, 'tani', contactId)).toBeNull();
    expect(await add(db)).not.toBeNull();
  });
});

describe('tryContactCode', () => {
  it('counts tries that come at once: five of them are judged, whatever the order', async () => {
    const db = await firm();
    const contactId = (await add(db))!;
    await setContactCode(db, 'tani', contactId, { code: '123456', expiresAt: startAt + hourMs });
    const tries = Array.from({ length: 12 }, () => tryContactCode(db, 'tani', contactId, '000000', startAt));
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter(outcome => outcome === 'wrong')).toHaveLength(5);
    expect(await tryContactCode(db, 'tani', contactId, '123456', startAt)).toBe('too-many-tries');
  });

  it('verifies once, in time', async () => {
    const db = await firm();
    const contactId = (await add(db))!;
    await setContactCode(db, 'tani', contactId, { code: '123456', expiresAt: startAt + hourMs });
    expect(await tryContactCode(db, 'tani', contactId, '123456', startAt + hourMs)).toBe('expired');
    expect(await tryContactCode(db, 'tani', contactId, '123456', startAt + hourMs - 1)).toBe('right');
    expect((await findContact(db, 'tani', contactId))?.verifiedAt).toBe(startAt + hourMs - 1);
    expect(await tryContactCode(db, 'tani', contactId, '123456', startAt)).toBe('expired');
  });
});

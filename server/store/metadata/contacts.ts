import { createHash, randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { AlertKind, AlertSeverity } from '../../../models/contracts/alert.ts';
import type { Language, QuietHours } from '../../../models/contracts/contact.ts';
import type { Contact } from '../../notify/channel.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

/** A contact with what only its keepers need. */
export interface KeptContact extends Contact {
  readonly createdBy: string;
}

export type NewContact = Pick<
  Contact,
  'orgId' | 'userId' | 'name' | 'channel' | 'address' | 'language' | 'timeZone' | 'quiet' | 'kinds'
> & {
  readonly minSeverity: AlertSeverity;
  readonly createdBy: string;
  /** What must differ between two contacts of a firm, such as a number or an address. */
  readonly uniqueBy: string;
  readonly verifiedAt: number | null;
};

/** Settings a person may change; what is left out stays. */
export interface ContactChange {
  readonly name?: string | undefined;
  readonly language?: Language | undefined;
  readonly timeZone?: string | null | undefined;
  readonly quiet?: QuietHours | null | undefined;
  readonly kinds?: readonly AlertKind[] | null | undefined;
  readonly minSeverity?: AlertSeverity | undefined;
  readonly address?: unknown;
  readonly disabledReason?: string | null | undefined;
}

/** Null when the firm has a contact with this address already. */
export async function addContact(db: MetadataDb, contact: NewContact, now: number): Promise<string | null> {
  const contactId = randomUUID();
  await removeOfFormerMember(db, contact);
  const result = await db
    .insertInto('contacts')
    .values({
      contact_id: contactId,
      org_id: contact.orgId,
      user_id: contact.userId,
      name: contact.name,
      channel: contact.channel,
      address: JSON.stringify(contact.address),
      address_key: addressKey(contact),
      language: contact.language,
      time_zone: contact.timeZone,
      ...quietColumns(contact.quiet),
      kinds: contact.kinds === null ? null : JSON.stringify(contact.kinds),
      min_severity: contact.minSeverity,
      created_at: now,
      created_by: contact.createdBy,
      verified_at: contact.verifiedAt,
      disabled_reason: null,
      code_hash: null,
      code_expires_at: null,
      code_tries: 0,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n ? contactId : null;
}

/** An address that nobody can see any more must be in nobody's way. */
async function removeOfFormerMember(db: MetadataDb, contact: NewContact): Promise<void> {
  const known = await findContactByAddress(db, contact.orgId, contact);
  if (known === null || (await findContact(db, contact.orgId, known.contactId)) !== null) return;
  await removeContact(db, contact.orgId, known.contactId);
}

/** Every contact of a firm but those of people who are no longer members: whoever left is told nothing more. */
export async function listContacts(db: MetadataDb, orgId: string): Promise<KeptContact[]> {
  const rows = await contactsOfMembers(db, orgId).orderBy('contact_id').execute();
  return rows.map(toContact);
}

/** As `listContacts`: null when there is none, or none any more. */
export async function findContact(
  db: MetadataDb,
  orgId: string,
  contactId: string,
): Promise<KeptContact | null> {
  const row = await contactsOfMembers(db, orgId).where('contact_id', '=', contactId).executeTakeFirst();
  return row === undefined ? null : toContact(row);
}

function contactsOfMembers(db: MetadataDb, orgId: string) {
  return db
    .selectFrom('contacts')
    .selectAll()
    .where('org_id', '=', orgId)
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('user_id', 'is', null),
        exists(
          selectFrom('memberships')
            .select('memberships.user_id')
            .where('memberships.org_id', '=', orgId)
            .whereRef('memberships.user_id', '=', 'contacts.user_id'),
        ),
      ]),
    );
}

export async function countContacts(db: MetadataDb, orgId: string): Promise<number> {
  const { n } = await db
    .selectFrom('contacts')
    .select(({ fn }) => fn.countAll().as('n'))
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** The contact with this address, if the firm has one. */
export async function findContactByAddress(
  db: MetadataDb,
  orgId: string,
  { channel, uniqueBy }: Pick<NewContact, 'channel' | 'uniqueBy'>,
): Promise<KeptContact | null> {
  const row = await db
    .selectFrom('contacts')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('address_key', '=', addressKey({ channel, uniqueBy }))
    .executeTakeFirst();
  return row === undefined ? null : toContact(row);
}

/** @returns false when there is no such contact */
export async function changeContact(
  db: MetadataDb,
  orgId: string,
  contactId: string,
  change: ContactChange,
): Promise<boolean> {
  const { kinds, quiet, address } = change;
  const set = {
    ...(change.name !== undefined && { name: change.name }),
    ...(change.language !== undefined && { language: change.language }),
    ...(change.timeZone !== undefined && { time_zone: change.timeZone }),
    ...(quiet !== undefined && quietColumns(quiet)),
    ...(kinds !== undefined && { kinds: kinds === null ? null : JSON.stringify(kinds) }),
    ...(change.minSeverity !== undefined && { min_severity: change.minSeverity }),
    ...(address !== undefined && { address: JSON.stringify(address) }),
    ...(change.disabledReason !== undefined && { disabled_reason: change.disabledReason }),
  };
  if (Object.keys(set).length === 0) return (await findContact(db, orgId, contactId)) !== null;
  const result = await db
    .updateTable('contacts')
    .set(set)
    .where('org_id', '=', orgId)
    .where('contact_id', '=', contactId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** @returns false when there is no such contact */
export async function removeContact(db: MetadataDb, orgId: string, contactId: string): Promise<boolean> {
  const result = await db
    .deleteFrom('contacts')
    .where('org_id', '=', orgId)
    .where('contact_id', '=', contactId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

function addressKey({ channel, uniqueBy }: Pick<NewContact, 'channel' | 'uniqueBy'>): string {
  return createHash('sha256')
    .update(JSON.stringify([channel, uniqueBy]))
    .digest('hex');
}

function quietColumns(quiet: QuietHours | null) {
  return {
    quiet_from: quiet?.from ?? null,
    quiet_to: quiet?.to ?? null,
    quiet_break_risk: Number(quiet?.riskBreaksThrough ?? true),
  };
}

function toContact(row: Selectable<MetadataTables['contacts']>): KeptContact {
  const { quiet_from: from, quiet_to: to } = row;
  return {
    contactId: row.contact_id,
    orgId: row.org_id,
    userId: row.user_id,
    name: row.name,
    channel: row.channel,
    address: JSON.parse(row.address),
    language: row.language,
    timeZone: row.time_zone,
    quiet: from === null || to === null ? null : { from, to, riskBreaksThrough: row.quiet_break_risk === 1 },
    kinds: row.kinds === null ? null : (JSON.parse(row.kinds) as AlertKind[]),
    minSeverity: row.min_severity,
    verifiedAt: row.verified_at,
    disabledReason: row.disabled_reason,
    createdBy: row.created_by,
  };
}

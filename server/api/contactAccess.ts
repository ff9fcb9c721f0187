import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { findContact, type KeptContact } from '../store/metadata/contacts.ts';
import type { Principal } from './route.ts';

type Asking = Pick<Principal, 'role' | 'userId' | 'actor'>;

/** One's own, or made by the token that asks; an owner may everything. */
export function isTheirs({ role, userId, actor }: Asking, contact: KeptContact): boolean {
  if (role === 'owner') return true;
  return contact.userId === null ? contact.createdBy === actor : contact.userId === userId;
}

/** @throws {ApiError} contact.not_found, also for a contact of somebody else */
export async function requireContact(
  { db }: Pick<Services, 'db'>,
  principal: Principal,
  contactId: string,
): Promise<KeptContact> {
  const contact = await findContact(db, principal.orgId, contactId);
  if (contact !== null && isTheirs(principal, contact)) return contact;
  throw new ApiError('contact.not_found', `there is no contact ${contactId}`);
}

/** The channel is written down, never the address: the audit trail is read by many. */
export function auditContact(
  { db, clock }: Pick<Services, 'db' | 'clock'>,
  { orgId, actor }: Principal,
  action: `contact.${string}`,
  { contactId, channel, name }: Pick<KeptContact, 'contactId' | 'channel' | 'name'>,
): Promise<void> {
  const detail = `${channel}, ${name}`;
  return addAudit(db, { at: clock.now(), orgId, actor, action, subject: contactId, detail });
}

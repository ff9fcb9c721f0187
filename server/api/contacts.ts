import type { z } from 'zod';
import {
  type ChannelName,
  channelNames,
  channelsViewSchema,
  contactChangeSchema,
  contactViewSchema,
  newContactSchema,
  type SavedContact,
  savedContactSchema,
} from '../../models/contracts/contact.ts';
import type { Role } from '../../models/contracts/people.ts';
import { ApiError } from '../errors.ts';
import { mustBeVerified } from '../notify/contactCode.ts';
import { rotatedWebhook, type WebhookAddress } from '../notify/webhookChannel.ts';
import type { Services } from '../services.ts';
import {
  addContact,
  changeContact,
  countContacts,
  listContacts,
  removeContact,
} from '../store/metadata/contacts.ts';
import { findMembershipIn } from '../store/metadata/memberships.ts';
import { auditContact, isTheirs, requireContact } from './contactAccess.ts';
import { checkAddress } from './contactAddress.ts';
import { contactCheckRoutes, createSendCode, type SendCode } from './contactChecks.ts';
import { toContactView } from './contactView.ts';
import { page } from './paging.ts';
import { defineRoute, type Principal } from './route.ts';

/** More than any firm has people and programs. */
const mostContacts = 200;
/** Who may make a node beep. */
const beepers: readonly Role[] = ['owner', 'producer', 'distributor'];

/** Where people are told. Everybody keeps their own contacts, an owner those of the whole firm. */
export function contactRoutes(services: Services) {
  const { db, channels } = services;
  const sendCode = createSendCode(services);
  return [
    defineRoute({
      method: 'get',
      path: '/contacts',
      summary: 'Where I am told of alerts; an owner sees the contacts of everybody',
      success: { status: 200, schema: page('contacts', contactViewSchema) },
      async handle({ principal }) {
        const contacts = await listContacts(db, principal.orgId);
        const seen = contacts.filter(contact => isTheirs(principal, contact));
        return { contacts: seen.map(toContactView), nextCursor: null };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/contacts/channels',
      summary: 'Which ways of telling this server is set up for',
      success: { status: 200, schema: channelsViewSchema },
      handle: async () => ({
        channels: channelNames.map(channel => ({ channel, isOn: channels.isOn(channel) })),
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/contacts',
      summary: 'Adds a contact; a number or mailbox is sent a code, a webhook gets its secret',
      body: newContactSchema,
      success: { status: 201, schema: savedContactSchema },
      handle: ({ principal, body }) => add(services, sendCode, principal, body),
    }),
    defineRoute({
      method: 'patch',
      path: '/contacts/:contactId',
      summary: 'Changes language, quiet hours and which alerts; switches on again; makes a second secret',
      body: contactChangeSchema,
      success: { status: 200, schema: savedContactSchema },
      handle: ({ principal, param, body }) => change(services, principal, param('contactId'), body),
    }),
    defineRoute({
      method: 'delete',
      path: '/contacts/:contactId',
      summary: 'Removes a contact',
      success: { status: 204 },
      async handle({ principal, param, response }) {
        const contact = await requireContact(services, principal, param('contactId'));
        await removeContact(db, contact.orgId, contact.contactId);
        await auditContact(services, principal, 'contact.removed', contact);
        response.status(204).end();
      },
    }),
    ...contactCheckRoutes(services, sendCode),
  ];
}

async function add(
  services: Services,
  sendCode: SendCode,
  principal: Principal,
  { userId: asked, channel, address: given, ...settings }: z.output<typeof newContactSchema>,
): Promise<SavedContact> {
  const { db, clock } = services;
  const { orgId, actor } = principal;
  const userId = await personOf(services, principal, asked);
  const { address, uniqueBy, secret } = await checkAddress(services, orgId, channel, given);
  requireChannel(services, principal, channel);
  if ((await countContacts(db, orgId)) >= mostContacts)
    throw new ApiError('contact.too_many', `a firm has ${mostContacts} contacts at most; remove one first`);
  const now = clock.now();
  const verifiedAt = mustBeVerified(channel) ? null : now;
  const contactId = await addContact(
    db,
    { ...settings, orgId, userId, channel, address, uniqueBy, verifiedAt, createdBy: actor },
    now,
  );
  if (contactId === null)
    throw new ApiError('contact.exists', 'this address is a contact of the firm already');
  const contact = await requireContact(services, principal, contactId);
  await auditContact(services, principal, 'contact.added', contact);
  return {
    ...toContactView(contact),
    ...(secret !== undefined && { secret }),
    ...(verifiedAt === null && { codeDelivery: await sendCode(contact) }),
  };
}

/** Whose contact it becomes: only an owner makes contacts of others or of nobody. */
async function personOf(
  { db }: Services,
  { orgId, role, userId: own }: Principal,
  asked: string | null | undefined,
): Promise<string | null> {
  if (asked === undefined || asked === own) return own;
  if (role !== 'owner') throw new ApiError('contact.not_yours', 'only an owner makes contacts of others');
  if (asked === null || (await findMembershipIn(db, orgId, asked)) !== null) return asked;
  const fault = { field: 'userId', value: asked, allowed: 'must be the id of a member of this organisation' };
  throw new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
}

function requireChannel({ channels }: Services, { role }: Principal, channel: ChannelName): void {
  if (channel === 'buzzer' && !beepers.includes(role))
    throw new ApiError('auth.role_not_allowed', `${role} may not; ${beepers.join(', ')} may`);
  if (!channels.isOn(channel))
    throw new ApiError('contact.channel_off', `this server is not set up for ${channel}; see .env.example`);
}

async function change(
  services: Services,
  principal: Principal,
  contactId: string,
  { enabled, rotateSecret, ...settings }: z.output<typeof contactChangeSchema>,
): Promise<SavedContact> {
  const { db, clock } = services;
  const contact = await requireContact(services, principal, contactId);
  const rotated = rotateSecret && rotatedAddress(contact, clock.now());
  await changeContact(db, contact.orgId, contactId, {
    ...settings,
    ...(enabled && { disabledReason: null }),
    ...(rotated && { address: rotated }),
  });
  await auditContact(services, principal, rotated ? 'contact.secret-renewed' : 'contact.changed', contact);
  const changed = toContactView(await requireContact(services, principal, contactId));
  return rotated ? { ...changed, secret: rotated.secrets[0]!.secret } : changed;
}

function rotatedAddress({ channel, address }: { channel: ChannelName; address: unknown }, now: number) {
  if (channel === 'webhook') return rotatedWebhook(address as WebhookAddress, now);
  const fault = { field: 'rotateSecret', value: 'true', allowed: 'is for webhooks only' };
  throw new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
}

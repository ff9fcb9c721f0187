import type { z } from 'zod';
import {
  type ContactView,
  contactViewSchema,
  newPushSubscriptionSchema,
  pushKeySchema,
} from '../../models/contracts/contact.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import {
  addContact,
  changeContact,
  countContacts,
  findContactByAddress,
  removeContact,
} from '../store/metadata/contacts.ts';
import { auditContact, isTheirs, requireContact } from './contactAccess.ts';
import { requireCallable } from './contactAddress.ts';
import { toContactView } from './contactView.ts';
import { defineRoute, type Principal } from './route.ts';

/** Browsers come and go; each is a contact of its own. */
const mostContacts = 400;

/** How a browser makes itself a contact. */
export function pushRoutes(services: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/push/key',
      summary: 'The key a browser subscribes with (applicationServerKey)',
      success: { status: 200, schema: pushKeySchema },
      handle: async () => ({ publicKey: await services.channels.pushPublicKey() }),
    }),
    defineRoute({
      method: 'post',
      path: '/push/subscriptions',
      summary: 'Makes this browser a contact of mine, or renews it',
      body: newPushSubscriptionSchema,
      success: { status: 201, schema: contactViewSchema },
      handle: ({ principal, body }) => subscribe(services, principal, body),
    }),
  ];
}

async function subscribe(
  services: Services,
  principal: Principal,
  { endpoint, keys, language, name = 'Browser' }: z.output<typeof newPushSubscriptionSchema>,
): Promise<ContactView> {
  const { db, clock, config } = services;
  const { orgId, userId, actor } = principal;
  requireCallable(endpoint, 'endpoint', config.notify.allowHttpLoopback);
  const address = { endpoint, keys };
  const key = { channel: 'web-push', uniqueBy: endpoint } as const;
  const known = await findContactByAddress(db, orgId, key);
  if (known !== null && known.userId === userId && isTheirs(principal, known)) {
    await changeContact(db, orgId, known.contactId, { address, language, disabledReason: null });
    await auditContact(services, principal, 'contact.changed', known);
    return toContactView(await requireContact(services, principal, known.contactId));
  }
  // One browser, another person at it now: alerts of the one before are not for these eyes.
  if (known !== null) {
    await removeContact(db, orgId, known.contactId);
    await auditContact(services, principal, 'contact.removed', known);
  }
  if ((await countContacts(db, orgId)) >= mostContacts)
    throw new ApiError('contact.too_many', `a firm has ${mostContacts} contacts at most; remove one first`);
  const now = clock.now();
  const settings = { name, language, timeZone: null, quiet: null, kinds: null, minSeverity: 'info' } as const;
  const contactId = await addContact(
    db,
    { ...key, ...settings, orgId, userId, address, verifiedAt: now, createdBy: actor },
    now,
  );
  if (contactId === null) throw new ApiError('contact.exists', 'this browser is being subscribed already');
  const contact = await requireContact(services, principal, contactId);
  await auditContact(services, principal, 'contact.added', contact);
  return toContactView(contact);
}

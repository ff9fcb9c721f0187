import {
  contactCodeSchema,
  contactViewSchema,
  type DeliveryResult,
  deliveryResultSchema,
} from '../../models/contracts/contact.ts';
import { ApiError } from '../errors.ts';
import type { Contact, DeliveryOutcome } from '../notify/channel.ts';
import { sendContactCode, sendTest } from '../notify/contactCode.ts';
import type { Services } from '../services.ts';
import { tryContactCode } from '../store/metadata/contactCodes.ts';
import { createAttemptLimit } from './attemptLimit.ts';
import { auditContact, requireContact } from './contactAccess.ts';
import { toContactView } from './contactView.ts';
import { defineRoute, type Principal } from './route.ts';

const hourMs = 3_600_000;

/** Sends the code of a contact, or says that too many were sent. */
export type SendCode = (contact: Contact) => Promise<DeliveryResult>;

/** Codes go to people who may not have asked for them: three an hour to one, thirty from one firm. */
export function createSendCode({ db, channels, clock }: Services): SendCode {
  const ofContact = createAttemptLimit(3, hourMs);
  const ofFirm = createAttemptLimit(30, hourMs);
  return async contact => {
    await ofContact.use(contact.contactId);
    await ofFirm.use(contact.orgId);
    return toResult(await sendContactCode(db, channels, contact, clock.now()));
  };
}

/** What shows that a contact works: its code, and a test. */
export function contactCheckRoutes(services: Services, sendCode: SendCode) {
  const { channels, clock } = services;
  const tests = createAttemptLimit(5, hourMs / 6);
  return [
    defineRoute({
      method: 'post',
      path: '/contacts/:contactId/code',
      summary: 'Sends the code that verifies a contact again',
      success: { status: 200, schema: deliveryResultSchema },
      async handle({ principal, param }) {
        const contact = await requireContact(services, principal, param('contactId'));
        if (contact.verifiedAt !== null)
          throw new ApiError('contact.verified', `${contact.name} needs no code any more`);
        await auditContact(services, principal, 'contact.code-sent', contact);
        return sendCode(contact);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/contacts/:contactId/verify',
      summary: 'Says the code that was sent to a contact: five tries within a day',
      body: contactCodeSchema,
      success: { status: 200, schema: contactViewSchema },
      handle: ({ principal, param, body }) => verify(services, principal, param('contactId'), body.code),
    }),
    defineRoute({
      method: 'post',
      path: '/contacts/:contactId/test',
      summary: 'Sends a test message and says what came of it',
      success: { status: 200, schema: deliveryResultSchema },
      async handle({ principal, param }) {
        const contact = await requireContact(services, principal, param('contactId'));
        if (contact.verifiedAt === null)
          throw new ApiError('contact.not_verified', 'say the code that was sent to it first');
        await tests.use(contact.contactId);
        await auditContact(services, principal, 'contact.tested', contact);
        return toResult(await sendTest(channels, contact, clock.now()));
      },
    }),
  ];
}

async function verify(services: Services, principal: Principal, contactId: string, code: string) {
  const { db, clock } = services;
  const contact = await requireContact(services, principal, contactId);
  if (contact.verifiedAt === null) {
    const outcome = await tryContactCode(db, contact.orgId, contactId, code, clock.now());
    if (outcome === 'wrong') throw new ApiError('contact.code_wrong', 'check the digits');
    if (outcome === 'expired')
      throw new ApiError('contact.code_expired', 'a code holds for 24 hours; ask for a new one');
    if (outcome === 'too-many-tries')
      throw new ApiError('contact.too_many_tries', 'five tries are enough for one code; ask for a new one');
    await auditContact(services, principal, 'contact.verified', contact);
  }
  return toContactView(await requireContact(services, principal, contactId));
}

function toResult(outcome: DeliveryOutcome): DeliveryResult {
  return { outcome: outcome.outcome, reason: outcome.outcome === 'delivered' ? null : outcome.reason };
}

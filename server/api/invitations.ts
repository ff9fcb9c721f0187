import { z } from 'zod';
import {
  type InvitationView,
  invitationViewSchema,
  madeInvitationSchema,
  newInvitationSchema,
} from '../../models/contracts/people.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import {
  addInvitation,
  type Invitation,
  listInvitations,
  revokeInvitation,
} from '../store/metadata/invitations.ts';
import { findMembershipIn } from '../store/metadata/memberships.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { createLinkDelivery } from './linkDelivery.ts';
import { linkTo } from './links.ts';
import { defineRoute } from './route.ts';

const lastsMs = 7 * 24 * 3_600_000;

export function invitationRoutes(services: Services) {
  const { db, clock, config, signIn } = services;
  const links = createLinkDelivery(services);
  const note = (principal: { orgId: string; actor: string }, action: string, subject: string, detail = '') =>
    addAudit(db, {
      at: clock.now(),
      orgId: principal.orgId,
      actor: principal.actor,
      action,
      subject,
      detail,
    });

  async function refuseMembers(orgId: string, identity: { email: string } | { phone: string }) {
    const account = await signIn.findAccount(identity);
    if (account !== null && (await findMembershipIn(db, orgId, account.userId)) !== null)
      throw new ApiError('user.exists', `${account.name} is a member already`);
  }

  return [
    defineRoute({
      method: 'get',
      path: '/invitations',
      summary: 'Who was invited to my firm, the newest first',
      success: {
        status: 200,
        schema: z.object({ invitations: z.array(invitationViewSchema), nextCursor: z.null() }),
      },
      async handle({ principal: { orgId } }) {
        const invitations = await listInvitations(db, orgId);
        return { invitations: invitations.map(i => toView(i, clock.now())), nextCursor: null };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/invitations',
      summary:
        'Invites somebody by e-mail address or telephone number: a link, for seven days and once, shown only now and sent where this server can',
      body: newInvitationSchema,
      success: { status: 201, schema: madeInvitationSchema },
      async handle({ principal, body, request }) {
        const { orgId, actor } = principal;
        const { email = null, phone = null, role, name = null } = body;
        await refuseMembers(orgId, email === null ? { phone: phone ?? '' } : { email });
        await links.allow(orgId, { email, phone });
        const now = clock.now();
        const { invitation, secret } = await addInvitation(db, {
          ...{ orgId, email, phone, role, name, createdBy: actor },
          ...{ createdAt: now, expiresAt: now + lastsMs },
        });
        await note(principal, 'invitation.made', invitation.invitationId, `${email ?? phone} as ${role}`);
        const url = linkTo('/undangan', secret, config.publicUrl, request);
        const organisation = await findOrganisation(db, orgId);
        const sent = await links.send('invitation', { orgId, to: { email, phone }, url });
        return {
          ...toView(invitation, now),
          ...{ url, sent, shareText: shareText(organisation?.name ?? orgId, url) },
        };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/invitations/:invitationId',
      summary: 'Takes an invitation back that nobody has accepted yet',
      success: { status: 200, schema: z.object({}) },
      async handle({ principal, param }) {
        const invitationId = param('invitationId');
        if (!(await revokeInvitation(db, principal.orgId, invitationId, clock.now())))
          throw new ApiError('invitation.not_found', `there is no open invitation ${invitationId}`);
        await note(principal, 'invitation.revoked', invitationId);
        return {};
      },
    }),
  ];
}

/** For a chat: what the link is, from whom, and that it ends. */
const shareText = (firm: string, url: string): string =>
  `${firm} mengundang Anda ke Tahan. Buka tautan ini dalam 7 hari, lalu buat kata sandi: ${url}`;

function toView(invitation: Invitation, now: number): InvitationView {
  const { invitationId, email, phone, name, role, createdAt, expiresAt } = invitation;
  return {
    ...{ invitationId, email, phone, name, role, state: stateOf(invitation, now) },
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}

function stateOf({ acceptedAt, revokedAt, expiresAt }: Invitation, now: number): InvitationView['state'] {
  if (acceptedAt !== null) return 'accepted';
  if (revokedAt !== null) return 'revoked';
  return expiresAt <= now ? 'expired' : 'open';
}

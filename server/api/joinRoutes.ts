import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Identity } from '../../models/contracts/identity.ts';
import {
  acceptedInvitationSchema,
  acceptInvitationSchema,
  invitationPreviewSchema,
  linkSchema,
  newPasswordSchema,
  usePasswordResetSchema,
} from '../../models/contracts/people.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { SignIn } from '../signIn.ts';
import { addAudit } from '../store/metadata/audit.ts';
import {
  findOpenInvitationOfAnyOrganisation,
  type Invitation,
  useInvitation,
} from '../store/metadata/invitations.ts';
import { addMembership, chooseOrganisation } from '../store/metadata/memberships.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { takePasswordResetOfAnyOrganisation } from '../store/metadata/passwordResets.ts';
import { requireOwnOrigin, sessionHeaders } from './authenticate.ts';
import { requireJsonBody } from './jsonBody.ts';
import type { PublicRoute } from './route.ts';
import type { SignInLimits } from './signInLimits.ts';
import { accountKey, setSessionCookies } from './signInRoutes.ts';
import { validate } from './validate.ts';

const post = { method: 'post', query: undefined } as const;

const preview: PublicRoute = {
  ...post,
  path: '/auth/invitation',
  summary: 'What an invitation is for; without sign-in, by its secret',
  body: linkSchema,
  success: { status: 200, schema: invitationPreviewSchema },
};
const accept: PublicRoute = {
  ...post,
  path: '/auth/invitation/accept',
  summary: 'Joins the firm: with a new password, or that of the account there is; opens a session',
  body: acceptInvitationSchema,
  success: { status: 201, schema: acceptedInvitationSchema },
};
const reset: PublicRoute = {
  ...post,
  path: '/auth/password-reset',
  summary: 'Chooses a new password by the secret of a link; ends all sessions',
  body: usePasswordResetSchema,
  success: { status: 200, schema: z.object({}) },
};

/** For the description of the API. */
export const joinPublicRoutes: readonly PublicRoute[] = [preview, accept, reset];

/** What whoever holds a secret link may do without an account. Wrong secrets count as failed sign-ins. */
export function joinRoutes(services: Services, { perAddress, perAccount }: SignInLimits): Router {
  const { db, config, clock } = services;
  const router = Router();
  const checked = (route: PublicRoute): RequestHandler[] => [
    perAddress,
    ...requireJsonBody,
    (request, _response, next) => {
      requireOwnOrigin(request, config.publicUrl);
      request.body = route.body && validate(route.body, request.body);
      next();
    },
  ];
  const countAccount: RequestHandler = async (request, response, next) => {
    const { token } = request.body as z.output<typeof acceptInvitationSchema>;
    response.locals.invitation = await requireInvitation(services, token);
    response.locals.account = await accountKey(services, identityOf(response.locals.invitation));
    next();
  };
  router.post(preview.path, ...checked(preview), async (request: Request, response: Response) => {
    const { token } = request.body as z.output<typeof linkSchema>;
    response.json(await toPreview(services, await requireInvitation(services, token)));
  });
  router.post(
    accept.path,
    ...checked(accept),
    countAccount,
    perAccount,
    async (request: Request, response: Response) => {
      await acceptInvitation(services, response.locals.invitation, request, response);
    },
  );
  router.post(reset.path, ...checked(reset), async (request: Request, response: Response) => {
    const { token, password } = request.body as z.output<typeof usePasswordResetSchema>;
    const now = clock.now();
    const taken = await takePasswordResetOfAnyOrganisation(db, token, now);
    if (taken === null)
      throw new ApiError('password_reset.not_found', 'ask an owner of your firm for another');
    await services.signIn.setPassword(taken.userId, password);
    await addAudit(db, {
      ...{ at: now, orgId: taken.orgId, actor: `user ${taken.userId}` },
      ...{ action: 'user.password-reset', subject: taken.userId, detail: request.ip ?? '' },
    });
    response.json({});
  });
  for (const { path } of joinPublicRoutes)
    router.all(path, (request, response) => {
      response.set('allow', 'POST');
      throw new ApiError('route.method_not_allowed', `${request.path} takes POST`);
    });
  return router;
}

async function requireInvitation({ db, clock }: Services, secret: string): Promise<Invitation> {
  const invitation = await findOpenInvitationOfAnyOrganisation(db, secret, clock.now());
  if (invitation === null)
    throw new ApiError('invitation.not_found', 'it was used, taken back or has expired: ask for another');
  return invitation;
}

async function toPreview({ db, signIn }: Services, invitation: Invitation) {
  const organisation = await findOrganisation(db, invitation.orgId);
  const account = await signIn.findAccount(identityOf(invitation));
  return {
    organisationName: organisation?.name ?? invitation.orgId,
    role: invitation.role,
    identity: invitation.email ?? invitation.phone ?? '',
    name: account?.name ?? invitation.name,
    hasAccount: account !== null,
    expiresAt: new Date(invitation.expiresAt).toISOString(),
  };
}

async function acceptInvitation(
  { db, signIn, clock }: Services,
  invitation: Invitation,
  request: Request,
  response: Response,
): Promise<void> {
  const { password, name } = request.body as z.output<typeof acceptInvitationSchema>;
  const { orgId, role, email, phone, invitationId } = invitation;
  const userId = await accountFor(signIn, invitation, password, name).catch(async error => {
    if (error instanceof ApiError && error.code === 'auth.wrong_password')
      await addAudit(db, {
        ...{ at: clock.now(), orgId, actor: 'unknown', action: 'user.sign-in-failed' },
        ...{ subject: email ?? phone ?? '', detail: `invitation, ${request.ip ?? ''}` },
      });
    throw error;
  });
  const now = clock.now();
  const joined = await db.transaction().execute(async transaction => {
    if (!(await useInvitation(transaction, invitation, now))) return false;
    await addMembership(transaction, { userId, orgId, role }, now);
    await chooseOrganisation(transaction, orgId, userId, now);
    return true;
  });
  if (!joined) throw new ApiError('invitation.not_found', 'it was used a moment ago');
  await addAudit(db, {
    ...{ at: now, orgId, actor: `user ${userId}`, action: 'invitation.accepted' },
    ...{ subject: invitationId, detail: `${email ?? phone} as ${role}` },
  });
  const opened = await signIn.signIn(identityOf(invitation), password, sessionHeaders(request));
  setSessionCookies(request, response, opened);
  response.status(201).json({ orgId, role });
}

/** A new account with this password, or the one there is, whose password this must be. */
async function accountFor(
  signIn: SignIn,
  invitation: Invitation,
  password: string,
  name: string | undefined,
): Promise<string> {
  const known = await signIn.findAccount(identityOf(invitation));
  if (known !== null) {
    if (await signIn.matchesPassword(known.userId, password)) return known.userId;
    throw new ApiError('auth.wrong_password', 'this is not the password of the account there is');
  }
  validate(z.object({ password: newPasswordSchema }), { password });
  const { email, phone } = invitation;
  const shown = name ?? invitation.name ?? email ?? phone ?? '';
  return (await signIn.ensureUser({ email, phone, password, name: shown })).userId;
}

const identityOf = ({ email, phone }: Invitation): Identity =>
  email === null ? { phone: phone ?? '' } : { email };

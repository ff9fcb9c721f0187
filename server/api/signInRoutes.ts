import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Identity } from '../../models/contracts/identity.ts';
import { signInSchema } from '../../models/contracts/people.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { SessionChange } from '../signIn.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { findMembership } from '../store/metadata/memberships.ts';
import { requireOwnOrigin, sessionHeaders } from './authenticate.ts';
import { requireJsonBody } from './jsonBody.ts';
import type { PublicRoute } from './route.ts';
import type { SignInLimits } from './signInLimits.ts';
import { validate } from './validate.ts';

const done = { status: 200, schema: z.object({}) } as const;

/** For the description of the API. */
export const signInPublicRoutes: readonly PublicRoute[] = [
  {
    method: 'post',
    path: '/auth/sign-in',
    summary: 'Opens a session (a cookie) by e-mail address or telephone number; ten failures in 15 minutes',
    query: undefined,
    body: signInSchema,
    success: done,
  },
  {
    method: 'post',
    path: '/auth/sign-out',
    summary: 'Ends the session',
    query: undefined,
    body: undefined,
    success: done,
  },
];

/** Signing in and out. Nothing else of the sign-in library can be reached from outside. */
export function signInRoutes(services: Services, { perAddress, perAccount }: SignInLimits): Router {
  const { signIn, config } = services;
  const router = Router();
  const check: RequestHandler = async (request, response, next) => {
    requireOwnOrigin(request, config.publicUrl);
    request.body = validate(signInSchema, request.body);
    const identity = identityOf(request.body);
    response.locals.account = await accountKey(services, identity);
    next();
  };
  // The longer address is the older one.
  router.post(
    ['/sign-in', '/sign-in/email'],
    perAddress,
    ...requireJsonBody,
    check,
    perAccount,
    async (request: Request, response: Response) => {
      const { password } = request.body as z.output<typeof signInSchema>;
      answer(request, response, await open(services, request, identityOf(request.body), password));
    },
  );
  router.post('/sign-out', async (request: Request, response: Response) => {
    requireOwnOrigin(request, config.publicUrl);
    const person = await signIn.whoIs(sessionHeaders(request));
    const change = await signIn.signOut(sessionHeaders(request));
    if (person !== null) await note(services, request, person, 'user.signed-out');
    answer(request, response, change);
  });
  return router;
}

/** Attempts are counted per account, under whichever of its names; a name that is nobody's counts by itself. */
export async function accountKey({ signIn }: Pick<Services, 'signIn'>, identity: Identity): Promise<string> {
  const account = await signIn.findAccount(identity);
  return account?.userId ?? nameOf(identity);
}

/** Sends the cookies of a session that was opened or ended; over HTTPS they are for HTTPS only. */
export function setSessionCookies(request: Request, response: Response, { setCookies }: SessionChange): void {
  const isSecure = (cookie: string) => /;\s*secure\b/i.test(cookie);
  response.setHeader(
    'set-cookie',
    setCookies.map(cookie => (request.secure && !isSecure(cookie) ? `${cookie}; Secure` : cookie)),
  );
}

async function open(services: Services, request: Request, identity: Identity, password: string) {
  try {
    const opened = await services.signIn.signIn(identity, password, sessionHeaders(request));
    await note(services, request, opened, 'user.signed-in');
    return opened;
  } catch (error) {
    // Written down after the answer, so that an account that exists does not answer later than one that does not.
    if (error instanceof ApiError && error.code === 'auth.wrong_password')
      noteFailure(services, request, identity).catch(failure =>
        services.log.error({ err: failure }, 'a failed sign-in could not be written down'),
      );
    throw error;
  }
}

async function noteFailure(services: Services, request: Request, identity: Identity): Promise<void> {
  const account = await services.signIn.findAccount(identity);
  const person = account ?? { userId: null, name: nameOf(identity) };
  await note(services, request, person, 'user.sign-in-failed');
}

async function note(
  { db, clock }: Services,
  request: Request,
  { userId, name }: { readonly userId: string | null; readonly name: string },
  action: string,
): Promise<void> {
  const membership = userId === null ? null : await findMembership(db, userId);
  await addAudit(db, {
    at: clock.now(),
    orgId: membership?.orgId ?? null,
    actor: userId === null ? 'unknown' : `user ${userId}`,
    action,
    subject: name,
    detail: request.ip ?? '',
  });
}

function identityOf(body: z.output<typeof signInSchema>): Identity {
  const { identity, email, phone } = body;
  return identity ?? (email === undefined ? { phone: phone ?? '' } : { email });
}

const nameOf = (identity: Identity): string => ('email' in identity ? identity.email : identity.phone);

function answer(request: Request, response: Response, change: SessionChange): void {
  setSessionCookies(request, response, change);
  response.status(200).json({});
}

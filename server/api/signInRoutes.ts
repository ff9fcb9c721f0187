import { type Request, type RequestHandler, type Response, Router } from 'express';
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { SessionChange } from '../signIn.ts';
import { attemptStore } from './attemptStore.ts';
import { requireOwnOrigin, sessionHeaders } from './authenticate.ts';
import { requireJsonBody } from './jsonBody.ts';
import { sendProblem } from './problem.ts';
import { validate } from './validate.ts';

const credentialsSchema = z.strictObject({
  email: z
    .string()
    .trim()
    .toLowerCase()
    .max(254)
    .regex(/^[^@\s]+@[^@\s]+$/, { error: 'must be an e-mail address' }),
  password: z.string().min(1).max(256),
  /** Some clients of the library send it; it changes nothing here. */
  rememberMe: z.boolean().optional(),
});

const windowMs = 15 * 60_000;

/** Failures, not sign-ins, are counted: a shared tablet in a kitchen may sign in all day. */
const attempts: Partial<Options> = {
  windowMs,
  limit: 10,
  skipSuccessfulRequests: true,
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  handler: (_request, response) =>
    sendProblem(response, new ApiError('auth.too_many_attempts', 'wait up to 15 minutes and try again')),
};

/** Signing in and out. Nothing else of the sign-in library can be reached from outside. */
export function signInRoutes({ signIn, config }: Services): Router {
  const router = Router();
  router.post(
    '/sign-in/email',
    perAddress(),
    ...requireJsonBody,
    perAccount(),
    async (request: Request, response: Response) => {
      requireOwnOrigin(request, config.publicUrl);
      const { email, password } = validate(credentialsSchema, request.body) as z.output<
        typeof credentialsSchema
      >;
      answer(response, await signIn.signIn(email, password, sessionHeaders(request)));
    },
  );
  router.post('/sign-out', async (request: Request, response: Response) => {
    requireOwnOrigin(request, config.publicUrl);
    answer(response, await signIn.signOut(sessionHeaders(request)));
  });
  return router;
}

function perAddress(): RequestHandler {
  return rateLimit({
    ...attempts,
    store: attemptStore(windowMs),
    keyGenerator: request => ipKeyGenerator(request.ip ?? 'unknown'),
  });
}

function perAccount(): RequestHandler {
  return rateLimit({
    ...attempts,
    store: attemptStore(windowMs),
    keyGenerator: request => String((request.body as { email?: unknown } | undefined)?.email).toLowerCase(),
  });
}

function answer(response: Response, { setCookies }: SessionChange): void {
  response.setHeader('set-cookie', [...setCookies]);
  response.status(200).json({});
}

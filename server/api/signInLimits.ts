import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit';
import { ApiError } from '../errors.ts';
import { attemptStore, toldWithoutReset } from './attemptStore.ts';
import { sendProblem } from './problem.ts';

const windowMs = 15 * 60_000;
const mostFailures = 10;

/** Failures, not sign-ins, are counted: a shared tablet in a kitchen may sign in all day. */
const attempts: Partial<Options> = {
  windowMs,
  limit: mostFailures,
  skipSuccessfulRequests: true,
  // A store in elapsed time has no reset time to tell.
  standardHeaders: false,
  legacyHeaders: false,
  handler: (_request, response) =>
    sendProblem(
      response.set('retry-after', String(windowMs / 1000)),
      new ApiError('auth.too_many_attempts', 'wait up to 15 minutes and try again'),
    ),
};

/** One count for every way to try a password: who is out at one door is out at all. */
export interface SignInLimits {
  /** Of one address. */
  readonly perAddress: RequestHandler;
  /** Of one account, whichever of its names was tried; `response.locals.account` says which. */
  readonly perAccount: RequestHandler;
}

export function createSignInLimits(): SignInLimits {
  return {
    perAddress: rateLimit({
      ...attempts,
      store: attemptStore(windowMs),
      validate: toldWithoutReset,
      keyGenerator: (request: Request) => ipKeyGenerator(request.ip ?? 'unknown'),
    }),
    perAccount: rateLimit({
      ...attempts,
      store: attemptStore(windowMs),
      validate: toldWithoutReset,
      keyGenerator: (_request: Request, response: Response) => String(response.locals.account),
    }),
  };
}

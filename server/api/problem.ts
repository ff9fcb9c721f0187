import type { NextFunction, Request, Response } from 'express';
import { ModelDomainError } from '../../models/errors.ts';
import { ApiError, type ApiErrorCode, apiErrors, type FieldFault, StoreUnavailable } from '../errors.ts';
import type { Log } from '../log.ts';

/** Seconds after which it makes sense to ask a store again that could not answer. */
const retryAfterS = '10';

/** RFC 9457, with a stable code and the fields that are wrong. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ApiErrorCode;
  readonly errors: readonly (FieldFault & { readonly message: string })[];
}

export function toProblem(error: ApiError): Problem {
  const { status, title } = apiErrors[error.code];
  return {
    type: `urn:tahan:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    errors: error.faults.map(fault => ({
      ...fault,
      message: `${fault.field} ${fault.allowed}, got ${fault.value}`,
    })),
  };
}

export function sendProblem(response: Response, error: ApiError): void {
  const problem = toProblem(error);
  if (error.code === 'store.unavailable') response.set('retry-after', retryAfterS);
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The last stop of every error. What we did not foresee is logged in full and answered with nothing that helps an attacker. */
export function problemHandler(log: Log) {
  return (thrown: unknown, request: Request, response: Response, next: NextFunction): void => {
    const error = toApiError(thrown);
    if (apiErrors[error.code].status >= 500) log.error({ err: thrown, path: request.path }, 'request failed');
    // The answer has begun: all that is left is to cut it, so that nobody takes it for complete.
    if (response.headersSent) next(thrown);
    else sendProblem(response, error);
  };
}

function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof StoreUnavailable) return new ApiError('store.unavailable', 'try again in a moment');
  if (thrown instanceof ModelDomainError) {
    const { parameter, got, allowed } = thrown;
    return new ApiError('request.invalid', thrown.message, [
      { field: parameter, value: String(got), allowed: `must be ${allowed}` },
    ]);
  }
  return (
    fromBodyParser(thrown) ?? new ApiError('server.failed', 'this is our fault; it has been written down')
  );
}

/** Errors of express and its body parser carry a `type` or at least a status of the 400s. */
function fromBodyParser(thrown: unknown): ApiError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { type, status } = thrown as { type?: string; status?: number };
  if (type === 'entity.parse.failed') return new ApiError('request.not_json', thrown.message);
  if (type === 'entity.too.large') return new ApiError('request.too_large', 'at most 64 KiB are taken');
  if (type === 'encoding.unsupported')
    return new ApiError('request.encoding_not_allowed', 'send the body as it is, without Content-Encoding');
  if (status !== undefined && status >= 400 && status < 500)
    return new ApiError('request.malformed', thrown.message);
  return undefined;
}

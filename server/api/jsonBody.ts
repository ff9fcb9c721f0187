import express, { type RequestHandler } from 'express';
import { ApiError } from '../errors.ts';
import type { BodySize } from './route.ts';

const jsonTypes = ['application/json', 'application/ld+json'];

/** Refuses before a byte is read what could not be taken anyway: an endless body, or one that is no JSON. */
const requireJson: RequestHandler = (request, _response, next) => {
  if (request.headers['transfer-encoding'] !== undefined)
    throw new ApiError('request.length_required', 'send the body with a Content-Length');
  const hasBody = Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !request.is(jsonTypes))
    throw new ApiError('request.not_json_type', 'send Content-Type: application/json');
  next();
};

/** Handlers that leave the parsed body in `request.body`; undefined when there was none. */
export function jsonBodyUpTo(limit: BodySize = '64kb'): readonly RequestHandler[] {
  return [requireJson, express.json({ type: jsonTypes, limit, inflate: false, strict: false })];
}

/** As most routes take it. */
export const requireJsonBody = jsonBodyUpTo();

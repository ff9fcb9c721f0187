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

/** Handlers that leave the bytes in `request.body`: of one type, of a known length, not compressed once more. */
export function bytesUpTo(type: string, limit: BodySize = '64kb'): readonly RequestHandler[] {
  const requireBytes: RequestHandler = (request, _response, next) => {
    if (request.headers['transfer-encoding'] !== undefined)
      throw new ApiError('request.length_required', 'send the body with a Content-Length');
    if (Number(request.headers['content-length'] ?? 0) > 0 && !request.is(type))
      throw new ApiError('request.wrong_type', `send Content-Type: ${type}`);
    next();
  };
  return [requireBytes, express.raw({ type, limit, inflate: false })];
}

/** Handlers that leave the parsed body in `request.body`; undefined when there was none. */
export function jsonBodyUpTo(limit: BodySize = '64kb'): readonly RequestHandler[] {
  return [requireJson, express.json({ type: jsonTypes, limit, inflate: false, strict: false })];
}

/** As most routes take it. */
export const requireJsonBody = jsonBodyUpTo();

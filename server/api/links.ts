import type { Request } from 'express';

/**
 * A page of this server with a secret. It stands behind "#": browsers do not send that part, so it is in no log on the way.
 */
export function linkTo(page: string, secret: string, publicUrl: string | null, request: Request): string {
  const base = (publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '');
  return `${base}${page}#${secret}`;
}

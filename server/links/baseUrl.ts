import type { Request } from 'express';

/** The address of this server for links: the one that is set, else the one that was asked. No slash at its end. */
export function baseUrl(publicUrl: string | null, request: Request): string {
  return (publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '');
}

import { type BoundedAnswer, boundedPost, deadlineMs } from './boundedRequest.ts';

/** JSON to an address that the operator of this server has set: it may be anywhere, the bounds are the same. */
export function providerPost(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): Promise<BoundedAnswer> {
  const request = {
    url: new URL(address),
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  return boundedPost(request, AbortSignal.timeout(deadlineMs));
}

/** Undefined for what is no JSON, such as the page of a proxy on the way. */
export function jsonOf({ body }: BoundedAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The status alone will have to tell.
    return undefined;
  }
}

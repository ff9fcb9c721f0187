import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { type BoundedAnswer, boundedPost, deadlineMs } from './boundedRequest.ts';
import { isLoopbackAddress, isPublicAddress } from './publicAddress.ts';

/** An address that a person may not have this server call. The message says why, without naming what it led to. */
export class UnsafeAddress extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsafeAddress';
  }
}

export interface Resolved {
  readonly address: string;
  readonly family: number;
}

export interface SafeFetchOptions {
  /** http:// and https:// to loopback addresses are let through too, for programs on a developer's own machine. */
  readonly allowLoopback: boolean;
  /** DNS; a test has its own. */
  readonly resolve?: (host: string) => Promise<readonly Resolved[]>;
}

/** Posts to an address that a stranger chose. */
export type SafePost = (
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
) => Promise<BoundedAnswer>;

/**
 * A POST that cannot be turned against this machine or its network: https only, no user name or password in the
 * address, every address its host resolves to public, and the connection goes to just those: DNS is asked once, so that
 * a second, different answer is never heard. No redirects, five seconds, 64 KiB.
 *
 * @throws {UnsafeAddress} before anything is sent; {Error} as `boundedPost`
 */
export function createSafePost({ allowLoopback, resolve = resolveAll }: SafeFetchOptions): SafePost {
  return async (address, headers, body) => {
    const url = checkedUrl(address, allowLoopback);
    const signal = AbortSignal.timeout(deadlineMs);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const found =
      isIP(host) === 0 ? await inTime(resolve(host), signal) : [{ address: host, family: isIP(host) }];
    requireAllowed(url, found, allowLoopback);
    return boundedPost({ url, headers, body, lookup: pinnedTo(found) }, signal);
  };
}

/**
 * Everything that can be told without asking DNS. WHATWG URLs turn every spelling of an IPv4 address (decimal, octal,
 * hexadecimal, short) into the usual one.
 *
 * @throws {UnsafeAddress}
 */
export function checkedUrl(address: string, allowLoopback: boolean): URL {
  if (!URL.canParse(address)) throw new UnsafeAddress('this is no web address');
  const url = new URL(address);
  const isHttp = url.protocol === 'http:';
  if (url.protocol !== 'https:' && !(isHttp && allowLoopback))
    throw new UnsafeAddress('only https:// addresses are called');
  if (url.username !== '' || url.password !== '')
    throw new UnsafeAddress('an address may have no user name or password in it');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) requireAllowed(url, [{ address: host, family: isIP(host) }], allowLoopback);
  return url;
}

/** One private address among several is enough to refuse: which of them would be called, is not ours to say. */
function requireAllowed(url: URL, found: readonly Resolved[], allowLoopback: boolean): void {
  if (found.length === 0) throw new UnsafeAddress('its host has no address');
  for (const { address } of found) {
    const isLoopback = isLoopbackAddress(address);
    if (allowLoopback && isLoopback) continue;
    if (url.protocol === 'http:') throw new UnsafeAddress('http:// is for loopback addresses only');
    if (!isPublicAddress(address)) throw new UnsafeAddress('its host is not on the public internet');
  }
}

const resolveAll = (host: string): Promise<readonly Resolved[]> => dnsLookup(host, { all: true });

function pinnedTo(found: readonly Resolved[]): LookupFunction {
  const all = found.map(({ address, family }) => ({ address, family }));
  return (_host, options, answer) => {
    if (options.all) answer(null, all);
    else answer(null, all[0]!.address, all[0]!.family);
  };
}

async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = Promise.withResolvers<never>();
  const onAbort = () => late.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

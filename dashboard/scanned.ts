import { readClaimCode } from './claimCode.ts';

/**
 * What a code that was scanned or typed stands for.
 *   label  the public code of a batch
 *   node   a sensor's own page
 *   claim  a claim code, with which a new sensor gets its settings
 */
export type Scanned =
  | { readonly is: 'label'; readonly code: string }
  | { readonly is: 'node'; readonly nodeId: string }
  | { readonly is: 'claim'; readonly code: string }
  | { readonly is: 'unknown' };

/**
 * Reads our addresses (of any host: a label outlives the name of a server), GS1 Digital Links of ours, and codes as
 * people type them. Pure.
 */
export function readScanned(text: string): Scanned {
  const typed = text.trim();
  return fromAddress(typed) ?? fromCode(typed) ?? { is: 'unknown' };
}

function fromAddress(text: string): Scanned | undefined {
  if (!/^https?:\/\//i.test(text)) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return undefined;
  const linked = /^\/01\/\d{8,14}\/10\/[^/]+$/.test(url.pathname) ? url.searchParams.get('c') : null;
  const code = linked ?? /^\/[pb]\/([^/]+)$/.exec(url.pathname)?.[1];
  if (code != null) return labelOf(code) ?? { is: 'unknown' };
  if (url.pathname === '/claim') {
    const claim = readClaimCode(url.hash.slice(1));
    return claim === null ? undefined : { is: 'claim', code: claim };
  }
  const node = /^\/sensor\/([^/]+)$/.exec(url.pathname)?.[1];
  return node === undefined ? undefined : { is: 'node', nodeId: decoded(node) };
}

function fromCode(text: string): Scanned | undefined {
  const claim = readClaimCode(text);
  return labelOf(text) ?? (claim === null ? undefined : { is: 'claim', code: claim });
}

function labelOf(text: string): Scanned | undefined {
  const code = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{10}$/.test(code) ? { is: 'label', code } : undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A percent sign that starts no escape.
    return segment;
  }
}

import { isDeeperThan, maxJsonDepth } from './jsonDepth.ts';

/** A JSON object without a prototype: no key of it can reach Object.prototype. */
export type JsonObject = { readonly [key: string]: unknown };

export type SafeJson =
  | { readonly ok: true; readonly value: unknown; readonly hadDangerousKeys: boolean }
  | { readonly ok: false; readonly reason: 'too-deep' | 'bad-encoding' | 'not-json' };

const utf8 = new TextDecoder('utf-8', { fatal: true });
const dangerousKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Strict UTF-8 text; undefined when the bytes are not. */
export function decodeText(payload: Uint8Array): string | undefined {
  try {
    return utf8.decode(payload);
  } catch {
    return undefined;
  }
}

/** JSON with bounded depth, its objects rebuilt without prototypes and without the keys that reach for one. */
export function parseSafeJson(payload: Uint8Array): SafeJson {
  if (isDeeperThan(maxJsonDepth, payload)) return { ok: false, reason: 'too-deep' };
  const text = decodeText(payload);
  if (text === undefined) return { ok: false, reason: 'bad-encoding' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'not-json' };
  }
  const flags = { dangerous: false };
  const value = rebuild(parsed, flags);
  return { ok: true, value, hadDangerousKeys: flags.dangerous };
}

/** Depth is bounded before parsing, so recursion is. */
function rebuild(value: unknown, flags: { dangerous: boolean }): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(item => rebuild(item, flags));
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value)) {
    if (dangerousKeys.has(key)) flags.dangerous = true;
    else copy[key] = rebuild(item, flags);
  }
  return copy;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text field, trimmed; undefined when it is missing, empty or no text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

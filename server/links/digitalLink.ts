import { hasValidCheckDigit } from '../../models/contracts/gtin.ts';

/** A trade item and its lot, as they stand in the path of a GS1 Digital Link. */
export interface LotLink {
  /** 14 digits. */
  readonly gtin: string;
  readonly lot: string;
}

/** What GS1 allows in a lot (AI 10): 20 characters of its set 82. */
const lotPattern = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/;

/** Whether a batch id may stand in for a lot number as it is. */
export function isLot(text: string): boolean {
  return lotPattern.test(text);
}

/** A GTIN of 8, 12, 13 or 14 digits in the 14 digits of GS1's data carriers. */
export function gtin14(gtin: string): string {
  return gtin.padStart(14, '0');
}

/**
 * Path of a GS1 Digital Link for a lot: `/01/<GTIN-14>/10/<lot>`. Everything in the lot that means something in an
 * address is percent-encoded.
 *
 * @throws {RangeError} for a GTIN with a wrong check digit or a lot that GS1 does not allow
 * @example
 * lotPath({ gtin: '9521234543213', lot: 'TKW/2' }); // => '/01/09521234543213/10/TKW%2F2'
 * @see GS1 Digital Link Standard: URI Syntax
 */
export function lotPath({ gtin, lot }: LotLink): string {
  if (!/^(\d{8}|\d{12,14})$/.test(gtin) || !hasValidCheckDigit(gtin))
    throw new RangeError(`gtin must have 8, 12, 13 or 14 digits with a valid check digit, got ${gtin}`);
  if (!isLot(lot)) throw new RangeError(`lot must be 1 to 20 characters that GS1 allows, got ${lot}`);
  return `/01/${gtin14(gtin)}/10/${encodeLot(lot)}`;
}

/** `encodeURIComponent` leaves !'()* alone, which a reader of addresses may take for their ends. */
function encodeLot(lot: string): string {
  return encodeURIComponent(lot).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * The trade item and lot in the path of a GS1 Digital Link of any domain; other qualifiers (22, 21) and what stands
 * before the item are passed over. Null for anything else, a wrong check digit included.
 */
export function parseLotLink(url: string): LotLink | null {
  if (!URL.canParse(url)) return null;
  const parts = new URL(url).pathname.split('/').map(decodeOrNull);
  const item = parts.indexOf('01');
  const gtin = parts[item + 1];
  if (item < 0 || !gtin || !/^(\d{8}|\d{12,14})$/.test(gtin) || !hasValidCheckDigit(gtin)) return null;
  for (let i = item + 2; i + 1 < parts.length; i += 2) {
    const lot = parts[i + 1];
    if (parts[i] === '10' && lot && isLot(lot)) return { gtin: gtin14(gtin), lot };
  }
  return null;
}

function decodeOrNull(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    // URIError is how "not percent-encoded" is told; such a part is no part of ours.
    return null;
  }
}

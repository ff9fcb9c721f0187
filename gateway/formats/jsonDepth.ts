/** Deepest JSON taken. A native reading has 2 levels; anything near this is an attack, not a sensor. */
export const maxJsonDepth = 32;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Whether JSON text nests deeper than `limit`, told from its bytes alone and in one pass, so that a hostile payload is
 * refused before any parser sees it. Text that is no JSON may give either answer; the parser refuses it afterwards.
 */
export function isDeeperThan(limit: number, json: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (inString) {
      if (byte === backslash) i++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    // 0x5b "[", 0x7b "{", 0x5d "]", 0x7d "}"
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > limit) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}

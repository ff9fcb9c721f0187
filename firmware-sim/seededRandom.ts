/** A stream of pseudo-random numbers that is the same for the same seed. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Standard normal: mean 0, standard deviation 1. */
  normal(): number;
}

/**
 * Mixes numbers and words into 32 bits (FNV-1a over their text, then the murmur3 finaliser).
 * Used as a counter-based generator: what happens at an instant depends on the instant, never on how many numbers
 * were drawn before it, so that a node restarted in the middle goes on as if it had never stopped.
 */
export function hash32(...parts: readonly (number | string)[]): number {
  let h = 0x811c9dc5;
  for (const part of parts) {
    const text = `${part}|`;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform in [0, 1), fixed by its key. */
export function uniformAt(...key: readonly (number | string)[]): number {
  return hash32(...key) / 2 ** 32;
}

/** Standard normal, fixed by its key (Box-Muller). */
export function normalAt(...key: readonly (number | string)[]): number {
  // 1 - u lies in (0, 1], so the logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(...key, 'r')));
  return radius * Math.cos(2 * Math.PI * uniformAt(...key, 'a'));
}

/**
 * mulberry32, a small generator of 2^32 period by T. Ettinger (public domain).
 *
 * @param seed  any integer; only its low 32 bits count
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { next, normal };
}

import type { Treatment } from '../../models/contracts/batch.ts';

export type { Treatment } from '../../models/contracts/batch.ts';

/** In the order in which they are offered. */
export const treatments: readonly Treatment[] = [
  'none',
  'water-immersed',
  'turmeric-boiled',
  'vacuum',
  'packed-heated',
  'packed-heated-p90',
];

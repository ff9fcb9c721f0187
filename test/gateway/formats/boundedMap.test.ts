import { expect, it } from 'vitest';
import { BoundedMap } from '../../../gateway/formats/boundedMap.ts';

it('BoundedMap holds no more than its limit and forgets what was written longest ago', () => {
  const map = new BoundedMap<string, number>(3);
  for (const [index, key] of ['a', 'b', 'c', 'a', 'd'].entries()) map.set(key, index);
  expect(map.size).toBe(3);
  expect(['a', 'b', 'c', 'd'].map(key => map.get(key))).toEqual([3, undefined, 2, 4]);
});

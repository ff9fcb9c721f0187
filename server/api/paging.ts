import { z } from 'zod';
import { ApiError } from '../errors.ts';

const limitRule = 'must be a whole number from 1 to 1000';

/** A whole number in a query string. */
export function countQuery(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z
    .string({ error: rule })
    .regex(/^\d{1,7}$/, { error: rule })
    .transform(Number)
    .refine(n => n >= min && n <= max, { error: rule });
}

export const pageQuery = {
  limit: countQuery(1, 1000).default(100).describe(`How many; ${limitRule}`),
  cursor: z.string().max(512).optional().describe('nextCursor of the page before'),
};

export function page<T extends z.ZodType, Name extends string>(name: Name, item: T) {
  return z.object({ [name]: z.array(item), nextCursor: z.string().nullable() });
}

/**
 * One page from one item more than asked for: that one says whether there is a next page.
 *
 * @param place  where in the list an item stands; comes back through `readCursor`
 */
export function toPage<T>(found: readonly T[], limit: number, place: (item: T) => unknown) {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const nextCursor =
    found.length > limit && last !== undefined
      ? Buffer.from(JSON.stringify(place(last))).toString('base64url')
      : null;
  return { items, nextCursor };
}

/** @throws {ApiError} request.invalid for a cursor we did not give out */
export function readCursor<T extends z.ZodType>(
  cursor: string | undefined,
  schema: T,
): z.output<T> | undefined {
  if (cursor === undefined) return undefined;
  const fault = { field: 'cursor', value: cursor, allowed: 'must be the nextCursor of a page of this list' };
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: as wrong as JSON of another list, and answered alike.
  }
  throw new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
}

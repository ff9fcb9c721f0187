import type { z } from 'zod';
import { ApiError, type FieldFault } from '../errors.ts';

const longestValue = 200;

/** Nobody reads more of them, and a body of thousands of wrong rows would make an answer of megabytes. */
const mostFaults = 100;

/**
 * Checks what came from outside against its schema.
 *
 * @throws {ApiError} request.invalid naming every field that is wrong, its value and what is allowed
 */
export function validate(schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, mostFaults).flatMap(issue => toFaults(issue, input, schema));
  const detail = faults.map(f => `${f.field} ${f.allowed}`).join('; ');
  throw new ApiError('request.invalid', detail, faults);
}

function toFaults(issue: z.core.$ZodIssue, input: unknown, schema: z.ZodType): FieldFault[] {
  // Of several shapes of a body the one that comes nearest was meant: its faults are the answer.
  if (issue.code === 'invalid_union' && issue.path.length === 0) {
    const nearest = issue.errors.toSorted((a, b) => faultCount(a) - faultCount(b))[0];
    if (nearest?.length) return nearest.flatMap(inner => toFaults(inner, input, schema));
  }
  if (issue.code === 'unrecognized_keys') {
    const known = 'shape' in schema ? Object.keys(schema.shape as object).join(', ') : '';
    return issue.keys.map(key => ({
      field: [...issue.path, key].join('.'),
      value: show(valueAt(input, [...issue.path, key])),
      allowed: issue.path.length === 0 && known !== '' ? `is unknown; known are ${known}` : 'is unknown',
    }));
  }
  const value = valueAt(input, issue.path);
  const missing = value === undefined && issue.path.length > 0;
  const field = issue.path.length === 0 ? 'body' : issue.path.join('.');
  return [{ field, value: show(value), allowed: missing ? `is required: ${issue.message}` : issue.message }];
}

const faultCount = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<PropertyKey, unknown>)[key];
  }, input);
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  return (JSON.stringify(value) ?? String(value)).slice(0, longestValue);
}

import { z } from 'zod';
import { instantSchema, temperatureRangeC } from '../../models/contracts/reading.ts';
import { ApiError } from '../errors.ts';

/** A point in time in a query string: ISO-8601 with offset, or epoch milliseconds. */
export const instantQuery = z
  .string()
  .transform(text => (/^-?\d{1,16}$/.test(text) ? Number(text) : text))
  .pipe(instantSchema);

/** @throws {ApiError} request.invalid when the span is empty */
export function requireSpan(from: number, to: number): void {
  if (to > from) return;
  const fault = { field: 'to', value: new Date(to).toISOString(), allowed: 'must be later than from' };
  throw new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
}

const temperatureRule = 'must be a number from -40 to 60 degrees Celsius';

/** The temperatures a batch may be assumed to be kept at. */
export const assumedTemperatureSchema = z
  .number({ error: temperatureRule })
  .min(-40, { error: temperatureRule })
  .max(60, { error: temperatureRule });

const temperatureText = (rule: string) =>
  z
    .string({ error: rule })
    .regex(/^-?\d{1,3}(\.\d{1,9})?$/, { error: rule })
    .transform(Number);

export const temperatureQuery = temperatureText(temperatureRule).pipe(assumedTemperatureSchema);

const { min, max } = temperatureRangeC;
const levelRule = `must be a number from ${min} to ${max} degrees Celsius`;

/** A temperature that readings are held against. */
export const levelQuery = temperatureText(levelRule).pipe(
  z.number().min(min, { error: levelRule }).max(max, { error: levelRule }),
);

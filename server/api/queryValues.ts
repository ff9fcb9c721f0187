import { z } from 'zod';
import { instantSchema } from '../../models/contracts/reading.ts';

/** A point in time in a query string: ISO-8601 with offset, or epoch milliseconds. */
export const instantQuery = z
  .string()
  .transform(text => (/^-?\d{1,16}$/.test(text) ? Number(text) : text))
  .pipe(instantSchema);

const temperatureRule = 'must be a number from -40 to 60 degrees Celsius';

/** The temperatures a batch may be assumed to be kept at. */
export const assumedTemperatureSchema = z
  .number({ error: temperatureRule })
  .min(-40, { error: temperatureRule })
  .max(60, { error: temperatureRule });

export const temperatureQuery = z
  .string()
  .regex(/^-?\d{1,3}(\.\d{1,9})?$/, { error: temperatureRule })
  .transform(Number)
  .pipe(assumedTemperatureSchema);

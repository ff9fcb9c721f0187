import { z } from 'zod';
import { mainProbe, nodeIdSchema, probeSchema } from './ids.ts';

/** Largest publish taken, in bytes; and the most readings in one. */
export const maxPublishBytes = 64 * 1024;
export const maxReadingsPerPublish = 500;

/** Outside this span a value is no air or product temperature of a kitchen, truck or fridge. */
export const temperatureRangeC = { min: -40, max: 85 } as const;

const bounded = (min: number, max: number, unit: string) =>
  z
    .number({ error: `must be a number from ${min} to ${max} ${unit}` })
    .min(min, { error: `must be from ${min} to ${max} ${unit}` })
    .max(max, { error: `must be from ${min} to ${max} ${unit}` });

const instantRule = 'must be ISO-8601 with an offset (2026-11-24T03:00:00Z) or epoch milliseconds';

/** A point in time on the wire: ISO-8601 with offset, or epoch milliseconds. Yields epoch milliseconds. */
export const instantSchema = z
  .union(
    [
      z.iso.datetime({ offset: true, error: instantRule }),
      z.number({ error: instantRule }).int({ error: instantRule }),
    ],
    { error: instantRule },
  )
  .transform((value, context) => {
    const epochMs = typeof value === 'number' ? value : Date.parse(value);
    // Date can hold +-8.64e15 ms; anything else is no instant and would print as "Invalid Date" later.
    if (Number.isFinite(epochMs) && Math.abs(epochMs) <= 8.64e15) return epochMs;
    context.addIssue({ code: 'custom', message: instantRule });
    return z.NEVER;
  });

/**
 * One native reading as a node publishes it. `null` means "no value", as if the field were left out; it is never 0.
 * Unknown fields are dropped: firmware may add its own.
 */
export const readingWireSchema = z
  .object({
    probe: probeSchema.default(mainProbe),
    measuredAt: instantSchema.nullish(),
    temperatureC: bounded(temperatureRangeC.min, temperatureRangeC.max, 'degrees Celsius').nullish(),
    humidityPct: bounded(0, 100, '%').nullish(),
    batteryPct: bounded(0, 100, '%').nullish(),
    sequence: z
      .number({ error: 'must be a whole number, 0 or greater' })
      .int({ error: 'must be a whole number, 0 or greater' })
      .min(0, { error: 'must be a whole number, 0 or greater' })
      .nullish(),
  })
  .refine(r => r.temperatureC != null || r.humidityPct != null, {
    error: 'temperatureC or humidityPct is required',
    path: ['temperatureC'],
  });

/** Where the time of a reading comes from: the node's clock, or (missing or impossible there) its arrival here. */
export type TimeSource = 'device' | 'arrival';

/**
 * Whether a value may be used. `suspect` values (a sensor's power-on value, say) are kept and shown, but never age
 * a batch and never page anyone.
 */
export type Quality = 'good' | 'suspect';

/**
 * An accepted reading. Key: (nodeId, probe, measuredAt). Times are epoch milliseconds; `null` means not reported.
 */
export interface Reading {
  readonly nodeId: string;
  readonly probe: string;
  readonly measuredAt: number;
  readonly receivedAt: number;
  readonly timeSource: TimeSource;
  readonly temperatureC: number | null;
  readonly humidityPct: number | null;
  readonly batteryPct: number | null;
  readonly sequence: number | null;
  readonly quality: Quality;
}

/** A reading as the HTTP API and the live stream show it. */
export const readingViewSchema = z.object({
  nodeId: nodeIdSchema,
  probe: probeSchema,
  measuredAt: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  timeSource: z.enum(['device', 'arrival']),
  /** With the offset of its calibration. */
  temperatureC: z.number().nullable(),
  /** As the probe said it. */
  rawTemperatureC: z.number().nullable(),
  humidityPct: z.number().nullable(),
  batteryPct: z.number().nullable(),
  sequence: z.number().int().nullable(),
  quality: z.enum(['good', 'suspect']),
});
export type ReadingView = z.infer<typeof readingViewSchema>;

/** @param temperatureC  with the offset of its calibration; left out, the probe has none */
export function toReadingView(reading: Reading, temperatureC = reading.temperatureC): ReadingView {
  return {
    ...reading,
    measuredAt: new Date(reading.measuredAt).toISOString(),
    receivedAt: new Date(reading.receivedAt).toISOString(),
    temperatureC,
    rawTemperatureC: reading.temperatureC,
  };
}

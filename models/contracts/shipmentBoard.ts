import { z } from 'zod';
import {
  legViewSchema,
  shipmentLineViewSchema,
  shipmentSummarySchema,
  shipmentViewSchema,
} from './shipment.ts';

/** The last hours of the sensors that travel with a batch: the warmest of each span, so that no peak is lost. */
export const recentTemperatureSchema = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** One a span, all of the same length; null where nothing was measured. */
  warmestC: z.array(z.number().nullable()),
  /** Above this the batch loses life faster than planned. */
  limitC: z.number(),
});
export type RecentTemperature = z.infer<typeof recentTemperatureSchema>;

export const boardLineSchema = shipmentLineViewSchema.extend({ recent: recentTemperatureSchema });
export type BoardLine = z.infer<typeof boardLineSchema>;

export const boardShipmentSchema = shipmentSummarySchema
  .omit({ batchIds: true })
  .extend({ legs: z.array(legViewSchema), lines: z.array(boardLineSchema) });
export type BoardShipment = z.infer<typeof boardShipmentSchema>;

/** All that is planned or on its way, own and shared, with every line: what a board shows. */
export const shipmentBoardSchema = z.object({
  asOf: z.iso.datetime(),
  /** The first to arrive first. */
  shipments: z.array(boardShipmentSchema),
  /** Shipments not weighed because there are more than can be at once: those that arrive last. */
  leftOut: z.number().int(),
});
export type ShipmentBoard = z.infer<typeof shipmentBoardSchema>;

/** What a shipment would arrive with, were it planned so. */
export const shipmentPreviewSchema = shipmentViewSchema.pick({
  asOf: true,
  departsAt: true,
  arrivesAt: true,
  verdict: true,
  totals: true,
  legs: true,
  lines: true,
  latestSafeDepartureAt: true,
  advice: true,
});
export type ShipmentPreview = z.infer<typeof shipmentPreviewSchema>;

/** What somebody who holds a link to a shipment may read: as its receiver, without telephone numbers. */
export const linkedShipmentSchema = z.object({
  organisationName: z.string(),
  timeZone: z.string(),
  expiresAt: z.iso.datetime(),
  shipment: shipmentViewSchema,
});
export type LinkedShipment = z.infer<typeof linkedShipmentSchema>;

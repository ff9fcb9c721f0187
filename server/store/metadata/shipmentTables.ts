import type { z } from 'zod';
import type { acceptedSchema, Cooling } from '../../../models/contracts/newShipment.ts';
import type { custodyKindSchema } from '../../../models/contracts/shipment.ts';

/** Batches moving together, leg by leg, and from whose hands into whose. */
export interface ShipmentTables {
  shipments: {
    org_id: string;
    shipment_id: string;
    name: string | null;
    need_h: number | null;
    kept_at_c: number | null;
    receiver_org_id: string | null;
    created_at: number;
    created_by: string;
    /** Planned departure of the first leg: what lists are ordered by. */
    departs_at: number;
    departed_at: number | null;
    arrived_at: number | null;
    received_by: string | null;
    accepted: z.infer<typeof acceptedSchema> | null;
    arrival_note: string | null;
    arrival_temperature_c: number | null;
    cancelled_at: number | null;
    cancel_reason: string | null;
  };
  shipment_legs: {
    org_id: string;
    shipment_id: string;
    /** From 1. */
    leg: number;
    from_name: string;
    to_name: string;
    from_place_id: string | null;
    to_place_id: string | null;
    vehicle: string | null;
    vehicle_place_id: string | null;
    driver_phone: string | null;
    departs_at: number;
    arrives_at: number;
    cooling: Cooling | null;
    temperature_c: number | null;
    departed_at: number | null;
    arrived_at: number | null;
  };
  shipment_lines: {
    org_id: string;
    shipment_id: string;
    line: number;
    batch_id: string;
    quantity: number | null;
    unit_price_idr: number | null;
    crate: string | null;
    /** What was promised of it at departure and what came, frozen: hours of life on arrival. */
    promised_at: number | null;
    promised_p05_h: number | null;
    promised_median_h: number | null;
    promised_p95_h: number | null;
    arrived_p05_h: number | null;
    arrived_median_h: number | null;
    arrived_p95_h: number | null;
  };
  /** Only ever added to. */
  shipment_custody: {
    custody_id: string;
    org_id: string;
    shipment_id: string;
    kind: z.infer<typeof custodyKindSchema>;
    leg: number | null;
    at: number;
    by_name: string | null;
    received_by: string | null;
    note: string | null;
    recorded_at: number;
    recorded_by: string;
  };
}

export const shipmentMigration = `
  CREATE TABLE shipments (
    org_id TEXT NOT NULL REFERENCES organisations, shipment_id TEXT NOT NULL, name TEXT, need_h REAL, kept_at_c REAL,
    receiver_org_id TEXT, created_at INTEGER NOT NULL, created_by TEXT NOT NULL, departs_at INTEGER NOT NULL,
    departed_at INTEGER, arrived_at INTEGER, received_by TEXT, accepted TEXT, arrival_note TEXT,
    arrival_temperature_c REAL, cancelled_at INTEGER, cancel_reason TEXT, PRIMARY KEY (org_id, shipment_id)) STRICT;
  CREATE INDEX shipments_newest_first ON shipments (org_id, departs_at, shipment_id);
  CREATE TABLE shipment_legs (
    org_id TEXT NOT NULL, shipment_id TEXT NOT NULL, leg INTEGER NOT NULL, from_name TEXT NOT NULL,
    to_name TEXT NOT NULL, from_place_id TEXT, to_place_id TEXT, vehicle TEXT, vehicle_place_id TEXT, driver_phone TEXT,
    departs_at INTEGER NOT NULL, arrives_at INTEGER NOT NULL, cooling TEXT, temperature_c REAL, departed_at INTEGER,
    arrived_at INTEGER, PRIMARY KEY (org_id, shipment_id, leg),
    FOREIGN KEY (org_id, shipment_id) REFERENCES shipments) STRICT;
  CREATE TABLE shipment_lines (
    org_id TEXT NOT NULL, shipment_id TEXT NOT NULL, line INTEGER NOT NULL, batch_id TEXT NOT NULL, quantity REAL,
    unit_price_idr REAL, crate TEXT, promised_at INTEGER, promised_p05_h REAL, promised_median_h REAL,
    promised_p95_h REAL, arrived_p05_h REAL, arrived_median_h REAL, arrived_p95_h REAL,
    PRIMARY KEY (org_id, shipment_id, line), FOREIGN KEY (org_id, shipment_id) REFERENCES shipments,
    FOREIGN KEY (org_id, batch_id) REFERENCES batches) STRICT;
  CREATE INDEX shipment_lines_of_batch ON shipment_lines (org_id, batch_id);
  CREATE TABLE shipment_custody (
    custody_id TEXT PRIMARY KEY, org_id TEXT NOT NULL, shipment_id TEXT NOT NULL, kind TEXT NOT NULL, leg INTEGER,
    at INTEGER NOT NULL, by_name TEXT, received_by TEXT, note TEXT, recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL, FOREIGN KEY (org_id, shipment_id) REFERENCES shipments) STRICT;
  CREATE INDEX custody_of_shipment ON shipment_custody (org_id, shipment_id, recorded_at);`;

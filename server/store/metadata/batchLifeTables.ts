import type { ObservationSource, Verdict } from '../../../models/contracts/observation.ts';
import type { PlaceKind } from '../../../models/contracts/place.ts';

/** Tables of what happens to a batch in its life; more columns of batches, products and placements are in `database.ts`. */
export interface BatchLifeTables {
  places: { org_id: string; place_id: string; name: string; kind: PlaceKind; created_at: number };
  /** Which batch was made from which, by splitting or joining; before `at` the child was where its parent was. */
  lineage: { org_id: string; child_id: string; parent_id: string; at: number };
  observations: {
    observation_id: string;
    org_id: string;
    batch_id: string;
    kind: 'count' | 'verdict';
    at: number;
    recorded_at: number;
    recorded_by: string;
    source: ObservationSource;
    log10_cfu_per_g: number | null;
    below_log10: number | null;
    sd_log10: number | null;
    method: string | null;
    lab_name: string | null;
    verdict: Verdict | null;
    /** Of a buyer: what tells devices apart and says nothing else about them. */
    device_key: string | null;
  };
}

export const batchLifeMigration = `
  ALTER TABLE products ADD COLUMN variant TEXT NOT NULL DEFAULT 'other';
  ALTER TABLE products ADD COLUMN unit TEXT;
  ALTER TABLE products ADD COLUMN need_h REAL;
  ALTER TABLE products ADD COLUMN unit_price_idr REAL;
  ALTER TABLE products ADD COLUMN gtin TEXT;
  UPDATE products SET variant = 'takwa' WHERE product_id IN ('takwa', 'takwa-vakum');
  UPDATE products SET variant = 'putih' WHERE product_id IN ('putih', 'putih-kemasan');
  UPDATE products SET variant = 'pong' WHERE product_id = 'pong';
  ALTER TABLE batches ADD COLUMN discarded_at INTEGER;
  ALTER TABLE batches ADD COLUMN discard_reason TEXT;
  ALTER TABLE batches ADD COLUMN discard_note TEXT;
  ALTER TABLE batches ADD COLUMN divided_at INTEGER;
  ALTER TABLE placements ADD COLUMN position TEXT NOT NULL DEFAULT 'main';
  CREATE TABLE places (
    org_id TEXT NOT NULL REFERENCES organisations, place_id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    created_at INTEGER NOT NULL, PRIMARY KEY (org_id, place_id)) STRICT;
  CREATE TABLE lineage (
    org_id TEXT NOT NULL, child_id TEXT NOT NULL, parent_id TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (org_id, child_id, parent_id), FOREIGN KEY (org_id, child_id) REFERENCES batches,
    FOREIGN KEY (org_id, parent_id) REFERENCES batches) STRICT;
  CREATE INDEX lineage_of_parent ON lineage (org_id, parent_id);
  CREATE TABLE observations (
    observation_id TEXT PRIMARY KEY, org_id TEXT NOT NULL, batch_id TEXT NOT NULL, kind TEXT NOT NULL,
    at INTEGER NOT NULL, recorded_at INTEGER NOT NULL, recorded_by TEXT NOT NULL, source TEXT NOT NULL,
    log10_cfu_per_g REAL, below_log10 REAL, sd_log10 REAL, method TEXT, lab_name TEXT, verdict TEXT, device_key TEXT,
    FOREIGN KEY (org_id, batch_id) REFERENCES batches) STRICT;
  CREATE INDEX observations_of_batch ON observations (org_id, batch_id, at, observation_id);
  CREATE INDEX observations_in_time ON observations (org_id, at, observation_id);`;

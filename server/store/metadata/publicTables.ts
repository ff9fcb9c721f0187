/** What is told to people outside: codes on labels, and what partners report by EPCIS. */
export interface PublicTables {
  /** Codes on labels. Without a batch: set aside for labels that are printed before the batch is recorded. */
  public_codes: {
    code: string;
    org_id: string;
    batch_id: string | null;
    created_at: number;
    created_by: string;
    bound_at: number | null;
    /** Since when the page behind it is closed. */
    revoked_at: number | null;
  };
  /** Events that partners sent, as they came. Only ever added to. */
  epcis_events: {
    org_id: string;
    event_id: string;
    batch_id: string;
    shipment_id: string | null;
    biz_step: string;
    at: number;
    recorded_at: number;
    recorded_by: string;
    /** JSON. */
    event: string;
  };
}

export const publicMigration = `
  CREATE TABLE public_codes (
    code TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, batch_id TEXT, created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL, bound_at INTEGER, revoked_at INTEGER,
    FOREIGN KEY (org_id, batch_id) REFERENCES batches) STRICT;
  CREATE INDEX public_codes_of_batch ON public_codes (org_id, batch_id, bound_at);
  CREATE TABLE epcis_events (
    org_id TEXT NOT NULL REFERENCES organisations, event_id TEXT NOT NULL, batch_id TEXT NOT NULL, shipment_id TEXT,
    biz_step TEXT NOT NULL, at INTEGER NOT NULL, recorded_at INTEGER NOT NULL, recorded_by TEXT NOT NULL,
    event TEXT NOT NULL, PRIMARY KEY (org_id, event_id, batch_id),
    FOREIGN KEY (org_id, batch_id) REFERENCES batches) STRICT;
  CREATE INDEX epcis_events_of_batch ON epcis_events (org_id, batch_id, at);`;

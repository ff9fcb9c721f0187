/** The servers on one database. Of no firm: they serve all. */
export interface FleetTables {
  servers: {
    server_id: string;
    /** Of its process. */
    run: string;
    started_at: number;
    /** Its last sign of life, by the clock of the database. */
    heartbeat_at: number;
    /** When it said goodbye. */
    stopped_at: number | null;
  };
}

export const fleetMigration = `
  CREATE TABLE servers (
    server_id TEXT PRIMARY KEY, run TEXT NOT NULL, started_at INTEGER NOT NULL, heartbeat_at INTEGER NOT NULL,
    stopped_at INTEGER) STRICT;`;

/**
 * What is numbered by positions of a journal says of which: each server has its own. What was there before is of the
 * journal '', until the server whose journal it was says so. And who does a piece of work.
 */
export const journalIdentityMigration = `
  CREATE TABLE quarantine_of_journals (
    journal TEXT NOT NULL, position INTEGER NOT NULL, item INTEGER NOT NULL, org_id TEXT, node_id TEXT NOT NULL,
    topic TEXT NOT NULL, received_at INTEGER NOT NULL, code TEXT NOT NULL, rejection TEXT NOT NULL,
    payload_head TEXT NOT NULL, payload_bytes INTEGER NOT NULL, resolved_at INTEGER, resolution TEXT,
    PRIMARY KEY (journal, position, item)) STRICT;
  INSERT INTO quarantine_of_journals
    SELECT '', position, item, org_id, node_id, topic, received_at, code, rejection, payload_head, payload_bytes,
      resolved_at, resolution FROM quarantine;
  DROP TABLE quarantine;
  ALTER TABLE quarantine_of_journals RENAME TO quarantine;
  CREATE INDEX quarantine_newest_first ON quarantine (org_id, received_at, journal, position, item);
  CREATE INDEX quarantine_oldest_first ON quarantine (received_at, journal, position, item);
  ALTER TABLE found_devices ADD COLUMN counted_by TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE fits ADD COLUMN claimed_by TEXT;
  ALTER TABLE parameter_reruns ADD COLUMN claimed_by TEXT;`;

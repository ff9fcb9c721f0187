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

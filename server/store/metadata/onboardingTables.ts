import type { Generated } from 'kysely';

/** Tables of what joins a firm's sensors to it: bridges, the devices found behind them, claim codes, offsets. */
export interface OnboardingTables {
  bridges: {
    bridge_id: string;
    org_id: string;
    name: string;
    /** A JSON list. */
    topic_prefixes: string;
    time_zone: string | null;
    secret_hash: string;
    created_at: number;
  };
  found_devices: {
    found_device_id: string;
    org_id: string;
    bridge_id: string;
    family: string;
    device_id: string;
    state: 'found' | 'claimed' | 'ignored';
    /** Of a claimed device. */
    node_id: string | null;
    found_at: number;
    last_seen_at: number;
    /** Messages with readings in them, up to journal position `counted_through`. */
    message_count: number;
    counted_through: number;
    /** The same of every server, as JSON by its id; `counted_through` is of a journal without one. */
    counted_by: string;
    /** The last value of each channel and metric, as a JSON list. */
    latest: string;
    is_available: number | null;
    is_battery_low: number | null;
    battery_pct: number | null;
    /** The last sensor fault it told of, as JSON. */
    last_fault: string | null;
  };
  found_readings: {
    found_device_id: string;
    probe: string;
    measured_at: number;
    received_at: number;
    time_replaced: number;
    temperature_c: number | null;
    humidity_pct: number | null;
    battery_pct: number | null;
    suspect: number;
  };
  claim_codes: {
    code_hash: string;
    org_id: string;
    node_id: string;
    name: string;
    place_id: string | null;
    report_every_s: number | null;
    /** 1: for a new device of a node that is there already. */
    replaces: number;
    created_at: number;
    created_by: string;
    expires_at: number;
    used_at: number | null;
    hardware_id: string | null;
  };
  offsets: {
    offset_id: Generated<number>;
    org_id: string;
    node_id: string;
    probe: string;
    temperature_offset_c: number;
    from_at: number;
    calibration_due_at: number | null;
    note: string | null;
    created_at: number;
    created_by: string;
  };
}

export const onboardingMigration = `
  CREATE TABLE bridges (
    bridge_id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, name TEXT NOT NULL,
    topic_prefixes TEXT NOT NULL, time_zone TEXT, secret_hash TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
  CREATE INDEX bridges_of_organisation ON bridges (org_id, bridge_id);
  CREATE TABLE found_devices (
    found_device_id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations,
    bridge_id TEXT NOT NULL REFERENCES bridges, family TEXT NOT NULL, device_id TEXT NOT NULL, state TEXT NOT NULL,
    node_id TEXT REFERENCES nodes, found_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL,
    message_count INTEGER NOT NULL, counted_through INTEGER NOT NULL, latest TEXT NOT NULL, is_available INTEGER,
    is_battery_low INTEGER, battery_pct REAL, last_fault TEXT, UNIQUE (bridge_id, family, device_id)) STRICT;
  CREATE INDEX found_devices_of_organisation ON found_devices (org_id, state, found_at, found_device_id);
  CREATE UNIQUE INDEX found_device_of_node ON found_devices (node_id) WHERE node_id IS NOT NULL;
  CREATE TABLE found_readings (
    found_device_id TEXT NOT NULL REFERENCES found_devices ON DELETE CASCADE, probe TEXT NOT NULL,
    measured_at INTEGER NOT NULL, received_at INTEGER NOT NULL, time_replaced INTEGER NOT NULL, temperature_c REAL,
    humidity_pct REAL, battery_pct REAL, suspect INTEGER NOT NULL,
    PRIMARY KEY (found_device_id, probe, measured_at)) STRICT, WITHOUT ROWID;
  CREATE TABLE claim_codes (
    code_hash TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, node_id TEXT NOT NULL,
    name TEXT NOT NULL, place_id TEXT, report_every_s INTEGER, replaces INTEGER NOT NULL, created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER, hardware_id TEXT) STRICT;
  CREATE INDEX claim_codes_of_node ON claim_codes (node_id);
  CREATE TABLE offsets (
    offset_id INTEGER PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, node_id TEXT NOT NULL REFERENCES nodes,
    probe TEXT NOT NULL, temperature_offset_c REAL NOT NULL, from_at INTEGER NOT NULL, calibration_due_at INTEGER,
    note TEXT, created_at INTEGER NOT NULL, created_by TEXT NOT NULL) STRICT;
  CREATE INDEX offsets_of_node ON offsets (node_id, probe, from_at);
  ALTER TABLE quarantine ADD COLUMN resolved_at INTEGER;
  ALTER TABLE quarantine ADD COLUMN resolution TEXT;`;

import type { Migration } from '../migration.ts';
import { alertMigration } from './alertTables.ts';
import { auditChainMigration } from './auditTables.ts';
import { batchLifeMigration } from './batchLifeTables.ts';
import { brokerSessionMigration } from './brokerSessions.ts';
import { contactMigration } from './contactTables.ts';
import { experimentMigration } from './experimentTables.ts';
import { fitMigration } from './fitTables.ts';
import { fleetMigration, journalIdentityMigration } from './fleetTables.ts';
import { onboardingMigration } from './onboardingTables.ts';
import { parameterSetMigration } from './parameterSetTables.ts';
import { peopleMigration } from './peopleTables.ts';
import { publicMigration } from './publicTables.ts';
import { shipmentMigration } from './shipmentTables.ts';

/**
 * Statements that bring the database from version `i` to `i + 1`; only ever appended to. Written once, for SQLite, in
 * what `postgresSql` can translate: see README.md.
 */
export const metadataMigrations: readonly Migration[] = [
  `CREATE TABLE organisations (
     org_id TEXT PRIMARY KEY, name TEXT NOT NULL, time_zone TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
   CREATE TABLE memberships (
     user_id TEXT NOT NULL, org_id TEXT NOT NULL REFERENCES organisations, role TEXT NOT NULL,
     created_at INTEGER NOT NULL, PRIMARY KEY (user_id, org_id)) STRICT;
   CREATE TABLE tokens (
     token_hash TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, role TEXT NOT NULL,
     name TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
   CREATE TABLE nodes (
     node_id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, name TEXT NOT NULL, place_id TEXT,
     report_every_s INTEGER, secret_hash TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
   CREATE INDEX nodes_of_organisation ON nodes (org_id, node_id);
   CREATE TABLE products (
     org_id TEXT NOT NULL REFERENCES organisations, product_id TEXT NOT NULL, name TEXT NOT NULL,
     treatment TEXT NOT NULL, storage TEXT NOT NULL, PRIMARY KEY (org_id, product_id)) STRICT;
   CREATE TABLE batches (
     org_id TEXT NOT NULL REFERENCES organisations, batch_id TEXT NOT NULL, name TEXT NOT NULL,
     product_id TEXT NOT NULL, produced_at INTEGER NOT NULL, quantity_amount REAL, quantity_unit TEXT,
     treatment TEXT NOT NULL, storage TEXT, sold_out_at INTEGER, created_at INTEGER NOT NULL,
     PRIMARY KEY (org_id, batch_id)) STRICT;
   CREATE INDEX batches_newest_first ON batches (org_id, produced_at, batch_id);
   CREATE TABLE placements (
     placement_id TEXT PRIMARY KEY, org_id TEXT NOT NULL, batch_id TEXT NOT NULL,
     node_id TEXT NOT NULL REFERENCES nodes, probe TEXT NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER,
     FOREIGN KEY (org_id, batch_id) REFERENCES batches) STRICT;
   CREATE INDEX placements_of_batch ON placements (org_id, batch_id, from_at);
   CREATE INDEX placements_of_node ON placements (node_id);
   CREATE TABLE quarantine (
     position INTEGER NOT NULL, item INTEGER NOT NULL, org_id TEXT, node_id TEXT NOT NULL, topic TEXT NOT NULL,
     received_at INTEGER NOT NULL, code TEXT NOT NULL, rejection TEXT NOT NULL, payload_head TEXT NOT NULL,
     payload_bytes INTEGER NOT NULL, PRIMARY KEY (position, item)) STRICT;
   CREATE INDEX quarantine_of_organisation ON quarantine (org_id, position, item);
   CREATE TABLE quarantine_dropped (one INTEGER PRIMARY KEY CHECK (one = 1), dropped INTEGER NOT NULL) STRICT;
   INSERT INTO quarantine_dropped VALUES (1, 0);
   CREATE TABLE audit (
     audit_id INTEGER PRIMARY KEY, at INTEGER NOT NULL, org_id TEXT, actor TEXT NOT NULL, action TEXT NOT NULL,
     subject TEXT NOT NULL, detail TEXT NOT NULL) STRICT;`,
  `CREATE TABLE edge_gateways (
     gateway_id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, name TEXT NOT NULL,
     secret_hash TEXT NOT NULL, created_at INTEGER NOT NULL, last_seen_at INTEGER, status TEXT) STRICT;
   CREATE INDEX edge_gateways_of_organisation ON edge_gateways (org_id, gateway_id);`,
  onboardingMigration,
  contactMigration,
  batchLifeMigration,
  peopleMigration,
  alertMigration,
  shipmentMigration,
  publicMigration,
  auditChainMigration,
  experimentMigration,
  parameterSetMigration,
  fitMigration,
  fleetMigration,
  brokerSessionMigration,
  journalIdentityMigration,
];

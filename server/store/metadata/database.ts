import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Generated,
  Kysely,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';
import type { Storage, Treatment } from '../../../models/contracts/batch.ts';
import type { Role } from '../../../models/contracts/people.ts';
import { openSqlite } from '../openSqlite.ts';
import { type OnboardingTables, onboardingMigration } from './onboardingTables.ts';

/** Times are epoch milliseconds. Every table of a firm carries its `org_id`, and every query names it. */
export interface MetadataTables extends OnboardingTables {
  organisations: { org_id: string; name: string; time_zone: string; created_at: number };
  memberships: { user_id: string; org_id: string; role: Role; created_at: number };
  tokens: { token_hash: string; org_id: string; role: Role; name: string; created_at: number };
  nodes: {
    node_id: string;
    org_id: string;
    name: string;
    place_id: string | null;
    report_every_s: number | null;
    secret_hash: string;
    created_at: number;
  };
  products: { org_id: string; product_id: string; name: string; treatment: Treatment; storage: Storage };
  batches: {
    org_id: string;
    batch_id: string;
    name: string;
    product_id: string;
    produced_at: number;
    quantity_amount: number | null;
    quantity_unit: string | null;
    treatment: Treatment;
    storage: Storage | null;
    sold_out_at: number | null;
    created_at: number;
  };
  placements: {
    placement_id: string;
    org_id: string;
    batch_id: string;
    node_id: string;
    probe: string;
    from_at: number;
    to_at: number | null;
  };
  quarantine: {
    position: number;
    item: number;
    org_id: string | null;
    node_id: string;
    topic: string;
    received_at: number;
    code: string;
    rejection: string;
    payload_head: string;
    payload_bytes: number;
    /** When a person released or discarded it. It is kept all the same, so that a record that comes again is known. */
    resolved_at: number | null;
    resolution: string | null;
  };
  quarantine_dropped: { one: number; dropped: number };
  edge_gateways: {
    gateway_id: string;
    org_id: string;
    name: string;
    secret_hash: string;
    created_at: number;
    last_seen_at: number | null;
    /** What it last told of itself, as JSON. */
    status: string | null;
  };
  audit: {
    audit_id: Generated<number>;
    at: number;
    org_id: string | null;
    actor: string;
    action: string;
    subject: string;
    detail: string;
  };
}

export type MetadataDb = Kysely<MetadataTables>;

const migrations = [
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
];

export interface Metadata {
  readonly db: MetadataDb;
  close(): Promise<void>;
}

/**
 * Opens the file of everything but readings. Every commit waits for the disk (`synchronous = FULL`): these writes are
 * rare, and nobody sends them again. Other processes (`tahan node add`) may write to it at the same time.
 *
 * @throws {StoreUnavailable} when the file cannot be opened or is of a newer release
 */
export function openMetadata(path: string): Metadata {
  const database = openSqlite(path, { synchronous: 'FULL', migrations });
  const db = new Kysely<MetadataTables>({
    dialect: new WritersFirstDialect({
      database: { prepare: sql => toKyselyStatement(database, sql), close: () => database.close() },
    }),
  });
  return {
    db,
    async close() {
      await db.destroy();
      // Kysely closes the file only if a query ever ran.
      if (database.isOpen) database.close();
    },
  };
}

/**
 * Transactions take the write lock at their beginning. One that reads first and writes later would fail, and not wait,
 * whenever another process has written in between.
 */
class WritersFirstDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): SqliteDriver {
    return new WritersFirstDriver(this.#config);
  }
}

class WritersFirstDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** node:sqlite in the words of the driver that Kysely was made for. */
function toKyselyStatement(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql);
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: parameters => statement.all(...values(parameters)),
    run: parameters => statement.run(...values(parameters)),
    iterate: parameters => statement.iterate(...values(parameters)),
  };
}

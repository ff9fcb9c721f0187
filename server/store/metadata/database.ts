import type { Generated, Kysely } from 'kysely';
import type { DiscardReason, Storage, Treatment, Variant } from '../../../models/contracts/batch.ts';
import { type Config, dataLayout } from '../../config.ts';
import type { AlertTables } from './alertTables.ts';
import type { AuditTables } from './auditTables.ts';
import type { BatchLifeTables } from './batchLifeTables.ts';
import type { BrokerSessionTables } from './brokerSessions.ts';
import type { ContactTables } from './contactTables.ts';
import type { ExperimentTables } from './experimentTables.ts';
import type { FitTables } from './fitTables.ts';
import type { FleetTables } from './fleetTables.ts';
import type { OnboardingTables } from './onboardingTables.ts';
import type { ParameterSetTables } from './parameterSetTables.ts';
import type { PeopleTables } from './peopleTables.ts';

import type { PublicTables } from './publicTables.ts';
import type { ShipmentTables } from './shipmentTables.ts';
/** Times are epoch milliseconds. Every table of a firm carries its `org_id`, and every query names it. */
export interface MetadataTables
  extends AuditTables,
    BatchLifeTables,
    OnboardingTables,
    ContactTables,
    ExperimentTables,
    FitTables,
    FleetTables,
    BrokerSessionTables,
    ParameterSetTables,
    PeopleTables,
    AlertTables,
    PublicTables,
    ShipmentTables {
  nodes: {
    node_id: string;
    org_id: string;
    name: string;
    place_id: string | null;
    report_every_s: number | null;
    secret_hash: string;
    created_at: number;
  };
  products: {
    org_id: string;
    product_id: string;
    name: string;
    treatment: Treatment;
    storage: Storage;
    variant: Generated<Variant>;
    unit: string | null;
    need_h: number | null;
    unit_price_idr: number | null;
    gtin: string | null;
  };
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
    discarded_at: number | null;
    discard_reason: DiscardReason | null;
    discard_note: string | null;
    divided_at: number | null;
    created_at: number;
  };
  placements: {
    placement_id: string;
    org_id: string;
    batch_id: string;
    node_id: string;
    probe: string;
    position: Generated<string>;
    from_at: number;
    to_at: number | null;
  };
  quarantine: {
    /** The id of the server whose journal it is; '' of one that had none. */
    journal: string;
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
}

export type MetadataDb = Kysely<MetadataTables>;

/** SQLite wants a limit wherever there is an offset, PostgreSQL takes none below zero. */
export const everyRow = Number.MAX_SAFE_INTEGER;

export interface Metadata {
  readonly db: MetadataDb;
  readonly engine: 'sqlite' | 'postgres';
  close(): Promise<void>;
}

/** A file, or the address of a PostgreSQL database. */
export type MetadataTarget = { readonly path: string } | { readonly url: string };

/** The one setting that chooses: a database when its address is given, else a file in the data folder. */
export function metadataTarget(config: Pick<Config, 'dataDir' | 'databaseUrl'>): MetadataTarget {
  return config.databaseUrl === null
    ? { path: dataLayout(config.dataDir).metadata }
    : { url: config.databaseUrl };
}

/**
 * Opens everything but readings and brings its tables up to date. Other processes may write to it at the same time.
 *
 * @throws {StoreUnavailable} when it cannot be opened or reached, or is of a newer release
 */
export async function openMetadata(target: MetadataTarget): Promise<Metadata> {
  // Each is loaded when it is needed: a command on a file does not wait for the PostgreSQL client, nor the other way.
  if ('path' in target) return (await import('./sqliteMetadata.ts')).openSqliteMetadata(target.path);
  return (await import('./postgresMetadata.ts')).openPostgresMetadata(target.url);
}

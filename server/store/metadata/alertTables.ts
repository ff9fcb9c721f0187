import type { Generated } from 'kysely';
import type { AlertKind, AlertSeverity, AlertView } from '../../../models/contracts/alert.ts';
import type { DeliveryKind, DeliveryState } from '../../../models/contracts/alertDelivery.ts';
import type { RuleScope } from '../../../models/contracts/alertRule.ts';

/** Incidents, who was told of them, and when whom to tell. */
export interface AlertTables {
  alerts: {
    alert_id: string;
    org_id: string;
    kind: AlertKind;
    /** What it is about: `batch/<id>`, `node/<id>`, `shipment/<id>` or `gateway/<id>`. */
    subject: string;
    /** Counts the incidents of one subject and kind: one number is decided once, whoever decides. */
    episode: number;
    severity: AlertSeverity;
    state: AlertView['state'];
    /** By the readings. */
    began_at: number;
    ended_at: number | null;
    opened_at: number;
    cleared_at: number | null;
    /** Since when its condition has been gone, while it is not yet over. */
    clearing_since: number | null;
    known_late: number;
    /** As JSON. */
    facts: string;
    acknowledged_at: number | null;
    acknowledged_by: string | null;
    assigned_to: string | null;
    /** When it was opened or last worsened: escalation counts from here. */
    told_at: number;
    /** How many times it has worsened. */
    worsened: number;
    /** The minutes of the chain's last step that was taken. */
    escalated_min: number;
    /** When the next step of the chain is due; null when there is none, or somebody has acknowledged. */
    escalate_at: number | null;
  };
  alert_events: {
    event_id: Generated<number>;
    org_id: string;
    alert_id: string;
    at: number;
    what: AlertView['history'][number]['what'];
    by_name: string | null;
    note: string | null;
  };
  alert_deliveries: {
    delivery_id: string;
    org_id: string;
    /** Of a digest: empty. */
    alert_id: string;
    contact_id: string;
    contact_name: string;
    channel: string;
    kind: DeliveryKind;
    /** Tells messages of one kind about one incident apart: how often it had worsened, the step of the chain, the day. */
    step: number;
    severity: AlertSeverity;
    due_at: number;
    next_try_at: number;
    attempts: number;
    state: DeliveryState;
    created_at: number;
    /** Who is sending it right now: an engine that is gone left it unsent or unrecorded. */
    claimed_by: string | null;
  };
  alert_attempts: {
    delivery_id: string;
    attempt: number;
    org_id: string;
    at: number;
    outcome: 'delivered' | 'retry' | 'failed';
    reason: string | null;
  };
  /** What a digest will tell. */
  alert_digest_items: { delivery_id: string; org_id: string; alert_id: string };
  alert_rules: {
    org_id: string;
    kind: AlertKind;
    scope: RuleScope;
    scope_id: string;
    settings: string;
    /** Nothing that was over before is told by it. */
    in_force_since: number;
  };
  alert_chains: { org_id: string; chain: string };
  /** Which server decides and sends; one row. */
  alert_lease: { one: number; holder: string; held_until: number; last_tick_at: number };
}

export const alertMigration = `
  CREATE TABLE alerts (
    alert_id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, kind TEXT NOT NULL, subject TEXT NOT NULL,
    episode INTEGER NOT NULL, severity TEXT NOT NULL, state TEXT NOT NULL, began_at INTEGER NOT NULL,
    ended_at INTEGER, opened_at INTEGER NOT NULL, cleared_at INTEGER, clearing_since INTEGER,
    known_late INTEGER NOT NULL, facts TEXT NOT NULL, acknowledged_at INTEGER, acknowledged_by TEXT, assigned_to TEXT,
    told_at INTEGER NOT NULL, worsened INTEGER NOT NULL, escalated_min REAL NOT NULL, escalate_at INTEGER,
    UNIQUE (org_id, kind, subject, episode)) STRICT;
  CREATE UNIQUE INDEX alerts_open ON alerts (org_id, kind, subject) WHERE state = 'open';
  CREATE INDEX alerts_newest_first ON alerts (org_id, opened_at, alert_id);
  CREATE INDEX alerts_to_escalate ON alerts (escalate_at) WHERE escalate_at IS NOT NULL;
  CREATE TABLE alert_events (
    event_id INTEGER PRIMARY KEY, org_id TEXT NOT NULL, alert_id TEXT NOT NULL REFERENCES alerts, at INTEGER NOT NULL,
    what TEXT NOT NULL, by_name TEXT, note TEXT) STRICT;
  CREATE INDEX alert_events_of_alert ON alert_events (alert_id, event_id);
  CREATE TABLE alert_deliveries (
    delivery_id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, alert_id TEXT NOT NULL,
    contact_id TEXT NOT NULL, contact_name TEXT NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL,
    step INTEGER NOT NULL, severity TEXT NOT NULL, due_at INTEGER NOT NULL, next_try_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL, state TEXT NOT NULL, created_at INTEGER NOT NULL, claimed_by TEXT,
    UNIQUE (alert_id, contact_id, kind, step)) STRICT;
  CREATE INDEX alert_deliveries_to_send ON alert_deliveries (next_try_at) WHERE state IN ('waiting', 'sending');
  CREATE TABLE alert_attempts (
    delivery_id TEXT NOT NULL REFERENCES alert_deliveries, attempt INTEGER NOT NULL, org_id TEXT NOT NULL,
    at INTEGER NOT NULL, outcome TEXT NOT NULL, reason TEXT, PRIMARY KEY (delivery_id, attempt)) STRICT;
  CREATE TABLE alert_digest_items (
    delivery_id TEXT NOT NULL REFERENCES alert_deliveries, org_id TEXT NOT NULL, alert_id TEXT NOT NULL,
    PRIMARY KEY (delivery_id, alert_id)) STRICT;
  CREATE TABLE alert_rules (
    org_id TEXT NOT NULL REFERENCES organisations, kind TEXT NOT NULL, scope TEXT NOT NULL, scope_id TEXT NOT NULL,
    settings TEXT NOT NULL, in_force_since INTEGER NOT NULL, PRIMARY KEY (org_id, kind, scope, scope_id)) STRICT;
  CREATE TABLE alert_chains (org_id TEXT PRIMARY KEY REFERENCES organisations, chain TEXT NOT NULL) STRICT;
  CREATE TABLE alert_lease (
    one INTEGER PRIMARY KEY CHECK (one = 1), holder TEXT NOT NULL, held_until INTEGER NOT NULL,
    last_tick_at INTEGER NOT NULL) STRICT;`;

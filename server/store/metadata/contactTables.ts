import type { AlertSeverity } from '../../../models/contracts/alert.ts';
import type { ChannelName, Language } from '../../../models/contracts/contact.ts';

/** Where people, programs and buzzers are told. */
export interface ContactTables {
  contacts: {
    contact_id: string;
    org_id: string;
    /** Whose it is; null = of nobody in particular. */
    user_id: string | null;
    name: string;
    channel: ChannelName;
    /** As JSON, by the schema of its channel; of a webhook with the secrets that sign. */
    address: string;
    /** Tells two contacts with the same address apart from one: a hash of channel and address. */
    address_key: string;
    language: Language;
    time_zone: string | null;
    quiet_from: string | null;
    quiet_to: string | null;
    quiet_break_risk: number;
    /** A JSON list; null = all. */
    kinds: string | null;
    min_severity: AlertSeverity;
    created_at: number;
    /** The actor who made it. */
    created_by: string;
    verified_at: number | null;
    disabled_reason: string | null;
    code_hash: string | null;
    code_expires_at: number | null;
    code_tries: number;
  };
}

export const contactMigration = `
  CREATE TABLE contacts (
    contact_id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, user_id TEXT, name TEXT NOT NULL,
    channel TEXT NOT NULL, address TEXT NOT NULL, address_key TEXT NOT NULL, language TEXT NOT NULL, time_zone TEXT,
    quiet_from TEXT, quiet_to TEXT, quiet_break_risk INTEGER NOT NULL, kinds TEXT, min_severity TEXT NOT NULL,
    created_at INTEGER NOT NULL, created_by TEXT NOT NULL, verified_at INTEGER, disabled_reason TEXT, code_hash TEXT,
    code_expires_at INTEGER, code_tries INTEGER NOT NULL, UNIQUE (org_id, address_key)) STRICT;
  CREATE INDEX contacts_of_organisation ON contacts (org_id, contact_id);`;

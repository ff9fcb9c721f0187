import type { Generated } from 'kysely';
import type { GrantSubject } from '../../../models/contracts/grant.ts';
import type { OrganisationKind, Role } from '../../../models/contracts/people.ts';

/**
 * Firms, who belongs to them, and what they let each other see. Accounts (name, e-mail, password, sessions) lie in the tables
 * of the sign-in library.
 */
export interface PeopleTables {
  organisations: {
    org_id: string;
    name: string;
    time_zone: string;
    created_at: number;
    kind: Generated<OrganisationKind>;
    public_name: string | null;
    address: string | null;
    halal_number: string | null;
    pirt_number: string | null;
    gs1_company_prefix: string | null;
    gln: string | null;
  };
  memberships: {
    user_id: string;
    org_id: string;
    role: Role;
    created_at: number;
    /** When this person last chose this firm; the latest is where their next session begins. */
    chosen_at: number | null;
  };
  tokens: {
    token_hash: string;
    org_id: string;
    role: Role;
    name: string;
    created_at: number;
    token_id: string;
    /** The member who made it, and with whose rights it ends; null = the command line. */
    user_id: string | null;
    expires_at: number | null;
    last_used_at: number | null;
  };
  /** Of a person, in whichever firm: a number belongs to one account. */
  phones: { phone: string; user_id: string; created_at: number };
  invitations: {
    invitation_id: string;
    org_id: string;
    secret_hash: string;
    email: string | null;
    phone: string | null;
    name: string | null;
    role: Role;
    created_by: string;
    created_at: number;
    expires_at: number;
    accepted_at: number | null;
    revoked_at: number | null;
  };
  password_resets: {
    secret_hash: string;
    org_id: string;
    user_id: string;
    created_at: number;
    expires_at: number;
    used_at: number | null;
  };
  grants: {
    grant_id: string;
    /** The firm that gives. */
    org_id: string;
    to_org_id: string | null;
    to_email: string | null;
    secret_hash: string | null;
    subject: GrantSubject;
    subject_id: string | null;
    from_at: number | null;
    to_at: number | null;
    /** Makes the names of this grant from the real ones. */
    pseudonym_key: string;
    created_by: string;
    created_at: number;
    expires_at: number;
    revoked_at: number | null;
  };
}

export const peopleMigration = `
  ALTER TABLE organisations ADD COLUMN kind TEXT NOT NULL DEFAULT 'producer';
  ALTER TABLE organisations ADD COLUMN public_name TEXT;
  ALTER TABLE organisations ADD COLUMN address TEXT;
  ALTER TABLE organisations ADD COLUMN halal_number TEXT;
  ALTER TABLE organisations ADD COLUMN pirt_number TEXT;
  ALTER TABLE organisations ADD COLUMN gs1_company_prefix TEXT;
  ALTER TABLE organisations ADD COLUMN gln TEXT;
  ALTER TABLE memberships ADD COLUMN chosen_at INTEGER;
  CREATE INDEX memberships_of_organisation ON memberships (org_id, user_id);
  ALTER TABLE tokens ADD COLUMN token_id TEXT NOT NULL DEFAULT '';
  ALTER TABLE tokens ADD COLUMN user_id TEXT;
  ALTER TABLE tokens ADD COLUMN expires_at INTEGER;
  ALTER TABLE tokens ADD COLUMN last_used_at INTEGER;
  UPDATE tokens SET token_id = substr(token_hash, 1, 20);
  CREATE UNIQUE INDEX tokens_of_organisation ON tokens (org_id, token_id);
  CREATE TABLE phones (phone TEXT PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE invitations (
    invitation_id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, secret_hash TEXT NOT NULL UNIQUE,
    email TEXT, phone TEXT, name TEXT, role TEXT NOT NULL, created_by TEXT NOT NULL, created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, accepted_at INTEGER, revoked_at INTEGER) STRICT;
  CREATE INDEX invitations_of_organisation ON invitations (org_id, created_at, invitation_id);
  CREATE TABLE password_resets (
    secret_hash TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER) STRICT;
  CREATE INDEX password_resets_of_person ON password_resets (user_id);
  CREATE TABLE grants (
    grant_id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES organisations, to_org_id TEXT REFERENCES organisations,
    to_email TEXT, secret_hash TEXT UNIQUE, subject TEXT NOT NULL, subject_id TEXT, from_at INTEGER, to_at INTEGER, pseudonym_key TEXT NOT NULL,
    created_by TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER) STRICT;
  CREATE INDEX grants_given ON grants (org_id, created_at, grant_id);
  CREATE INDEX grants_to_organisation ON grants (to_org_id);`;

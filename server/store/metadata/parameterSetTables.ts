import type { Treatment } from '../../../models/contracts/batch.ts';

/** Parameter sets of laboratories, who was asked to use them, and which are in use. */
export interface ParameterSetTables {
  /** Immutable but for `published_at` and `withdrawn_at`; one that came from another firm is a copy of theirs. */
  parameter_sets: {
    org_id: string;
    parameter_set_id: string;
    version: number;
    treatment: Treatment;
    title: string;
    author: string;
    note: string;
    made_at: number;
    made_by: string;
    from_org_id: string;
    from_org_name: string;
    from_fit_id: string | null;
    parent_id: string;
    parent_version: number;
    published_at: number | null;
    withdrawn_at: number | null;
    /** Flora, tested range, levers and legal limits, as JSON. */
    data: string;
  };
  parameter_set_proposals: {
    /** The firm that is asked. */
    org_id: string;
    proposal_id: string;
    from_org_id: string;
    from_org_name: string;
    parameter_set_id: string;
    version: number;
    treatments: string;
    note: string;
    proposed_at: number;
    proposed_by: string;
    state: 'open' | 'approved' | 'rejected' | 'withdrawn';
    decided_at: number | null;
    decided_by: string | null;
    reason: string;
    /** The whole set, as JSON: a firm reads only rows of its own. */
    set_data: string;
  };
  parameter_set_uses: {
    org_id: string;
    use_id: string;
    treatment: Treatment;
    parameter_set_id: string;
    version: number;
    since: number;
    until: number | null;
    approved_by: string;
    from_set_id: string;
    from_version: number;
    /** When all live batches had been recalculated. */
    recalculated_at: number | null;
  };
  /** What a live batch promised before and after it was recalculated with another set; kept for a day. */
  parameter_recalculations: {
    org_id: string;
    batch_id: string;
    at: number;
    parameter_set_id: string;
    from_version: number;
    to_version: number;
    before_p05_h: number;
    after_p05_h: number;
  };
  parameter_reruns: {
    org_id: string;
    rerun_id: string;
    parameter_set_id: string;
    version: number;
    treatments: string;
    made_after: number;
    state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
    done: number;
    of_count: number;
    asked_at: number;
    asked_by: string;
    /** The server that runs it, or is to. */
    claimed_by: string | null;
    ended_at: number | null;
    failure: string | null;
    result: string | null;
  };
}

export const parameterSetMigration = `
  CREATE TABLE parameter_sets (
    org_id TEXT NOT NULL REFERENCES organisations, parameter_set_id TEXT NOT NULL, version INTEGER NOT NULL,
    treatment TEXT NOT NULL, title TEXT NOT NULL, author TEXT NOT NULL, note TEXT NOT NULL, made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL, from_org_id TEXT NOT NULL, from_org_name TEXT NOT NULL, from_fit_id TEXT,
    parent_id TEXT NOT NULL, parent_version INTEGER NOT NULL, published_at INTEGER, withdrawn_at INTEGER,
    data TEXT NOT NULL, PRIMARY KEY (org_id, parameter_set_id, version)) STRICT;
  CREATE TABLE parameter_set_proposals (
    org_id TEXT NOT NULL REFERENCES organisations, proposal_id TEXT NOT NULL, from_org_id TEXT NOT NULL,
    from_org_name TEXT NOT NULL, parameter_set_id TEXT NOT NULL, version INTEGER NOT NULL, treatments TEXT NOT NULL,
    note TEXT NOT NULL, proposed_at INTEGER NOT NULL, proposed_by TEXT NOT NULL, state TEXT NOT NULL, decided_at INTEGER,
    decided_by TEXT, reason TEXT NOT NULL, set_data TEXT NOT NULL, PRIMARY KEY (org_id, proposal_id)) STRICT;
  CREATE INDEX parameter_set_proposals_made ON parameter_set_proposals (from_org_id, parameter_set_id, version);
  CREATE TABLE parameter_set_uses (
    org_id TEXT NOT NULL REFERENCES organisations, use_id TEXT NOT NULL, treatment TEXT NOT NULL,
    parameter_set_id TEXT NOT NULL, version INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER,
    approved_by TEXT NOT NULL, from_set_id TEXT NOT NULL, from_version INTEGER NOT NULL, recalculated_at INTEGER,
    PRIMARY KEY (org_id, use_id)) STRICT;
  CREATE TABLE parameter_recalculations (
    org_id TEXT NOT NULL, batch_id TEXT NOT NULL, at INTEGER NOT NULL, parameter_set_id TEXT NOT NULL,
    from_version INTEGER NOT NULL, to_version INTEGER NOT NULL, before_p05_h REAL NOT NULL, after_p05_h REAL NOT NULL,
    PRIMARY KEY (org_id, batch_id)) STRICT;
  CREATE INDEX parameter_recalculations_old ON parameter_recalculations (at);
  CREATE TABLE parameter_reruns (
    org_id TEXT NOT NULL REFERENCES organisations, rerun_id TEXT NOT NULL, parameter_set_id TEXT NOT NULL,
    version INTEGER NOT NULL, treatments TEXT NOT NULL, made_after INTEGER NOT NULL, state TEXT NOT NULL,
    done INTEGER NOT NULL, of_count INTEGER NOT NULL, asked_at INTEGER NOT NULL, asked_by TEXT NOT NULL,
    ended_at INTEGER, failure TEXT, result TEXT, PRIMARY KEY (org_id, rerun_id)) STRICT;`;

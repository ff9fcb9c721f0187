import type { FitState } from '../../../models/contracts/fit.ts';

/** Fits of experiments: what was asked, and what came out. How far one is lives in the memory of who runs it. */
export interface FitTables {
  fits: {
    org_id: string;
    fit_id: string;
    experiment_id: string;
    version: number;
    kind: 'fit' | 'ranking';
    /** As JSON, with everything filled in that was left open. */
    request: string;
    command: string;
    /** Rows that take no part, with why, as JSON. */
    left_out: string;
    state: FitState;
    created_at: number;
    created_by: string;
    started_at: number | null;
    /** The server that runs it. */
    claimed_by: string | null;
    ended_at: number | null;
    failure_code: string | null;
    failure: string | null;
    /** Report or ranking, as JSON; null until it is done. */
    outcome: string | null;
  };
}

export const fitMigration = `
  CREATE TABLE fits (
    org_id TEXT NOT NULL, fit_id TEXT NOT NULL, experiment_id TEXT NOT NULL, version INTEGER NOT NULL,
    kind TEXT NOT NULL, request TEXT NOT NULL, command TEXT NOT NULL, left_out TEXT NOT NULL, state TEXT NOT NULL, created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL, started_at INTEGER, ended_at INTEGER, failure_code TEXT, failure TEXT, outcome TEXT,
    PRIMARY KEY (org_id, fit_id),
    FOREIGN KEY (org_id, experiment_id, version) REFERENCES experiment_versions) STRICT;
  CREATE INDEX fits_of_experiment ON fits (org_id, experiment_id, created_at, fit_id);
  CREATE INDEX fits_by_state ON fits (state, created_at);`;

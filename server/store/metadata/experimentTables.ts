import type { ExperimentKind } from '../../../models/contracts/experiment.ts';

/** Experiments of a laboratory and their versions. Versions are only ever added. */
export interface ExperimentTables {
  experiments: {
    org_id: string;
    experiment_id: string;
    title: string;
    product_id: string | null;
    note: string;
    created_at: number;
    created_by: string;
    archived_at: number | null;
  };
  experiment_versions: {
    org_id: string;
    experiment_id: string;
    version: number;
    made_at: number;
    made_by: string;
    note: string;
    kind: ExperimentKind;
    row_count: number;
    excluded_count: number;
    series_count: number;
    lowest_c: number;
    highest_c: number;
    /** Rows, series and source, as JSON. */
    data: string;
  };
}

export const experimentMigration = `
  CREATE TABLE experiments (
    org_id TEXT NOT NULL REFERENCES organisations, experiment_id TEXT NOT NULL, title TEXT NOT NULL, product_id TEXT,
    note TEXT NOT NULL, created_at INTEGER NOT NULL, created_by TEXT NOT NULL, archived_at INTEGER,
    PRIMARY KEY (org_id, experiment_id)) STRICT;
  CREATE INDEX experiments_newest_first ON experiments (org_id, created_at, experiment_id);
  CREATE TABLE experiment_versions (
    org_id TEXT NOT NULL, experiment_id TEXT NOT NULL, version INTEGER NOT NULL, made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL, note TEXT NOT NULL, kind TEXT NOT NULL, row_count INTEGER NOT NULL,
    excluded_count INTEGER NOT NULL, series_count INTEGER NOT NULL, lowest_c REAL NOT NULL, highest_c REAL NOT NULL,
    data TEXT NOT NULL, PRIMARY KEY (org_id, experiment_id, version),
    FOREIGN KEY (org_id, experiment_id) REFERENCES experiments) STRICT;`;

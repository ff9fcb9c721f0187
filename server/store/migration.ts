/** One statement of a filling; `?` stands for a value, on every database. */
export interface FillStatement {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
}

export type FillRow = Readonly<Record<string, unknown>>;

/** Asks the database by what it yields and goes on with the rows; it neither knows nor cares which database it is. */
export type Filling = Generator<FillStatement, void, readonly FillRow[]>;

/**
 * What brings tables from one version to the next: statements, and where they are not enough (a checksum over rows that are
 * there already, say) code that runs after them in the same transaction.
 */
export type Migration = string | { readonly sql: string; readonly fill: () => Filling };

export const sqlOf = (migration: Migration): string =>
  typeof migration === 'string' ? migration : migration.sql;

export function fillingOf(migration: Migration): Filling | null {
  return typeof migration === 'string' ? null : migration.fill();
}

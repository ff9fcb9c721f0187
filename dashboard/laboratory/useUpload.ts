import { useMemo, useState } from 'preact/hooks';
import { type CheckedTable, checkTable } from '../../models/laboratory/checkTable.ts';
import type { ColumnUse, Mapping } from '../../models/laboratory/columnUse.ts';
import { guessMapping } from '../../models/laboratory/guessMapping.ts';
import type { Table } from '../../models/laboratory/readTable.ts';
import type { Decision, TableIssue } from '../../models/laboratory/tableIssue.ts';

export interface Upload {
  readonly table: Table;
  readonly mapping: Mapping;
  readonly checked: CheckedTable;
  setMapping(part: Partial<Mapping>): void;
  setColumn(index: number, use: ColumnUse): void;
  decide(issues: readonly TableIssue[], decision: Decision): void;
  /** Takes back what was said about an issue, so that it is asked again. */
  askAgain(issue: TableIssue): void;
  /** Whether the options of an issue are shown although it was read at once. */
  isAsked(issue: TableIssue): boolean;
}

/** A table on its way to an experiment: what its columns are, what was decided, and what is left to decide. */
export function useUpload(table: Table): Upload {
  const [mapping, setMapping] = useState<Mapping>(() => guessMapping(table));
  const [decisions, setDecisions] = useState<ReadonlyMap<string, Decision>>(new Map());
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set());
  const checked = useMemo(() => checkTable(table, mapping, decisions), [table, mapping, decisions]);
  return {
    ...{ table, mapping, checked },
    setMapping: part => setMapping(before => ({ ...before, ...part })),
    setColumn(index, use) {
      const columns = mapping.columns.map((old, i) => (i === index ? use : old));
      const isLife = columns.some(column => column.role === 'life');
      const hasCount = columns.some(column => column.role === 'count');
      const kind =
        isLife && !hasCount ? 'shelf-life' : mapping.kind === 'shelf-life' ? 'growth' : mapping.kind;
      setMapping({ ...mapping, columns, kind });
    },
    decide(issues, decision) {
      setDecisions(before => new Map([...before, ...issues.map(issue => [issue.id, decision] as const)]));
      setAsked(before => new Set([...before].filter(id => !issues.some(issue => issue.id === id))));
    },
    askAgain(issue) {
      setDecisions(before => new Map([...before].filter(([id]) => id !== issue.id)));
      setAsked(before => new Set([...before, issue.id]));
    },
    isAsked: issue => asked.has(issue.id),
  };
}

import { useState } from 'preact/hooks';
import { nextCursor } from './nextCursor.ts';

/** How the rows of a chart are read: as a drawing with a cursor on one of them, or as a table. */
export interface ReadRows<Row> {
  /** The one the cursor is on. */
  readonly row: Row | undefined;
  readonly asTable: boolean;
  /** The table was opened by a key, and goes on from there. */
  readonly takesFocus: boolean;
  setCursor(cursor: number | null): void;
  onKeyDown(event: KeyboardEvent): void;
  onSwitch(): void;
}

/** Arrow keys move the cursor from the newest row on, Enter opens the table. */
export function useReadRows<Row>(rows: readonly Row[]): ReadRows<Row> {
  const [table, setTable] = useState<'closed' | 'open' | 'entered'>('closed');
  const [cursor, setCursor] = useState<number | null>(null);
  const asTable = table !== 'closed';
  return {
    row: cursor === null ? undefined : rows[cursor],
    asTable,
    takesFocus: table === 'entered',
    setCursor,
    onKeyDown(event) {
      if (event.target !== event.currentTarget || rows.length === 0) return;
      if (event.key === 'Enter') setTable('entered');
      const next = nextCursor(event.key, cursor ?? rows.length - 1, rows.length);
      if (next === null) return;
      event.preventDefault();
      setCursor(next);
    },
    onSwitch: () => setTable(asTable ? 'closed' : 'open'),
  };
}

import type { BoardOrder } from './boardRows.ts';

/** How the board is looked at; in the address, so that a link opens the same. Indonesian in every language, as paths are. */
export interface BoardAddress {
  readonly order: BoardOrder;
  /** Only what goes there; null: everything. */
  readonly toName: string | null;
  readonly past: boolean;
}

/** @param search  as in `location.search` */
export function readBoardAddress(search: string): BoardAddress {
  const query = new URLSearchParams(search);
  return {
    order: query.get('urut') === 'truk' ? 'truck' : 'fefo',
    toName: query.get('tujuan'),
    past: query.get('lihat') === 'selesai',
  };
}

export function boardQuery({ order, toName, past }: BoardAddress): string {
  const query = new URLSearchParams();
  if (past) query.set('lihat', 'selesai');
  if (order === 'truck') query.set('urut', 'truk');
  if (toName !== null) query.set('tujuan', toName);
  return query.size === 0 ? '' : `?${query}`;
}

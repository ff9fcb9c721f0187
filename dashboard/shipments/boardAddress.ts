import type { BoardOrder } from './boardRows.ts';

/** How the board is looked at; in the address, so that a link opens the same. Indonesian in every language, as paths are. */
export interface BoardAddress {
  readonly order: BoardOrder;
  /** Only what goes there; null: everything. */
  readonly toName: string | null;
  readonly look: 'road' | 'past' | 'stock';
}

const looks: Readonly<Record<string, BoardAddress['look']>> = { selesai: 'past', stok: 'stock' };

/** @param search  as in `location.search` */
export function readBoardAddress(search: string): BoardAddress {
  const query = new URLSearchParams(search);
  return {
    order: query.get('urut') === 'truk' ? 'truck' : 'fefo',
    toName: query.get('tujuan'),
    look: looks[query.get('lihat') ?? ''] ?? 'road',
  };
}

export function boardQuery({ order, toName, look }: BoardAddress): string {
  const query = new URLSearchParams();
  if (look !== 'road') query.set('lihat', look === 'past' ? 'selesai' : 'stok');
  if (order === 'truck') query.set('urut', 'truk');
  if (toName !== null) query.set('tujuan', toName);
  return query.size === 0 ? '' : `?${query}`;
}

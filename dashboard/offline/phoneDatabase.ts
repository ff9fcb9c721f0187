import type { DBSchema, IDBPDatabase } from 'idb';
import type { LabelView } from '../../models/contracts/publicCode.ts';
import type { KeptAction } from './actionStore.ts';

/** What this phone keeps beside the last lists. */
interface Schema extends DBSchema {
  actions: { key: number; value: KeptAction; indexes: { account: string } };
  /** Labels by account and batch, so that one can be printed again without internet. */
  labels: { key: [account: string, batchId: string]; value: LabelView };
  /** Codes set aside for batches that will be made without internet. */
  codes: { key: string; value: ReservedCode; indexes: { account: string } };
}

export interface ReservedCode {
  readonly account: string;
  readonly code: string;
  readonly printedCode: string;
  readonly url: string;
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

/** The first that asks fetches what opens it: nothing of that stands before the first page. */
export function openPhone(): Promise<IDBPDatabase<Schema>> {
  opened ??= open();
  // What could not be fetched or opened now may be there when it is next asked for.
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

async function open(): Promise<IDBPDatabase<Schema>> {
  const { openDB } = await import('idb').catch((cause: unknown) => {
    // To whoever asks it is the same as storage that is forbidden.
    throw new DOMException(String(cause), 'NetworkError');
  });
  return openDB<Schema>('tahan', 1, {
    upgrade: db => {
      db.createObjectStore('actions', { autoIncrement: true }).createIndex('account', 'account');
      db.createObjectStore('labels');
      db.createObjectStore('codes', { keyPath: 'code' }).createIndex('account', 'account');
    },
  });
}

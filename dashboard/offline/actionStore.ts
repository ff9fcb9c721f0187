import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** Something a person did on this phone that the server has not confirmed. */
export interface KeptAction {
  /** Whose it is: only that person in that firm sends it. */
  readonly account: string;
  readonly kind:
    | 'new-batch'
    | 'placement'
    | 'sold-out'
    | 'unsold'
    | 'acknowledge'
    | 'unacknowledge'
    | 'note'
    | 'assign'
    | 'other';
  /** The id of the batch, alert or node it is about, and what people call that. */
  readonly subject: string;
  readonly name: string;
  readonly madeAt: number;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** The server has said no. It is kept until the person has read that. */
  readonly refused?: { readonly status: number; readonly code: string; readonly message: string };
}

export interface NumberedAction extends KeptAction {
  readonly number: number;
}

interface Schema extends DBSchema {
  actions: { key: number; value: KeptAction; indexes: { account: string } };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function open(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('tahan', 1, {
    upgrade: db => {
      db.createObjectStore('actions', { autoIncrement: true }).createIndex('account', 'account');
    },
  });
  return opened;
}

/** @returns its number; actions are sent in the order of their numbers */
export async function keepAction(action: KeptAction): Promise<number> {
  return (await open()).add('actions', action);
}

export async function listActions(account: string): Promise<NumberedAction[]> {
  const index = (await open()).transaction('actions').store.index('account');
  const found: NumberedAction[] = [];
  for await (const { primaryKey, value } of index.iterate(account))
    found.push({ ...value, number: primaryKey });
  return found;
}

export async function replaceAction({ number, ...action }: NumberedAction): Promise<void> {
  await (await open()).put('actions', action, number);
}

export async function dropAction(number: number): Promise<void> {
  await (await open()).delete('actions', number);
}

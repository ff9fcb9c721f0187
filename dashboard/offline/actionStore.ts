import { openPhone } from './phoneDatabase.ts';

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
    | 'observation'
    | 'discard'
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

/** @returns its number; actions are sent in the order of their numbers */
export async function keepAction(action: KeptAction): Promise<number> {
  return (await openPhone()).add('actions', action);
}

export async function listActions(account: string): Promise<NumberedAction[]> {
  const index = (await openPhone()).transaction('actions').store.index('account');
  const found: NumberedAction[] = [];
  for await (const { primaryKey, value } of index.iterate(account))
    found.push({ ...value, number: primaryKey });
  return found;
}

export async function replaceAction({ number, ...action }: NumberedAction): Promise<void> {
  await (await openPhone()).put('actions', action, number);
}

export async function dropAction(number: number): Promise<void> {
  await (await openPhone()).delete('actions', number);
}

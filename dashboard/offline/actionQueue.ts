import { computed, signal } from '@preact/signals';
import { ApiError, request } from '../api.ts';
import { now } from '../clock.ts';
import {
  dropAction,
  type KeptAction,
  keepAction,
  listActions,
  type NumberedAction,
  replaceAction,
} from './actionStore.ts';

/**
 *   sent     the server has it; `answer` is what it said, if this page heard it
 *   waiting  it is safe on this phone and goes out by itself
 */
export type Outcome = { readonly is: 'sent'; readonly answer: unknown } | { readonly is: 'waiting' };

export type Action = Omit<KeptAction, 'account' | 'madeAt' | 'refused'> & { readonly madeAt?: number };

const firstRetryMs = 5_000;
const longestRetryMs = 60_000;

/** For the gallery, which shows what waits without a phone that keeps it. */
export const actions = signal<readonly NumberedAction[]>([]);
let account: string | null = null;
let retryMs = firstRetryMs;
let timer: ReturnType<typeof setTimeout> | undefined;
const heard = new Map<number, { resolve(outcome: Outcome): void; reject(refusal: ApiError): void }>();

/** What this account did here and the server has not confirmed, the oldest first. */
export const waitingActions = computed(() => actions.value.filter(action => action.refused === undefined));
/** What the server refused after the person had gone on; shown until it is read. */
export const refusedActions = computed(() => actions.value.filter(action => action.refused !== undefined));

let takeIn: (action: KeptAction, answer: unknown) => Promise<void> = async () => undefined;

/**
 * Says what becomes of each action once the server has it: `answer` is what it said, `undefined` when that was lost. Only
 * after that the action stops standing for itself, so that what it made is never gone for a moment.
 */
export function whenSent(take: typeof takeIn): void {
  takeIn = take;
}

/** From now on this account's actions are sent from this page; `null` when nobody is signed in. They stay on the phone. */
export async function openQueue(owner: string | null): Promise<void> {
  if (owner === account) return;
  account = owner;
  actions.value = [];
  if (owner === null) return;
  await reload();
  void sendWaiting();
}

/**
 * Does something on the server, exactly once, now or as soon as it can be reached. It is written to the phone before it
 * is sent, so neither a dead battery nor a closed page loses it; each path is one that the server takes a second time as
 * the same action, so an answer that was lost makes no second one.
 *
 * @throws {ApiError} when the server refuses it now; it is then forgotten
 */
export async function perform(action: Action): Promise<Outcome> {
  if (account === null) throw new Error(`nobody is signed in for ${action.method} ${action.path}`);
  const kept: KeptAction = { madeAt: now.value, ...action, account };
  let number: number;
  try {
    number = await keepAction(kept);
  } catch {
    // A private window, or a full phone: what cannot be kept is at least tried.
    const answer = await request(kept.method, kept.path, kept.body);
    await takeIn(kept, answer);
    return { is: 'sent', answer };
  }
  actions.value = [...actions.value, { ...kept, number }];
  const outcome = new Promise<Outcome>((resolve, reject) => heard.set(number, { resolve, reject }));
  void sendWaiting();
  return outcome;
}

/** Sends what waits, one after the other; a second page of this browser waits for its turn. */
export async function sendWaiting(): Promise<void> {
  clearTimeout(timer);
  const owner = account;
  if (owner === null) return;
  const work = (): Promise<void> => sendAllOf(owner);
  await ('locks' in navigator ? navigator.locks.request('tahan.actions', work) : work());
}

async function sendAllOf(owner: string): Promise<void> {
  for (;;) {
    await reload();
    if (account !== owner) return;
    settleSentElsewhere();
    const next = waitingActions.value[0];
    if (next === undefined) return;
    if (!(await send(next))) return;
    retryMs = firstRetryMs;
  }
}

/** @returns whether to go on with the next */
async function send(action: NumberedAction): Promise<boolean> {
  const listener = heard.get(action.number);
  try {
    const answer = await request(action.method, action.path, action.body);
    await takeIn(action, answer);
    await dropAction(action.number);
    heard.delete(action.number);
    listener?.resolve({ is: 'sent', answer });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isForLater(error)) {
      settleAsWaiting();
      timer = setTimeout(() => void sendWaiting(), retryMs);
      retryMs = Math.min(longestRetryMs, retryMs * 2);
      return false;
    }
    await refuse(action, error);
  }
  await reload();
  return true;
}

async function refuse(action: NumberedAction, error: ApiError): Promise<void> {
  const listener = heard.get(action.number);
  heard.delete(action.number);
  const isDone = error.code === 'batch.exists' && action.kind === 'new-batch';
  if (isDone) await takeIn(action, undefined);
  if (isDone || listener !== undefined) await dropAction(action.number);
  else {
    const { status, code, message } = error;
    await replaceAction({ ...action, refused: { status, code, message } });
  }
  // Its id was made on this phone: if it exists, an earlier sending whose answer was lost has made it.
  if (isDone) listener?.resolve({ is: 'sent', answer: undefined });
  else listener?.reject(error);
}

/** Nothing is wrong with the action itself: no answer, a server in trouble, a pace too fast, a session that ended. */
const isForLater = ({ status }: ApiError): boolean =>
  status === 0 || status >= 500 || status === 401 || status === 408 || status === 429;

/** Whoever still looks on goes on: it is safe here. */
function settleAsWaiting(): void {
  for (const { resolve } of heard.values()) resolve({ is: 'waiting' });
  heard.clear();
}

function settleSentElsewhere(): void {
  const here = new Set(actions.value.map(action => action.number));
  for (const [number, { resolve }] of heard) {
    if (here.has(number)) continue;
    heard.delete(number);
    resolve({ is: 'sent', answer: undefined });
  }
}

/** The person has read that it was refused. */
export async function forgetRefused(number: number): Promise<void> {
  await dropAction(number);
  await reload();
}

async function reload(): Promise<void> {
  const owner = account;
  if (owner === null) return;
  const found = await listActions(owner);
  if (account === owner) actions.value = found;
}

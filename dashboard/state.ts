import { computed, effect, signal, batch as together } from '@preact/signals';
import type { BatchView } from '../models/contracts/batch.ts';
import type { LiveEvent } from '../models/contracts/liveEvent.ts';
import type { NodeView } from '../models/contracts/node.ts';
import type { Me } from '../models/contracts/people.ts';
import { ApiError, api } from './api.ts';
import { now } from './clock.ts';
import { createFormat } from './format.ts';
import { listenLive } from './liveStream.ts';
import { words } from './preferences.ts';
import { emptyFleet, type Fleet, reduceLive, withBatch } from './reduceLive.ts';
import { forgetLists, loadLists, saveLists, setSignOutOwed, signOutOwed } from './savedLists.ts';
import { createZone } from './zone.ts';

/** A cut shorter than this is a lift or a cell change, not news. */
const cutMattersAfterMs = 10_000;
const saveAfterMs = 5_000;
const groupEventsMs = 100;

/** `undefined` until known, `null` when signed out. */
export const me = signal<Me | null | undefined>(undefined);
export const fleet = signal<Fleet>(emptyFleet);
/** When the lists last agreed with the server; `null` before the first answer of this start. */
export const agreedAt = signal<number | null>(null);
/** Lists from this start or from the phone's storage are there to be shown. */
export const hasLists = signal(false);
export const loadFailed = signal<ApiError | null>(null);
/** Since when the live stream is down, once that matters. */
export const cutSince = signal<number | null>(null);
export const online = signal(navigator.onLine);

export const zone = computed(() => createZone(me.value?.organisation.timeZone ?? 'Asia/Jakarta'));
export const format = computed(() => createFormat(words.value, zone.value));
export const mayMakeBatches = computed(() => me.value?.role === 'owner' || me.value?.role === 'producer');
/** Claim codes, found devices, offsets, quarantine: for owner and producer. */
export const maySetUpNodes = computed(() => me.value?.role === 'owner' || me.value?.role === 'producer');
export const maySeeQuarantine = computed(() => me.value != null && me.value.role !== 'viewer');

/** This firm brings or sells what others make: its first page is the road, not the making. */
export const movesCrates = computed(() =>
  ['distributor', 'shop'].includes(me.value?.organisation.kind ?? 'producer'),
);

let stopLive: (() => void) | undefined;
let cutTimer: ReturnType<typeof setTimeout> | undefined;

/** Shows what the phone remembers at once, then asks the server who this is and for the lists. */
export async function start(): Promise<void> {
  for (const event of ['online', 'offline'] as const)
    window.addEventListener(event, () => {
      online.value = event === 'online';
    });
  keepListsSaved();
  if (signOutOwed(localStorage)) {
    await paySignOut();
    me.value = null;
    return;
  }
  const saved = loadLists(localStorage);
  if (saved) {
    together(() => {
      me.value = saved.me;
      fleet.value = saved.fleet;
      hasLists.value = true;
    });
  }
  await load();
}

/** Writes the lists to the phone some seconds after they changed: a busy firm has several events a second. */
function keepListsSaved(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (me.value && agreedAt.value !== null)
      saveLists(localStorage, { version: 1, savedAt: agreedAt.value, me: me.value, fleet: fleet.value });
  };
  effect(() => {
    if (me.value && agreedAt.value !== null && fleet.value !== emptyFleet)
      timer ??= setTimeout(save, saveAfterMs);
  });
  window.addEventListener('pagehide', save);
}

/** Asks for everything again; what is shown stays until the answer is there. */
export async function load(): Promise<void> {
  try {
    const account = await api.me();
    const [batches, nodes, products] = await Promise.all([api.batches(), api.nodes(), api.products()]);
    together(() => {
      me.value = account;
      fleet.value = {
        batches: byId(batches, b => b.batchId),
        nodes: byId(nodes, n => n.nodeId),
        products: byId(products, p => p.productId),
      };
      hasLists.value = true;
      loadFailed.value = null;
      agreedAt.value = now.value;
    });
    stopLive ??= listen();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.signedOut) forget();
    else loadFailed.value = error;
  }
}

const byId = <T>(items: readonly T[], id: (item: T) => string): Record<string, T> =>
  Object.fromEntries(items.map(item => [id(item), item]));

function listen(): () => void {
  let firstOpen = true;
  return listenLive({
    onOpen(fresh) {
      clearTimeout(cutTimer);
      cutTimer = undefined;
      cutSince.value = null;
      // The lists were loaded a moment before the first opening; after any other one they may have moved on.
      if (fresh && !firstOpen) void load();
      firstOpen = false;
    },
    onEvent: applyLive,
    onCut() {
      const since = now.value;
      cutTimer ??= setTimeout(() => {
        cutSince.value = since;
        void askWhoIsSignedIn();
      }, cutMattersAfterMs);
    },
  });
}

const waitingEvents: LiveEvent[] = [];

/** Takes events in groups: a firm with many sensors has more of them than a screen has frames. */
function applyLive(event: LiveEvent): void {
  if (waitingEvents.push(event) > 1) return;
  setTimeout(() => {
    const toFetch = new Set<string>();
    let next = fleet.value;
    let reload = false;
    for (const waiting of waitingEvents.splice(0)) {
      const step = reduceLive(next, waiting);
      next = step.fleet;
      if (step.fetchBatchId !== undefined) toFetch.add(step.fetchBatchId);
      reload ||= step.reload ?? false;
    }
    // Signed out meanwhile: nothing of this belongs to whoever comes next.
    if (!me.value) return;
    together(() => {
      fleet.value = next;
      agreedAt.value = now.value;
    });
    if (reload) void load();
    else for (const batchId of toFetch) void refreshBatch(batchId);
  }, groupEventsMs);
}

/** A stream that ends may mean that the session did. */
async function askWhoIsSignedIn(): Promise<void> {
  try {
    me.value = await api.me();
  } catch (error) {
    if (error instanceof ApiError && error.signedOut) forget();
  }
}

/** Fetches one batch; a batch that is gone leaves the list. Other failures leave what is known. */
export async function refreshBatch(batchId: string): Promise<void> {
  try {
    const batch = await api.batch(batchId);
    fleet.value = withBatch(fleet.value, batchId, batch);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404)
      fleet.value = withBatch(fleet.value, batchId, null);
    else if (error instanceof ApiError && error.signedOut) forget();
  }
}

/** A node as the server has just answered it, before its live event comes. */
export function putNode(node: NodeView): void {
  fleet.value = { ...fleet.value, nodes: { ...fleet.value.nodes, [node.nodeId]: node } };
}

/** Tells a refusal of the server from a fault of the page, and ends here when the session has. */
export function asRefusal(error: unknown): ApiError {
  if (!(error instanceof ApiError)) throw error;
  if (error.signedOut) forget();
  return error;
}

export function putBatch(batch: BatchView): void {
  fleet.value = withBatch(fleet.value, batch.batchId, batch);
}

export async function signIn(email: string, password: string): Promise<void> {
  await api.signIn(email, password);
  setSignOutOwed(localStorage, false);
  await load();
}

/** Signs out here at once. Without internet the server is told at the next start, before anything is shown. */
export async function signOut(): Promise<void> {
  forget();
  setSignOutOwed(localStorage, true);
  await paySignOut();
}

/** @returns whether nobody is owed a sign-out any more. */
async function paySignOut(): Promise<boolean> {
  try {
    await api.signOut();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.unreachable) return false;
  }
  setSignOutOwed(localStorage, false);
  return true;
}

function forget(): void {
  stopLive?.();
  stopLive = undefined;
  clearTimeout(cutTimer);
  cutTimer = undefined;
  forgetLists(localStorage);
  together(() => {
    me.value = null;
    fleet.value = emptyFleet;
    hasLists.value = false;
    agreedAt.value = null;
    cutSince.value = null;
    loadFailed.value = null;
  });
}

import { computed, effect, signal, batch as together } from '@preact/signals';
import type { AlertView } from '../models/contracts/alert.ts';
import type { BatchView } from '../models/contracts/batch.ts';
import type { LiveEvent } from '../models/contracts/liveEvent.ts';
import type { NodeView } from '../models/contracts/node.ts';
import type { Me } from '../models/contracts/people.ts';
import { withAlert } from './alertList.ts';
import { alertsApi } from './alertsApi.ts';
import { ApiError, api } from './api.ts';
import { now } from './clock.ts';
import { fitNews } from './fitNews.ts';
import { createFormat } from './format.ts';
import { shownLanguage, t } from './i18n/messages.ts';
import { type LiveListener, listenLive } from './liveStream.ts';
import { openQueue, sendWaiting, waitingActions, whenSent } from './offline/actionQueue.ts';
import type { KeptAction } from './offline/actionStore.ts';
import { unsentBatchIds, withWaiting } from './offline/withWaiting.ts';
import { emptyFleet, type Fleet, reduceLive, withBatch } from './reduceLive.ts';
import { forgetLists, loadLists, saveLists, setSignOutOwed, signOutOwed } from './savedLists.ts';
import { shipmentNews } from './shipmentNews.ts';
import { createZone } from './zone.ts';

/** A cut shorter than this is a lift or a cell change, not news. */
const cutMattersAfterMs = 10_000;
const saveAfterMs = 5_000;
const groupEventsMs = 100;

/** `undefined` until known, `null` when signed out. */
export const me = signal<Me | null | undefined>(undefined);
/** What the server has said last. */
const known = signal<Fleet>(emptyFleet);
/** That, with what was done on this phone and is on its way. */
export const fleet = computed(() => withWaiting(known.value, waitingActions.value));
/** Batches that exist only on this phone so far. */
export const unsentBatches = computed(() => unsentBatchIds(known.value, waitingActions.value));
/** When the lists last agreed with the server; `null` when nothing is known, on a first start. */
export const agreedAt = signal<number | null>(null);
/** Lists from this start or from the phone's storage are there to be shown. */
export const hasLists = signal(false);
export const loadFailed = signal<ApiError | null>(null);
/** Since when the live stream is down, once that matters. */
export const cutSince = signal<number | null>(null);
export const online = signal(navigator.onLine);

export const zone = computed(() => createZone(me.value?.organisation.timeZone ?? 'Asia/Jakarta'));
export const format = computed(() => createFormat(shownLanguage.value, t, zone.value));
export const mayMakeBatches = computed(() => me.value?.role === 'owner' || me.value?.role === 'producer');
/** Claim codes, found devices, offsets, quarantine: for owner and producer. */
export const maySetUpNodes = computed(() => me.value?.role === 'owner' || me.value?.role === 'producer');
export const mayPlaceNodes = computed(() =>
  ['owner', 'producer', 'distributor'].includes(me.value?.role ?? 'viewer'),
);
export const maySeeQuarantine = computed(() => me.value != null && me.value.role !== 'viewer');

/** Plans shipments, moves them on and shares them. */
export const mayHandleShipments = computed(() =>
  ['owner', 'producer', 'distributor'].includes(me.value?.role ?? ''),
);

/** This person or firm brings or sells what others make: the first page is the road, not the making. */
export const movesCrates = computed(
  () =>
    me.value?.role === 'distributor' ||
    ['distributor', 'shop'].includes(me.value?.organisation.kind ?? 'producer'),
);

/** Fits curves and compares treatments: a researcher, or who works in a laboratory. */
export const doesScience = computed(
  () =>
    me.value?.role === 'researcher' ||
    (me.value?.organisation.kind === 'laboratory' && ['owner', 'producer'].includes(me.value.role)),
);

/** See `accountOf`; `null` when nobody is signed in. */
export const account = computed(() => accountOf(me.value));

let stopLive: (() => void) | undefined;
let cutTimer: ReturnType<typeof setTimeout> | undefined;

/** Shows what the phone remembers at once, then asks the server who this is and for the lists. */
export async function start(): Promise<void> {
  for (const event of ['online', 'offline'] as const)
    window.addEventListener(event, () => {
      online.value = event === 'online';
      if (!online.value) return;
      void sendWaiting();
      if (loadFailed.value !== null) void load();
    });
  whenSent(takeSent);
  effect(() => void openQueue(account.value));
  keepListsSaved();
  if (signOutOwed(localStorage)) {
    await paySignOut();
    me.value = null;
    return;
  }
  const saved = loadLists(localStorage);
  if (saved) {
    await openQueue(accountOf(saved.me));
    together(() => {
      me.value = saved.me;
      known.value = { ...emptyFleet, ...saved.fleet };
      hasLists.value = true;
      agreedAt.value = saved.savedAt;
    });
  }
  await load();
}

/** What the server made of something that was done here and concerns a batch. */
async function takeSent({ kind, subject }: KeptAction, answer: unknown): Promise<void> {
  if (['acknowledge', 'unacknowledge', 'note', 'assign', 'other'].includes(kind)) return;
  const batch = answer as Partial<BatchView> | undefined;
  if (batch?.estimate !== undefined && batch.batchId === subject) putBatch(batch as BatchView);
  else await refreshBatch(subject);
}

/** A person in a firm: what is kept on this phone is kept apart for each. */
function accountOf(who: Me | null | undefined): string | null {
  return who?.userId == null ? null : `${who.userId} ${who.organisation.orgId}`;
}

/** Writes the lists to the phone some seconds after they changed: a busy firm has several events a second. */
function keepListsSaved(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (me.value && agreedAt.value !== null)
      saveLists(localStorage, { version: 1, savedAt: agreedAt.value, me: me.value, fleet: known.value });
  };
  effect(() => {
    if (me.value && agreedAt.value !== null && known.value !== emptyFleet)
      timer ??= setTimeout(save, saveAfterMs);
  });
  window.addEventListener('pagehide', save);
}

/** Asks for everything again; what is shown stays until the answer is there. */
export async function load(): Promise<void> {
  try {
    const who = await api.me();
    const [batches, nodes, products, alerts] = await Promise.all([
      api.batches(),
      api.nodes(),
      api.products(),
      alertsApi.current(),
    ]);
    together(() => {
      me.value = who;
      known.value = {
        batches: byId(batches, b => b.batchId),
        nodes: byId(nodes, n => n.nodeId),
        products: byId(products, p => p.productId),
        alerts: byId(alerts, a => a.alertId),
      };
      hasLists.value = true;
      loadFailed.value = null;
      agreedAt.value = now.value;
    });
    stopLive ??= listen(who.liveEventId);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.signedOut) forget();
    else {
      loadFailed.value = error;
      // Begun without the server: the stream keeps trying, and when it opens everything is loaded.
      if (me.value) stopLive ??= listen();
    }
  }
}

const byId = <T>(items: readonly T[], id: (item: T) => string): Record<string, T> =>
  Object.fromEntries(items.map(item => [id(item), item]));

/** @param loadedAfter  the event after which the lists have just been loaded, if they have */
function listen(loadedAfter?: string): () => void {
  let firstOpen = loadedAfter !== undefined;
  const listener: LiveListener = {
    onOpen(fresh) {
      clearTimeout(cutTimer);
      cutTimer = undefined;
      cutSince.value = null;
      void sendWaiting();
      // The first one brings what has happened since the lists were asked for; of any other one nobody knows.
      if ((fresh && !firstOpen) || loadFailed.value !== null) void load();
      firstOpen = false;
    },
    onEvent: applyLive,
    onCut() {
      firstOpen = false;
      const since = now.value;
      cutTimer ??= setTimeout(() => {
        cutSince.value = since;
        void askWhoIsSignedIn();
      }, cutMattersAfterMs);
    },
  };
  return listenLive(listener, loadedAfter);
}

const waitingEvents: LiveEvent[] = [];

/** Takes events in groups: a firm with many sensors has more of them than a screen has frames. */
function applyLive(event: LiveEvent): void {
  if (waitingEvents.push(event) > 1) return;
  setTimeout(() => {
    const toFetch = new Set<string>();
    let next = known.value;
    let reload = false;
    for (const waiting of waitingEvents.splice(0)) {
      if (waiting.type === 'shipment') shipmentNews.value++;
      if (waiting.type === 'fit') fitNews.value = waiting.data;
      const step = reduceLive(next, waiting);
      next = step.fleet;
      if (step.fetchBatchId !== undefined) toFetch.add(step.fetchBatchId);
      reload ||= step.reload ?? false;
    }
    // Signed out meanwhile: nothing of this belongs to whoever comes next.
    if (!me.value) return;
    together(() => {
      known.value = next;
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
    known.value = withBatch(known.value, batchId, batch);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404)
      known.value = withBatch(known.value, batchId, null);
    else if (error instanceof ApiError && error.signedOut) forget();
  }
}

/** A node as the server has just answered it, before its live event comes. */
export function putNode(node: NodeView): void {
  known.value = { ...known.value, nodes: { ...known.value.nodes, [node.nodeId]: node } };
}

/** An alert as the server has just answered it, before its live event comes. */
export function putAlert(alert: AlertView): void {
  known.value = { ...known.value, alerts: withAlert(known.value.alerts, alert) };
}

/** Tells a refusal of the server from a fault of the page, and ends here when the session has. */
export function asRefusal(error: unknown): ApiError {
  if (!(error instanceof ApiError)) throw error;
  if (error.signedOut) forget();
  return error;
}

/** A batch as the server has just answered it. */
export function putBatch(batch: BatchView): void {
  known.value = withBatch(known.value, batch.batchId, batch);
}

export async function signIn(identity: string, password: string): Promise<void> {
  await api.signIn(identity, password);
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
    known.value = emptyFleet;
    hasLists.value = false;
    agreedAt.value = null;
    cutSince.value = null;
    loadFailed.value = null;
  });
}

import { computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ShipmentBoard } from '../../models/contracts/shipmentBoard.ts';
import type { ApiError } from '../api.ts';
import { now } from '../clock.ts';
import { shipmentNews } from '../shipmentNews.ts';
import { account, asRefusal, cutSince, fleet } from '../state.ts';
import { keepBoard, readKept } from './keptShipments.ts';
import { shipmentsApi } from './shipmentsApi.ts';

/** A firm with many sensors has news several times a second; a board is weighed anew at most this often. */
const atMostEveryMs = 3_000;
/** Without news too: what is late becomes later. */
const atLeastEveryMs = 120_000;

const known = signal<{ readonly account: string; readonly board: ShipmentBoard } | null>(null);

/** What is planned or on its way, as last heard; null before that. */
export const board = computed(() => (known.value?.account === account.value ? known.value.board : null));
/** Why the last question was not answered. */
export const boardFailed = signal<ApiError | null>(null);

let asking = false;

export async function loadBoard(): Promise<void> {
  const whose = account.value;
  if (whose === null || asking) return;
  asking = true;
  try {
    const answer = await shipmentsApi.board();
    known.value = { account: whose, board: answer };
    boardFailed.value = null;
    keepBoard(localStorage, whose, answer);
  } catch (error) {
    boardFailed.value = asRefusal(error);
  } finally {
    asking = false;
  }
}

/** Changes whenever something was heard that may change what arrives: a shipment, or the life of a crate on the board. */
const news = computed(() => {
  const crates = board.value?.shipments.flatMap(({ lines }) => lines) ?? [];
  const lives = crates.map(({ batch }) => fleet.value.batches[batch.batchId]?.estimate.asOf ?? '');
  return [shipmentNews.value, cutSince.value === null, ...lives].join(' ');
});

/** Keeps the board up to date while a page looks at it; what the phone remembers is there at once. */
export function useBoard(): void {
  const whose = account.value;
  useEffect(() => {
    if (whose === null) return;
    const kept = board.value === null ? readKept(localStorage, whose).board : null;
    if (kept !== null) known.value = { account: whose, board: kept };
    void loadBoard();
    return askOnNews();
  }, [whose]);
}

function askOnNews(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let heard = news.value;
  const ask = (): void => {
    timer = undefined;
    void loadBoard().then(() => {
      heard = news.value;
    });
  };
  const stopNews = news.subscribe(latest => {
    if (latest !== heard) timer ??= setTimeout(ask, atMostEveryMs);
  });
  let askedAt = now.value;
  const stopClock = now.subscribe(at => {
    if (at - askedAt < atLeastEveryMs || document.visibilityState !== 'visible') return;
    askedAt = at;
    void loadBoard();
  });
  return () => {
    clearTimeout(timer);
    stopNews();
    stopClock();
  };
}

import type { LiveEvent } from '../models/contracts/liveEvent.ts';
import { parseLiveEvent } from './reduceLive.ts';

const kinds = ['reading', 'estimate', 'node', 'batch', 'alert', 'shipment', 'fit', 'reset'] as const;
const liveAddress = '/api/v1/live';
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;

export interface LiveListener {
  /** The stream is up. `fresh`: it could not resume, so what happened meanwhile is unknown. */
  onOpen(fresh: boolean): void;
  onEvent(event: LiveEvent): void;
  /** The stream is down; it keeps trying until stopped. */
  onCut(): void;
}

/**
 * Listens to `GET /api/v1/live`. The browser resumes a cut connection itself, with Last-Event-ID; only when it gives up
 * (the server answered with an error) a new one is opened here, slower each time.
 * @param after  what the first one begins after; without it, with what comes from then on
 * @returns stop
 */
export function listenLive(listener: LiveListener, after?: string): () => void {
  let address = after === undefined ? liveAddress : `${liveAddress}?after=${encodeURIComponent(after)}`;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = firstRetryMs;

  const open = (): void => {
    clearTimeout(timer);
    let fresh = true;
    const opened = new EventSource(address);
    address = liveAddress;
    source = opened;
    opened.onopen = () => {
      retryMs = firstRetryMs;
      listener.onOpen(fresh);
      fresh = false;
    };
    opened.onerror = () => {
      listener.onCut();
      if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
      timer = setTimeout(open, retryMs);
      retryMs = Math.min(longestRetryMs, retryMs * 2);
    };
    for (const kind of kinds) {
      opened.addEventListener(kind, message => {
        const event = parseLiveEvent(kind, (message as MessageEvent<string>).data);
        if (event !== undefined) listener.onEvent(event);
      });
    }
  };

  // A phone that wakes up should not wait out a retry that began in its pocket.
  const wake = (): void => {
    if (document.visibilityState === 'visible' && source?.readyState === EventSource.CLOSED) open();
  };

  open();
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('online', wake);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', wake);
    window.removeEventListener('online', wake);
    source?.close();
    source = undefined;
  };
}

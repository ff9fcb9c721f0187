import { signal } from '@preact/signals';

/** Below this a difference is travel time of the answer, not a wrong clock. */
const smallestSkewMs = 30_000;

let skewMs = 0;

/** The only place of the dashboard that reads the clock of the phone. */
const read = (): number => Date.now() + skewMs;

/** Epoch milliseconds, moved on every 20 s and after each answer of the server; views depend on it. */
export const now = signal(read());

/**
 * Trusts the server's clock over the phone's: a phone that runs an hour late must not show an hour too much life.
 * @param dateHeader  the `Date` header of an answer that has just come in
 */
export function noteServerTime(dateHeader: string | null): void {
  const serverAt = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (!Number.isFinite(serverAt)) return;
  const differenceMs = serverAt - Date.now();
  skewMs = Math.abs(differenceMs) > smallestSkewMs ? differenceMs : 0;
  now.value = read();
}

/** Starts moving `now`. @returns a function that stops it. */
export function startClock(): () => void {
  const tick = (): void => {
    now.value = read();
  };
  const timer = setInterval(tick, 20_000);
  document.addEventListener('visibilitychange', tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tick);
  };
}

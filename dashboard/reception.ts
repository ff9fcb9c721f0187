import { effect, signal } from '@preact/signals';
import type { ReceptionView } from '../models/contracts/reception.ts';
import { ApiError } from './api.ts';
import { sensorsApi } from './sensorsApi.ts';
import { me } from './state.ts';

const askEveryMs = 5 * 60_000;

/** When the sensors were heard over the last 24 h; `null` until known. */
export const reception = signal<ReceptionView | null>(null);

// Nothing of one account is left for the next.
effect(() => {
  if (me.value === null) reception.value = null;
});

async function ask(): Promise<void> {
  try {
    reception.value = await sensorsApi.reception();
  } catch (error) {
    // What is known stays and ages; the page says elsewhere that the server is away.
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Asks now and then again and again. @returns a function that stops it. */
export function watchReception(): () => void {
  void ask();
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') void ask();
  }, askEveryMs);
  return () => clearInterval(timer);
}

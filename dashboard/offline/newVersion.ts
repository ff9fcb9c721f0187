import { signal } from '@preact/signals';

/** A newer version of the pages is on the phone and waits to be used. */
export const newVersionWaits = signal(false);

let registration: ServiceWorkerRegistration | undefined;
const askEveryMs = 60 * 60_000;

/**
 * Lets the browser keep the pages. Without service workers (an address without HTTPS, a private window) everything else
 * works as before, but a start needs the network.
 */
export async function keepPages(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  try {
    registration = await navigator.serviceWorker.register('/service-worker.js');
    // A browser that blocks them may answer with nothing.
    if (registration === undefined) return;
  } catch {
    // Forbidden by the browser or unreachable: the next start tries again.
    return;
  }
  const look = (): void => {
    // The first one ever has nothing to replace.
    newVersionWaits.value = registration?.waiting != null && navigator.serviceWorker.controller !== null;
  };
  const watch = (): void => {
    look();
    registration?.installing?.addEventListener('statechange', look);
  };
  watch();
  registration.addEventListener('updatefound', watch);
  // A page that stays open for days hears of a new version too.
  setInterval(() => void registration?.update().catch(() => undefined), askEveryMs);
}

/** Uses the new version now: the page loads again as soon as it has taken over. */
export function takeNewVersion(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  registration?.waiting?.postMessage('use-new-version');
}

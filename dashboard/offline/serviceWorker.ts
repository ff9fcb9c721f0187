/// <reference lib="webworker" />
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  type PrecacheEntry,
  precacheAndRoute,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

/**
 * Keeps the pages on the phone, so that they open without internet, and shows what the push service brings. Answers of
 * the API are never kept here: the pages keep the last lists themselves, with their time, and say how old they are.
 */
declare const self: ServiceWorkerGlobalScope;
/** Every file of the pages with its revision; written in by the build. */
declare const __PAGE_FILES__: PrecacheEntry[];

precacheAndRoute(__PAGE_FILES__);
cleanupOutdatedCaches();
// The buyer's page is drawn by the server, afresh each time: an old verdict must never look like a new one.
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: [/^\/(api|p|metrics|01)(\/|$)/, /\.\w+$/],
  }),
);

// A new version waits until whoever is at the page agrees: nothing typed is lost to a reload.
self.addEventListener('message', event => {
  if (event.data === 'use-new-version') void self.skipWaiting();
});
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

/** What the server sends with a push (see its web push channel). */
interface PushedAlert {
  readonly title: string;
  readonly text: string;
  readonly url: string;
  readonly severity: 'info' | 'warning' | 'risk';
  readonly language: string;
  readonly deliveryId: string;
  readonly at: string;
}

self.addEventListener('push', event => {
  const alert = event.data?.json() as PushedAlert | undefined;
  if (alert === undefined) return;
  event.waitUntil(
    self.registration.showNotification(alert.title, {
      body: alert.text,
      lang: alert.language,
      icon: '/icon-192.png',
      badge: '/icon-192.png',
      // Of one incident only the newest word is shown.
      tag: alert.url,
      requireInteraction: alert.severity === 'risk',
      data: { url: alert.url },
    }),
  );
});

self.addEventListener('notificationclick', event => {
  event.notification.close();
  const { url } = event.notification.data as { url: string };
  event.waitUntil(openPage(new URL(url, self.location.origin)));
});

/** The page that is open goes there; without one a new one opens. An address of another site is not followed. */
async function openPage(url: URL): Promise<void> {
  if (url.origin !== self.location.origin) return;
  const [open] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (open === undefined) await self.clients.openWindow(url.href);
  else {
    await open.focus();
    await open.navigate(url.href).catch(() => self.clients.openWindow(url.href));
  }
}

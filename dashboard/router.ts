import { signal } from '@preact/signals';
import { pages, pagesOfOne } from './pages.ts';

type Page = keyof typeof pages;
type PageOfOne = keyof typeof pagesOfOne;
export type Route = { readonly page: Page | 'not-found' } | { readonly page: PageOfOne; readonly id: string };

/** Paths stay Indonesian in every language, so that a shared link always opens. */
export const paths = {
  home: pages.home,
  nodes: pages.nodes,
  newBatch: pages['new-batch'],
  installNode: pages['install-node'],
  quarantine: pages.quarantine,
  claim: pages.claim,
  shipments: pages.shipments,
  newShipment: pages['new-shipment'],
  alerts: pages.alerts,
  scan: pages.scan,
  experiments: pages.experiments,
  newExperiment: pages['new-experiment'],
  compare: pages.compare,
  parameterSets: pages['parameter-sets'],
  whyItKeeps: pages['why-it-keeps'],
  calibration: pages.calibration,
  settings: pages.settings,
  audit: pages.audit,
  newPassword: pages['new-password'],
  shared: pages.shared,
  node: pathOf('node'),
  batch: pathOf('batch'),
  label: pathOf('label'),
  shipment: pathOf('shipment'),
  alert: pathOf('alert'),
  experiment: pathOf('experiment'),
  parameterSet: pathOf('parameter-set'),
  settingsSection: pathOf('settings-section'),
};

function pathOf(page: PageOfOne): (id: string) => string {
  // A dot is escaped too: the server takes a path with one for a file.
  return id => pagesOfOne[page].replace('*', encodeURIComponent(id).replaceAll('.', '%2E'));
}

/** The page a path names. */
export function parsePath(pathname: string): Route {
  const path = pathname.length > 1 ? pathname.replace(/\/+$/, '') : pathname;
  for (const [page, at] of Object.entries(pages)) if (at === path) return { page: page as Page };
  for (const [page, pattern] of Object.entries(pagesOfOne)) {
    const [before = '', after = ''] = pattern.split('*');
    if (!path.startsWith(before) || !path.endsWith(after)) continue;
    const id = path.slice(before.length, path.length - after.length);
    if (id === '' || id.includes('/')) continue;
    try {
      return { page: page as PageOfOne, id: decodeURIComponent(id) };
    } catch {
      // A percent sign that starts no escape.
      return { page: 'not-found' };
    }
  }
  return { page: 'not-found' };
}

export const route = signal<Route>({ page: 'home' });

function show(): void {
  route.value = parsePath(location.pathname);
}

export function navigate(path: string, replace = false): void {
  if (replace) history.replaceState(null, '', path);
  else history.pushState({ inside: true }, '', path);
  show();
  window.scrollTo(0, 0);
}

/** Back to where the person came from; to `otherwise` when this page was opened by its link. */
export function goBack(otherwise: string): void {
  const state = history.state as { inside?: boolean } | null;
  if (state?.inside) history.back();
  else navigate(otherwise, true);
}

/** Turns clicks on links of this site into page changes without a load. */
export function startRouter(): void {
  show();
  window.addEventListener('popstate', show);
  document.addEventListener('click', event => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

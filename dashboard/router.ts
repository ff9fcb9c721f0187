import { signal } from '@preact/signals';

export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'nodes' }
  | { readonly page: 'node'; readonly nodeId: string }
  | { readonly page: 'install-node' }
  | { readonly page: 'quarantine' }
  | { readonly page: 'claim' }
  | { readonly page: 'new-batch' }
  | { readonly page: 'batch'; readonly batchId: string }
  | { readonly page: 'not-found' };

export const paths = {
  home: '/',
  nodes: '/sensor',
  newBatch: '/batch-baru',
  installNode: '/pasang-sensor',
  quarantine: '/karantina',
  /** Stands in the QR code of a claim code, which the server makes. */
  claim: '/claim',
  node: (nodeId: string) => `/sensor/${segment(nodeId)}`,
  batch: (batchId: string) => `/batch/${segment(batchId)}`,
};

/** An id in a path. A dot is escaped too: the server takes a path with one for a file. */
function segment(id: string): string {
  return encodeURIComponent(id).replaceAll('.', '%2E');
}

const fixed: readonly (readonly [string, Route])[] = [
  [paths.home, { page: 'home' }],
  [paths.nodes, { page: 'nodes' }],
  [paths.newBatch, { page: 'new-batch' }],
  [paths.installNode, { page: 'install-node' }],
  [paths.quarantine, { page: 'quarantine' }],
  [paths.claim, { page: 'claim' }],
];

/** The page a path names. Paths stay Indonesian in every language, so that a shared link always opens. */
export function parsePath(pathname: string): Route {
  const path = pathname.length > 1 ? pathname.replace(/\/+$/, '') : pathname;
  const known = fixed.find(([at]) => at === path)?.[1];
  if (known !== undefined) return known;
  const [, kind, id] = /^\/(batch|sensor)\/([^/]+)$/.exec(path) ?? [];
  if (id === undefined) return { page: 'not-found' };
  try {
    const decoded = decodeURIComponent(id);
    return kind === 'batch' ? { page: 'batch', batchId: decoded } : { page: 'node', nodeId: decoded };
  } catch {
    // A percent sign that starts no escape.
    return { page: 'not-found' };
  }
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
    navigate(link.pathname);
  });
}

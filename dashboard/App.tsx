import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { LazyView } from './components/LazyView.tsx';
import { Shell } from './components/Shell.tsx';
import { openArea, t } from './i18n/messages.ts';
import { type Route, route } from './router.ts';
import { account, fleet, mayMakeBatches, me } from './state.ts';
import { HomeView } from './views/HomeView.tsx';
import { NotFoundView } from './views/NotFoundView.tsx';
import { SignInView } from './views/SignInView.tsx';

/** The page of the route, or the way in when nobody is signed in. A deep link stays where it is until then. */
export function App(): JSX.Element {
  const shown = route.value;
  useTitle(shown);
  useNextPagesSoon();
  // Whoever stands beside the device has a code, and need not have an account.
  if (shown.page === 'claim') return <LazyView load={loadClaim} props={{}} area="claim" />;
  if (me.value === null) return <SignInView />;
  return (
    <Shell>
      <Page route={shown} />
    </Shell>
  );
}

// All pages but the first ones come when they are opened.
const loadBatch = () => import('./views/BatchPage.tsx').then(chunk => chunk.BatchPage);
const loadNewBatch = () => import('./views/NewBatchView.tsx').then(chunk => chunk.NewBatchView);
const loadLabel = () => import('./views/LabelView.tsx').then(chunk => chunk.LabelView);
const loadNodes = () => import('./views/NodesView.tsx').then(chunk => chunk.NodesView);
const loadClaim = () => import('./views/ClaimView.tsx').then(chunk => chunk.ClaimView);
const loadNode = () => import('./views/NodePage.tsx').then(chunk => chunk.NodePage);
const loadInstall = () => import('./views/InstallNodeView.tsx').then(chunk => chunk.InstallNodeView);
const loadQuarantine = () => import('./views/QuarantineView.tsx').then(chunk => chunk.QuarantineView);

function Page({ route: shown }: { route: Route }): JSX.Element {
  switch (shown.page) {
    case 'home':
      return <HomeView />;
    case 'batch':
      return <LazyView key={shown.id} load={loadBatch} props={{ batchId: shown.id }} area="batch" />;
    case 'label':
      return <LazyView key={shown.id} load={loadLabel} props={{ batchId: shown.id }} area="label" />;
    case 'new-batch':
      return <LazyView load={loadNewBatch} props={{}} area="newBatch" />;
    case 'nodes':
      return <LazyView load={loadNodes} props={{}} area="sensors" />;
    case 'node':
      return <LazyView key={shown.id} load={loadNode} props={{ nodeId: shown.id }} area="sensors" />;
    case 'install-node':
      return <LazyView load={loadInstall} props={{}} area="sensors" />;
    case 'quarantine':
      return <LazyView load={loadQuarantine} props={{}} area="quarantine" />;
    default:
      return <NotFoundView />;
  }
}

/** Fetches what is opened next most often while nothing else is going on, unless this person saves data. */
function useNextPagesSoon(): void {
  const signedIn = me.value != null;
  useEffect(() => {
    const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
    if (!signedIn || connection?.saveData) return;
    const whenIdle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 2000));
    const next = () => [
      loadBatch(),
      openArea('batch'),
      import('./charts/BatchCharts.tsx'),
      openArea('charts'),
      loadNewBatch(),
      openArea('newBatch'),
      ...(mayMakeBatches.value ? [readyForLabels()] : []),
    ];
    // A failure here is no news: the page that needs it asks again and says so.
    whenIdle(() => void Promise.all(next()).catch(() => undefined));
  }, [signedIn]);
}

/** Label pages work without internet: their code, their words, and codes for batches to come. */
async function readyForLabels(): Promise<void> {
  const [{ keepCodesReady }] = await Promise.all([
    import('./offline/labels.ts'),
    loadLabel(),
    openArea('label'),
  ]);
  if (account.value !== null) await keepCodesReady(account.value);
}

/** Names the page in the window title and moves the reader to the start of a page that was not loaded but swapped in. */
function useTitle(shown: Route): void {
  const title = me.value === null && shown.page !== 'claim' ? t('signIn.title') : titleOf(shown);
  useEffect(() => {
    document.title = `${title} – Tahan`;
  }, [title]);
  const place = JSON.stringify(shown);
  const opened = useRef(true);
  useEffect(() => {
    // A page that was loaded starts at its top by itself.
    if (!opened.current) document.getElementById('content')?.focus({ preventScroll: true });
    opened.current = false;
  }, [place]);
}

function titleOf(shown: Route): string {
  switch (shown.page) {
    case 'home':
      return t('nav.home');
    case 'nodes':
      return t('nav.nodes');
    case 'label':
      return t('nav.label');
    case 'new-batch':
      return t('nav.newBatch');
    case 'batch':
      return fleet.value.batches[shown.id]?.name ?? shown.id;
    case 'node':
      return fleet.value.nodes[shown.id]?.name ?? shown.id;
    case 'install-node':
      return t('title.installNode');
    case 'quarantine':
      return t('title.quarantine');
    case 'claim':
      return t('title.claim');
    default:
      return '404';
  }
}

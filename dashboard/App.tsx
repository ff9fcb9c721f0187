import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { LazyView } from './components/LazyView.tsx';
import { Shell } from './components/Shell.tsx';
import { openArea, t } from './i18n/messages.ts';
import { navigate, paths, type Route, route } from './router.ts';
import { account, doesScience, fleet, mayMakeBatches, me, movesCrates } from './state.ts';
import { HomeView } from './views/HomeView.tsx';
import { NotFoundView } from './views/NotFoundView.tsx';

/** The page of the route, or the way in when nobody is signed in. A deep link stays where it is until then. */
export function App(): JSX.Element {
  const shown = route.value;
  useTitle(shown);
  useFirstPage();
  useNextPagesSoon();
  // Whoever stands beside the device has a code, and need not have an account.
  if (shown.page === 'claim') return <LazyView load={loadClaim} props={{}} area="claim" />;
  if (shown.page === 'invitation') return <LazyView load={loadInvitation} props={{}} area="account" />;
  if (shown.page === 'new-password') return <LazyView load={loadNewPassword} props={{}} area="account" />;
  if (shown.page === 'shared') return <LazyView load={loadLinked} props={linkedProps} area="shipments" />;
  return <WithAccount />;
}

/** What needs to know who asks. */
function WithAccount(): JSX.Element {
  const shown = route.value;
  if (me.value === null) return <LazyView load={loadSignIn} props={{}} area="account" />;
  return (
    <Shell>
      <Page route={shown} />
    </Shell>
  );
}

const linkedProps = { Otherwise: WithAccount };

// All pages but the first ones come when they are opened.
const loadBatch = () => import('./views/BatchPage.tsx').then(chunk => chunk.BatchPage);
const loadNewBatch = () => import('./views/NewBatchView.tsx').then(chunk => chunk.NewBatchView);
const loadLabel = () => import('./views/LabelView.tsx').then(chunk => chunk.LabelView);
const loadScan = () => import('./views/ScanView.tsx').then(chunk => chunk.ScanView);
const loadNodes = () => import('./views/NodesView.tsx').then(chunk => chunk.NodesView);
const loadClaim = () => import('./views/ClaimView.tsx').then(chunk => chunk.ClaimView);
const loadNode = () => import('./views/NodePage.tsx').then(chunk => chunk.NodePage);
const loadInstall = () => import('./views/InstallNodeView.tsx').then(chunk => chunk.InstallNodeView);
const loadQuarantine = () => import('./views/QuarantineView.tsx').then(chunk => chunk.QuarantineView);
const loadAlerts = () => import('./views/AlertsView.tsx').then(chunk => chunk.AlertsView);
const loadAlert = () => import('./views/AlertPage.tsx').then(chunk => chunk.AlertPage);
const loadCompare = () => withBatchWords(import('./views/CompareView.tsx')).then(chunk => chunk.CompareView);
const loadWhy = () =>
  withCompareWords(import('./views/WhyItKeepsView.tsx')).then(chunk => chunk.WhyItKeepsView);

const loadParameterSets = () =>
  import('./parameterSets/ParameterSetsView.tsx').then(chunk => chunk.ParameterSetsView);
const loadParameterSet = () =>
  import('./parameterSets/ParameterSetPage.tsx').then(chunk => chunk.ParameterSetPage);
const loadCalibration = () =>
  import('./parameterSets/CalibrationPage.tsx').then(chunk => chunk.CalibrationPage);
const loadShipments = () => import('./views/ShipmentsView.tsx').then(chunk => chunk.ShipmentsView);
const loadShipment = () => import('./views/ShipmentPage.tsx').then(chunk => chunk.ShipmentPage);
const loadNewShipment = () => import('./views/NewShipmentView.tsx').then(chunk => chunk.NewShipmentView);
const loadLinked = () => import('./views/LinkedShipmentView.tsx').then(chunk => chunk.LinkedShipmentView);
const loadSignIn = () => import('./views/SignInView.tsx').then(chunk => chunk.SignInView);
const loadInvitation = () => import('./views/InvitationView.tsx').then(chunk => chunk.InvitationView);
const loadNewPassword = () => import('./views/NewPasswordView.tsx').then(chunk => chunk.NewPasswordView);
const loadShared = () => withAccountWords(import('./views/SharedView.tsx')).then(chunk => chunk.SharedView);
const loadExperiments = () => import('./laboratory/ExperimentsView.tsx').then(chunk => chunk.ExperimentsView);
const loadExperiment = () =>
  withFitWords(import('./views/ExperimentPage.tsx')).then(chunk => chunk.ExperimentPage);
const loadNewExperiment = () =>
  withLeverWords(import('./laboratory/NewExperimentView.tsx')).then(chunk => chunk.NewExperimentView);
const loadSettings = () =>
  withAccountWords(import('./settings/SettingsView.tsx')).then(chunk => chunk.SettingsView);
const loadAudit = () => withAccountWords(import('./views/AuditView.tsx')).then(chunk => chunk.AuditView);

/** Pages of two areas: roles and passwords are named on the way in as well. */
async function withAccountWords<T>(chunk: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([chunk, openArea('account'), openArea('manage')]);
  return loaded;
}

/** Limits and treatments are named on the pages of batches as well. */
async function withBatchWords<T>(chunk: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([chunk, openArea('batch')]);
  return loaded;
}

async function withCompareWords<T>(chunk: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([chunk, openArea('batch'), openArea('compare')]);
  return loaded;
}

/** Charts have a foot of their own; what is published stands beside what was fitted. */
async function withFitWords<T>(chunk: Promise<T>): Promise<T> {
  const areas = [openArea('charts'), openArea('compare'), openArea('batch'), openArea('parameterSets')];
  const [loaded] = await Promise.all([chunk, ...areas]);
  return loaded;
}

/** Treatments are those of products, ways of preserving those of Compare. */
async function withLeverWords<T>(chunk: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([chunk, openArea('manage'), openArea('compare')]);
  return loaded;
}

function Page({ route: shown }: { route: Route }): JSX.Element {
  switch (shown.page) {
    case 'home':
      return <HomeView />;
    case 'batch':
      return <LazyView key={shown.id} load={loadBatch} props={{ batchId: shown.id }} area="batch" />;
    case 'scan':
      return <LazyView load={loadScan} props={{}} area="scan" />;
    case 'label':
      return <LazyView key={shown.id} load={loadLabel} props={{ batchId: shown.id }} area="label" />;
    case 'new-batch':
      return <LazyView load={loadNewBatch} props={{}} area="newBatch" />;
    case 'shipments':
      return <LazyView load={loadShipments} props={{}} area="shipments" />;
    case 'new-shipment':
      return <LazyView load={loadNewShipment} props={{}} area="shipments" />;
    case 'shipment':
      return (
        <LazyView key={shown.id} load={loadShipment} props={{ shipmentId: shown.id }} area="shipments" />
      );
    case 'compare':
      return <LazyView load={loadCompare} props={{}} area="compare" />;
    case 'why-it-keeps':
      return <LazyView load={loadWhy} props={{}} area="why" />;
    case 'parameter-sets':
      return <LazyView load={loadParameterSets} props={{}} area="parameterSets" />;
    case 'parameter-set':
      return (
        <LazyView key={shown.id} load={loadParameterSet} props={{ setId: shown.id }} area="parameterSets" />
      );
    case 'calibration':
      return <LazyView load={loadCalibration} props={{}} area="parameterSets" />;
    case 'nodes':
      return <LazyView load={loadNodes} props={{}} area="sensors" />;
    case 'node':
      return <LazyView key={shown.id} load={loadNode} props={{ nodeId: shown.id }} area="sensors" />;
    case 'install-node':
      return <LazyView load={loadInstall} props={{}} area="sensors" />;
    case 'quarantine':
      return <LazyView load={loadQuarantine} props={{}} area="quarantine" />;
    case 'experiments':
      return <LazyView load={loadExperiments} props={{}} area="experiments" />;
    case 'experiment':
      return <LazyView key={shown.id} load={loadExperiment} props={{ experimentId: shown.id }} area="fit" />;
    case 'new-experiment':
      return <LazyView load={loadNewExperiment} props={{}} area="experiments" />;
    case 'alerts':
      return <LazyView load={loadAlerts} props={{}} area="alerts" />;
    case 'alert':
      return <LazyView key={shown.id} load={loadAlert} props={{ alertId: shown.id }} area="alerts" />;
    case 'settings':
      return <LazyView load={loadSettings} props={{ section: null }} area="manage" />;
    case 'settings-section':
      return <LazyView load={loadSettings} props={{ section: shown.id }} area="manage" />;
    case 'audit':
      return <LazyView load={loadAudit} props={{}} area="audit" />;
    case 'shared':
      return <LazyView load={loadShared} props={{}} area="account" />;
    default:
      return <NotFoundView />;
  }
}

/** Who moves crates begins with what is on the road, a laboratory with its experiments; a link that names a page is followed as it is. */
function useFirstPage(): void {
  const known = useRef(false);
  const signedIn = me.value != null;
  useEffect(() => {
    if (!signedIn) known.current = false;
    else if (!known.current) {
      known.current = true;
      if (route.value.page !== 'home') return;
      if (doesScience.value && me.value?.organisation.kind === 'laboratory')
        navigate(paths.experiments, true);
      else if (movesCrates.value) navigate(paths.shipments, true);
    }
  }, [signedIn]);
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
      ...(movesCrates.value ? [loadShipments(), openArea('shipments')] : []),
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

/** Pages that need no account. */
const openToAll: readonly Route['page'][] = ['claim', 'invitation', 'new-password'];

/** Names the page in the window title and moves the reader to the start of a page that was not loaded but swapped in. */
function useTitle(shown: Route): void {
  const title = me.value === null && !openToAll.includes(shown.page) ? t('signIn.title') : titleOf(shown);
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
    case 'scan':
      return t('nav.scan');
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
    case 'shipments':
    case 'new-shipment':
    case 'shipment':
      return t('nav.shipments');
    case 'experiments':
    case 'new-experiment':
    case 'experiment':
      return t('nav.experiments');
    case 'compare':
    case 'why-it-keeps':
      return t('nav.compare');
    case 'parameter-sets':
    case 'parameter-set':
    case 'calibration':
      return t('nav.parameterSets');
    case 'alerts':
      return t('nav.alerts');
    case 'alert':
      return fleet.value.alerts[shown.id]?.facts.subjectName ?? t('nav.alerts');
    case 'settings':
    case 'settings-section':
    case 'audit':
      return t('nav.settings');
    case 'invitation':
    case 'new-password':
    case 'shared':
      return t('title.link');
    default:
      return '404';
  }
}

import type { ComponentChildren, JSX } from 'preact';
import { unhandledCount } from '../alerts.ts';
import { t } from '../i18n/messages.ts';
import { paths, type Route, route } from '../router.ts';
import { doesScience, mayMakeBatches, me, movesCrates } from '../state.ts';
import { AlertAnnouncer } from './AlertAnnouncer.tsx';
import { Icon, type IconName } from './Icon.tsx';
import { Logo } from './Logo.tsx';
import { NewVersionBar } from './NewVersionBar.tsx';
import { OfflineBar } from './OfflineBar.tsx';
import { RefusedNotes } from './RefusedNotes.tsx';
import { Settings } from './Settings.tsx';
import { Snackbar } from './Snackbar.tsx';

interface Place {
  readonly page: Route['page'];
  readonly path: string;
  readonly icon: IconName;
  readonly label: string;
}

/** The main pages in the order this firm needs them: who moves crates begins with what is on the road, a laboratory with its experiments. */
function places(): Place[] {
  const home: Place = { page: 'home', path: paths.home, icon: 'home', label: t('nav.home') };
  const road: Place[] = [
    { page: 'shipments', path: paths.shipments, icon: 'truck', label: t('nav.shipments') },
    { page: 'alerts', path: paths.alerts, icon: 'bell', label: t('nav.alerts') },
  ];
  const nodes: Place = { page: 'nodes', path: paths.nodes, icon: 'sensor', label: t('nav.nodes') };
  if (doesScience.value) return [...science(), { ...home, label: t('nav.batches') }, ...road, nodes];
  return movesCrates.value ? [...road, nodes, { ...home, label: t('nav.batches') }] : [home, ...road, nodes];
}

function science(): Place[] {
  return [
    { page: 'experiments', path: paths.experiments, icon: 'flask', label: t('nav.experiments') },
    { page: 'compare', path: paths.compare, icon: 'sliders', label: t('nav.compare') },
    { page: 'parameter-sets', path: paths.parameterSets, icon: 'check', label: t('nav.parameterSets') },
  ];
}

/** Pages below another one light up their parent. */
const parent: Partial<Record<Route['page'], Route['page']>> = {
  batch: 'home',
  'new-batch': 'home',
  label: 'home',
  node: 'nodes',
  'install-node': 'nodes',
  quarantine: 'nodes',
  shipment: 'shipments',
  'new-shipment': 'shipments',
  alert: 'alerts',
  'new-experiment': 'experiments',
  experiment: 'experiments',
  'why-it-keeps': 'compare',
  'parameter-set': 'parameter-sets',
  calibration: 'parameter-sets',
  'settings-section': 'settings',
  audit: 'settings',
};

/** Pages with the tabs of the phone; the others have a way back. */
const withTabs: readonly Route['page'][] = [
  ...(['home', 'nodes', 'shipments', 'alerts', 'settings'] as const),
  ...(['experiments', 'compare', 'parameter-sets'] as const),
];

/** What every page stands in: skip link, offline bar, rail (wide screens), tabs (phone, on the main pages), snackbar. */
export function Shell({ children }: { children: ComponentChildren }): JSX.Element {
  const { page } = route.value;
  const current = parent[page] ?? page;
  // Which ways there are depends on who asks: until that is known none is drawn, so that none moves.
  const known = me.value !== undefined;
  return (
    <div class="shell">
      <a class="button skip" href="#content">
        {t('nav.skipToContent')}
      </a>
      <div class="bars">
        <OfflineBar />
        <NewVersionBar />
      </div>
      <header class="rail">
        <div class="brand">
          <Logo size={26} />
          Tahan
        </div>
        <nav aria-label={t('nav.main')}>
          {(known ? places() : []).map(place => (
            <PlaceLink key={place.page} place={place} current={current} size={18} />
          ))}
        </nav>
        <div class="foot">
          <Settings />
        </div>
      </header>
      <div class="page">
        <RefusedNotes />
        {children}
      </div>
      {known && withTabs.includes(page) && <Tabs page={page} />}
      <Snackbar />
      <AlertAnnouncer />
    </div>
  );
}

function Tabs({ page }: { page: Route['page'] }): JSX.Element {
  const [first, second, third, fourth] = places();
  const account: Place = { page: 'settings', path: paths.settings, icon: 'user', label: t('nav.account') };
  const four = doesScience.value || movesCrates.value;
  const shown = (four ? [first, second, third, account] : [first, fourth]).filter(p => p !== undefined);
  const [left, ...right] = shown.map(place => (
    <PlaceLink key={place.page} place={place} current={page} size={24} />
  ));
  return (
    <nav
      class={`tabs${shown.length > 2 ? ' four' : mayMakeBatches.value ? '' : ' two'}`}
      aria-label={t('nav.main')}
    >
      {left}
      {shown.length === 2 && mayMakeBatches.value && (
        <a class="button primary" href={paths.newBatch}>
          <Icon name="plus" size={22} />
          {t('nav.newBatch')}
        </a>
      )}
      {right}
    </nav>
  );
}

function PlaceLink({
  place,
  current,
  size,
}: {
  place: Place;
  current: Route['page'];
  size: number;
}): JSX.Element {
  return (
    <a href={place.path} {...(place.page === current ? { 'aria-current': 'page' as const } : {})}>
      <Icon name={place.icon} size={size} />
      {place.label}
      {place.page === 'alerts' && unhandledCount.value > 0 && <AlertBadge />}
    </a>
  );
}

/** How many alerts nobody has taken on. */
function AlertBadge(): JSX.Element {
  const n = unhandledCount.value;
  return (
    <span class="alert-badge">
      <span aria-hidden="true">{n > 99 ? '99+' : n}</span>
      <span class="for-reader">{t('alertBanner.badge', { n })}</span>
    </span>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import { words } from '../preferences.ts';
import { paths, type Route, route } from '../router.ts';
import { mayMakeBatches } from '../state.ts';
import { Icon, type IconName } from './Icon.tsx';
import { Logo } from './Logo.tsx';
import { OfflineBar } from './OfflineBar.tsx';
import { Settings } from './Settings.tsx';
import { Snackbar } from './Snackbar.tsx';

interface Place {
  readonly page: Route['page'];
  readonly path: string;
  readonly icon: IconName;
  readonly label: string;
}

function places(): Place[] {
  const { nav } = words.value;
  return [
    { page: 'home', path: paths.home, icon: 'home', label: nav.home },
    { page: 'nodes', path: paths.nodes, icon: 'sensor', label: nav.nodes },
  ];
}

/** Pages below another one light up their parent. */
const parent: Partial<Record<Route['page'], Route['page']>> = {
  batch: 'home',
  'new-batch': 'home',
  node: 'nodes',
  'install-node': 'nodes',
  quarantine: 'nodes',
};

/** What every page stands in: skip link, offline bar, rail (wide screens), tabs (phone, on the main pages), snackbar. */
export function Shell({ children }: { children: ComponentChildren }): JSX.Element {
  const { page } = route.value;
  const current = parent[page] ?? page;
  return (
    <div class="shell">
      <a class="button skip" href="#content">
        {words.value.skipToContent}
      </a>
      <OfflineBar />
      <header class="rail">
        <div class="brand">
          <Logo size={26} />
          Tahan
        </div>
        <nav aria-label={words.value.nav.main}>
          {places().map(place => (
            <a
              key={place.page}
              href={place.path}
              {...(place.page === current ? { 'aria-current': 'page' as const } : {})}
            >
              <Icon name={place.icon} size={18} />
              {place.label}
            </a>
          ))}
        </nav>
        <div class="foot">
          <Settings />
        </div>
      </header>
      <div class="page">{children}</div>
      {(page === 'home' || page === 'nodes') && <Tabs page={page} />}
      <Snackbar />
    </div>
  );
}

function Tabs({ page }: { page: Route['page'] }): JSX.Element {
  const [home, nodes] = places().map(place => (
    <a
      key={place.page}
      href={place.path}
      {...(place.page === page ? { 'aria-current': 'page' as const } : {})}
    >
      <Icon name={place.icon} size={24} />
      {place.label}
    </a>
  ));
  return (
    <nav class={`tabs${mayMakeBatches.value ? '' : ' two'}`} aria-label={words.value.nav.main}>
      {home}
      {mayMakeBatches.value && (
        <a class="button primary" href={paths.newBatch}>
          <Icon name="plus" size={22} />
          {words.value.nav.newBatch}
        </a>
      )}
      {nodes}
    </nav>
  );
}

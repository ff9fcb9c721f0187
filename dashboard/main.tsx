import { render } from 'preact';
import { App } from './App.tsx';
import { startClock } from './clock.ts';
import { keepPages } from './offline/newVersion.ts';
import { applyPreferences } from './preferences.ts';
import { startRouter } from './router.ts';
import { start } from './state.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element with the id "app"');
if (new URLSearchParams(location.search).has('gallery'))
  void import('./gallery/openGallery.tsx').then(gallery => gallery.openGallery(root));
else await openPages(root);

async function openPages(place: HTMLElement): Promise<void> {
  const wordsAreHere = applyPreferences();
  startClock();
  startRouter();
  void start();
  await wordsAreHere;
  render(<App />, place);
  whenIdle(() => void keepPages());
}

/** Keeping the pages costs the line some hundred kilobytes once: after what is looked at. */
function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: 10_000 });
  else setTimeout(run, 4_000);
}

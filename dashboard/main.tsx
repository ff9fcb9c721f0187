import { render } from 'preact';
import { App } from './App.tsx';
import { startClock } from './clock.ts';
import { keepPages } from './offline/newVersion.ts';
import { applyPreferences } from './preferences.ts';
import { startRouter } from './router.ts';
import { start } from './state.ts';

const wordsAreHere = applyPreferences();
startClock();
startRouter();
const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element with the id "app"');
void start();
await wordsAreHere;
render(<App />, root);
whenIdle(() => void keepPages());

/** Keeping the pages costs the line some hundred kilobytes once: after what is looked at. */
function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: 10_000 });
  else setTimeout(run, 4_000);
}

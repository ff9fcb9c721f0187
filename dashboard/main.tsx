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
void keepPages();

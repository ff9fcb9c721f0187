import { type JSX, render } from 'preact';
import { now } from '../clock.ts';
import { type Area, languages } from '../i18n/catalogues.ts';
import { openArea, showLanguage } from '../i18n/messages.ts';
import { theme } from '../preferences.ts';
import * as fixed from './builders.ts';
import { stories } from './stories.ts';
import type { Story } from './story.ts';
import '../style/gallery.css';

/** All messages: a story may show any part of the pages. */
const areas: readonly Area[] = [
  ...(['account', 'alertRules', 'alerts', 'audit', 'batch', 'batchLife', 'charts', 'claim'] as const),
  ...(['label', 'manage', 'newBatch', 'quarantine', 'scan', 'sensors', 'shipments'] as const),
];

/**
 * `?gallery` lists every component, `?gallery=<name>&theme=dark&lang=ja` shows one in every state: on fixed data at a fixed
 * time, without a server, and without touching what this browser has stored.
 */
export async function openGallery(root: HTMLElement): Promise<void> {
  const asked = new URLSearchParams(location.search);
  const language = languages.find(one => one === asked.get('lang')) ?? 'id';
  const shownTheme = asked.get('theme') === 'dark' ? 'dark' : 'light';
  now.value = fixed.now;
  theme.value = shownTheme;
  document.documentElement.dataset.theme = shownTheme;
  document.documentElement.lang = language;
  await showLanguage(language);
  await Promise.all(areas.map(openArea));
  const name = asked.get('gallery') ?? '';
  const story = stories.find(one => one.name === name);
  document.title = `${story?.name ?? 'gallery'} – Tahan`;
  if (story === undefined) render(<Index asked={asked} />, root);
  else {
    story.setUp?.();
    render(<Stage story={story} />, root);
  }
  document.documentElement.dataset.gallery = story?.name ?? 'index';
}

function Stage({ story }: { story: Story }): JSX.Element {
  if (story.isPage)
    return (
      <>
        {story.states.map(({ name, draw: Draw }) => (
          <Draw key={name} />
        ))}
      </>
    );
  return (
    <main class={`gallery-stage${story.wide ? ' wide' : ''}`}>
      <h1 class="for-reader">{story.name}</h1>
      {story.states.map(({ name, draw: Draw }) => (
        <section key={name} data-state={name} class="gallery-state">
          <h2>{name}</h2>
          <Draw />
        </section>
      ))}
    </main>
  );
}

function Index({ asked }: { asked: URLSearchParams }): JSX.Element {
  const address = (name: string): string => {
    const query = new URLSearchParams(asked);
    query.set('gallery', name);
    return `?${query}`;
  };
  return (
    <main id="content" class="gallery-stage">
      <h1>Gallery</h1>
      <ul class="gallery-index">
        {stories.map(({ name, states, wide = false }) => (
          <li key={name} data-wide={wide}>
            <a href={address(name)}>{name}</a> <span class="muted">{states.length}</span>
          </li>
        ))}
      </ul>
    </main>
  );
}

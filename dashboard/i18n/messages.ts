import { setupI18n } from '@lingui/core';
import { signal } from '@preact/signals';
import type { Area, Language, MessageId, MessageValues } from './catalogues.ts';

type Catalogue = Record<string, string>;

/** Every catalogue by "./id/core.json"; each is a file of its own that is fetched when its area is first opened. */
const files = import.meta.glob<Catalogue>('./*/*.json', { import: 'default' });

const i18n = setupI18n();
const opened = new Set<Area>(['core']);
const loaded = new Set<string>();

/** Goes up when other words are shown; read by `t`, so that whatever it wrote is written anew. */
const revision = signal(0);

/**
 * A message of the language now shown, with its values filled in. Reading it inside a component or a computed signal
 * draws that again when the language changes.
 */
export function t(id: MessageId, values?: MessageValues): string {
  void revision.value;
  return i18n._(id, values as Record<string, unknown> | undefined);
}

/** Fetches an area's messages in the language now shown; at once when they are there. */
export async function openArea(area: Area): Promise<void> {
  opened.add(area);
  if (i18n.locale === '') return;
  await fetchCatalogue(i18n.locale as Language, area);
}

/** Shows everything in another language, once all opened areas are there. The old words stay until then. */
export async function showLanguage(language: Language): Promise<void> {
  await Promise.all([...opened].map(area => fetchCatalogue(language, area)));
  i18n.activate(language);
  revision.value++;
}

async function fetchCatalogue(language: Language, area: Area): Promise<void> {
  const key = `${language}/${area}`;
  if (loaded.has(key)) return;
  const load = files[`./${key}.json`];
  if (load === undefined) throw new Error(`There is no catalogue ${key}.json.`);
  i18n.load(language, await load());
  loaded.add(key);
}

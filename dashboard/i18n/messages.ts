import { setupI18n } from '@lingui/core';
import { computed, signal } from '@preact/signals';
import type { Area, Language, MessageId, MessageValues } from './catalogues.ts';

type Catalogue = Record<string, string>;

/** Every catalogue by "./id/core.json"; each is a file of its own that is fetched when its area is first opened. */
const files = import.meta.glob<Catalogue>('./*/*.json', { import: 'default' });

const i18n = setupI18n();
const opened = new Set<Area>(['core']);
const loaded = new Set<string>();
let wanted: Language = 'id';

/** `null` until the first words are there; read by `t`, so that whatever it wrote is written anew. */
const shown = signal<Language | null>(null);

/** The language the pages are in now: the chosen one as soon as its words are there. */
export const shownLanguage = computed<Language>(() => shown.value ?? 'id');

/**
 * A message of the language now shown, with its values filled in. Reading it inside a component or a computed signal
 * draws that again when the language changes.
 */
export function t(id: MessageId, values?: MessageValues): string {
  void shown.value;
  return i18n._(id, values as Record<string, unknown> | undefined);
}

/** Fetches an area's messages in the language that is shown or about to be; at once when they are there. */
export async function openArea(area: Area): Promise<void> {
  opened.add(area);
  const languages = new Set([shown.value ?? wanted, wanted]);
  await Promise.all([...languages].map(language => fetchCatalogue(language, area)));
}

/** Shows everything in another language, once all opened areas are there. The old words stay until then. */
export async function showLanguage(language: Language): Promise<void> {
  wanted = language;
  await Promise.all([...opened].map(area => fetchCatalogue(language, area)));
  // Somebody chose another one meanwhile: that one is on its way.
  if (wanted !== language) return;
  i18n.activate(language);
  shown.value = language;
}

async function fetchCatalogue(language: Language, area: Area): Promise<void> {
  const key = `${language}/${area}`;
  if (loaded.has(key)) return;
  const load = files[`./${key}.json`];
  if (load === undefined) throw new Error(`There is no catalogue ${key}.json.`);
  i18n.load(language, await load());
  loaded.add(key);
}

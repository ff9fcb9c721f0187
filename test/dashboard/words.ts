import { setupI18n } from '@lingui/core';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import type { Language, Translate } from '../../dashboard/i18n/catalogues.ts';

const files = import.meta.glob<Record<string, string>>('../../dashboard/i18n/*/*.json', {
  eager: true,
  import: 'default',
});

/** The message files of one language as they stand, by area. */
export function catalogues(language: Language): Record<string, Record<string, string>> {
  const ofLanguage = Object.entries(files).filter(([file]) => file.includes(`/i18n/${language}/`));
  return Object.fromEntries(
    ofLanguage.map(([file, messages]) => [/([^/]+)\.json$/.exec(file)?.[1] ?? file, messages]),
  );
}

/** Every message of one language by its id. */
export function messagesOf(language: Language): Record<string, string> {
  return Object.assign({}, ...Object.values(catalogues(language)));
}

/** What the pages say in one language, all areas opened; an id that does not exist throws. */
export function translateIn(language: Language): Translate {
  const compiled = Object.entries(messagesOf(language)).map(([id, text]) => [
    id,
    compileMessageOrThrow(text),
  ]);
  const i18n = setupI18n({
    locale: language,
    messages: { [language]: Object.fromEntries(compiled) },
    missing: (_, id) => {
      throw new Error(`There is no message "${id}" in ${language}.`);
    },
  });
  return (id, values) => i18n._(id, values as Record<string, unknown> | undefined);
}

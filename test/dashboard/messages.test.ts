import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { describe, expect, test } from 'vitest';
import { languages } from '../../dashboard/i18n/catalogues.ts';
import catalogueList from '../../dashboard/i18n/catalogues.ts?raw';
import { place, splitAtPlaces } from '../../dashboard/i18n/places.ts';
import { catalogues, messagesOf, translateIn } from './words.ts';

const sources = Object.entries(
  import.meta.glob<string>(
    [
      '../../dashboard/**/*.ts',
      '../../dashboard/**/*.tsx',
      '!../../dashboard/dist/**',
      '!../../dashboard/gallery/**',
      '!../../dashboard/i18n/**',
    ],
    { eager: true, query: '?raw', import: 'default' },
  ),
).map(([file, text]) => ({ file: file.replace('../../', ''), text }));

const indonesian = messagesOf('id');
const english = messagesOf('en');
const japanese = messagesOf('ja');
const ids = Object.keys(indonesian);
const areas = Object.keys(catalogues('id'));

/** The names of what a message is filled with, those inside its plural forms too. */
function argumentsOf(message: string): string[] {
  const found = new Set<string>();
  const inner = (parts: unknown): void => {
    if (Array.isArray(parts)) for (const part of parts) walk(part);
  };
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    const [name, kind, forms] = part;
    const filled = typeof name === 'string' && (part.length === 1 || typeof kind === 'string');
    if (filled) found.add(name);
    if (!filled) inner(part);
    else if (typeof forms === 'object' && forms !== null) Object.values(forms).forEach(inner);
  };
  inner(compileMessageOrThrow(message));
  return [...found].sort();
}

/** Every id as the code writes it; an id with a variable part, `t(`status.${status}`)`, stands for all that fit. */
const written = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/'([a-z][\w-]*(?:\.[\w-]+)+)'|`([a-z][\w-]*\.(?:[^`$\s]|\$\{[^}]*\})*)`/gi)].map(
    match => ({
      file,
      id: match[1] ?? match[2] ?? '',
    }),
  ),
);
const patterns = [...new Set(written.filter(({ id }) => id.includes('${')).map(({ id }) => id))].map(
  id =>
    new RegExp(
      `^${id
        .split(/\$\{[^}]*\}/)
        .map(escaped)
        .join('[^ ]+')}$`,
    ),
);
const plain = new Set(written.map(({ id }) => id));

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('messages', () => {
  test.each(languages)('every area has its file in %s, and no other', language => {
    expect(Object.keys(catalogues(language)).sort()).toEqual(areas.toSorted());
    for (const area of areas) expect(catalogueList).toContain(`./id/${area}.json`);
  });

  test.each(['en', 'ja'] as const)('the same ids exist, area by area, in Indonesian and in %s', language => {
    for (const area of areas)
      expect(Object.keys(catalogues(language)[area] ?? {}).sort(), area).toEqual(
        Object.keys(catalogues('id')[area] ?? {}).sort(),
      );
  });

  test('an id stands in one area only', () => {
    const all = Object.values(catalogues('id')).flatMap(Object.keys);
    expect(all.filter((id, index) => all.indexOf(id) !== index)).toEqual([]);
  });

  test.each(languages)('every message in %s compiles and is not empty', language => {
    for (const [id, message] of Object.entries(messagesOf(language))) {
      expect(() => compileMessageOrThrow(message), id).not.toThrow();
      expect(message.trim(), id).not.toBe('');
    }
  });

  test('a message is filled with the same values in all languages', () => {
    const unlike = ids.filter(id => {
      const filled = [indonesian, english, japanese].map(messages => argumentsOf(messages[id] ?? '').join());
      return new Set(filled).size > 1;
    });
    expect(unlike).toEqual([]);
  });

  test('every id that the code asks for exists', () => {
    const asked = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/(?<![\w.])(?:format\.|shown\.|frame\.format\.)?t\(\s*'([^']+)'/g)].map(match => ({
        file,
        id: match[1] ?? '',
      })),
    );
    expect(asked.length).toBeGreaterThan(300);
    expect(asked.filter(({ id }) => !(id in indonesian))).toEqual([]);
  });

  test('no message is left that nothing shows', () => {
    const unused = ids.filter(id => !plain.has(id) && !patterns.some(pattern => pattern.test(id)));
    expect(unused).toEqual([]);
  });

  test('English has been translated', () => {
    const same = ids.filter(
      id => indonesian[id] === english[id] && /\p{L}{2}/u.test(withoutArguments(english[id])),
    );
    expect(same.filter(id => ![...sameInEnglish, ...brands].includes(english[id] ?? ''))).toEqual([]);
  });

  test('Japanese has been translated', () => {
    const notJapanese = ids.filter(
      id =>
        /\p{L}{2}/u.test(withoutArguments(japanese[id])) &&
        !/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(japanese[id] ?? ''),
    );
    expect(notJapanese.filter(id => !latinInJapanese.has(japanese[id] ?? ''))).toEqual([]);
  });

  test('no word calls food safe or sounds like the date that a law prescribes', () => {
    const forbidden = {
      id: /\baman\b|baik digunakan|kedaluwarsa|kadaluarsa/i,
      en: /\bsafe\b|\bsafely\b|use[ -]by|best before|expiry date/i,
      ja: /安全|消費期限|賞味期限/,
    };
    const said = languages.flatMap(language =>
      Object.entries(messagesOf(language))
        .filter(([, message]) => forbidden[language].test(message))
        .map(([id, message]) => `${id} in ${language}: ${message}`),
    );
    expect(said).toEqual([]);
  });

  test('Japanese is typed with its own punctuation', () => {
    const narrow = Object.entries(japanese).filter(([, message]) =>
      /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}}]\s?[:?()~!]|[()]\p{Script=Han}/u.test(message),
    );
    expect(narrow).toEqual([]);
  });

  test('figures and sentences are typed as they are printed: real signs, no straight quotes, no spaces at the ends', () => {
    const untidy = languages.flatMap(language =>
      Object.entries(messagesOf(language))
        .filter(([, message]) => /["']|\.\.\.|^\s|\s$/.test(message.replaceAll("''", '')))
        .map(([id, message]) => `${id} in ${language}: ${message}`),
    );
    expect(untidy).toEqual([]);
  });
});

/** What reads the same in Indonesian and English. */
const sameInEnglish = new Set([
  'Auto',
  ...['Parameter', 'Bootstrap 95%', 'lag × µ', 'Log-linear', 'log₁₀', 'RMSE', 'ΔAICc'],
  'Bacillus cereus',
  'Batch',
  'batch {name}',
  'Data {at}',
  'Email',
  'Listeria',
  'log CFU/g',
  'Model',
  'Port',
  'Program',
  'RH {percent}%',
  'RH, %',
  'Sensor',
  '{log10} log CFU/g',
  '{temperature} · {count} log CFU/g · {remaining}',
  'Codex',
  'Indonesia',
  'Median',
  'Rp {n}',
  'Takwa',
  ...['CO₂', 'CO₂ {percent}%', 'GDL', 'GDL, pH {n}', 'g/kg', 'pH'],
  ...['log₁₀', 'RMSE', 'ΔAICc'],
]);

/** What Japanese writes in Latin letters too. */
const brands = ['Telegram', 'WhatsApp', 'SMS'];
const latinInJapanese = new Set([
  ...brands,
  'log CFU/g',
  '{log10} log CFU/g',
  '{temperature} · {count} log CFU/g · {remaining}',
  ...['CO₂', 'CO₂ {percent}%', 'GDL', 'GDL、pH {n}', 'g/kg', 'pH'],
  ...['log₁₀', 'RMSE', 'ΔAICc'],
]);

function withoutArguments(message = ''): string {
  return message.replaceAll(/\{\w+(, plural,)?|#/g, '').replaceAll(/\b(other|one) \{/g, '');
}

describe('code', () => {
  test('shows no text that is not a message', () => {
    const bare = sources
      .filter(({ file }) => file.endsWith('.tsx'))
      .flatMap(({ file, text }) =>
        [
          // Text between tags, and what is read out or shown by an attribute.
          ...text.matchAll(/(?<!=)>\s*([^<>{}()=;:&|?]*\p{L}{2}[^<>{}()=;:&|?]*)</gu),
          ...text.matchAll(/\s(?:aria-label|title|placeholder|alt|label)="([^"]*\p{L}{2}[^"]*)"/gu),
        ].map(match => `${file}: ${match[1]?.trim()}`),
      )
      .filter(line => !names.has(line.slice(line.indexOf(': ') + 2)) && !line.includes(': extends '));
    expect(bare).toEqual([]);
  });
});

/** What is called the same everywhere. */
const names = new Set(['Tahan', '7K3Q-9ZPM', '7K3Q9-ZPM4T']);

describe('places in a message', () => {
  test('splitAtPlaces finds what is not text where each language puts it', () => {
    const values = { range: place(0), kept: place(1) };
    expect(splitAtPlaces(translateIn('en')('life.intervalIf', values))).toEqual([
      '90% interval: ',
      0,
      ', if kept ',
      1,
      '.',
    ]);
    expect(splitAtPlaces(translateIn('ja')('lead.sellNow', { name: place(0) }))).toEqual([
      0,
      'は今すぐ販売。',
    ]);
  });
});

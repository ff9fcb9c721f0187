import { describe, expect, test } from 'vitest';
import { catalogues } from './words.ts';

const sources = Object.fromEntries(
  Object.entries(
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
  ).map(([file, text]) => [file.replace('../../dashboard/', ''), text]),
);

const areaOfId = new Map(
  Object.entries(catalogues('id')).flatMap(([area, messages]) => Object.keys(messages).map(id => [id, area])),
);

function resolved(from: string, target: string): string {
  const path = new URL(target, `file:///${from}`).pathname.slice(1);
  return path in sources ? path : '';
}

/** Files that come with a file, types left out. */
function broughtBy(file: string): string[] {
  return [
    ...(sources[file] ?? '').matchAll(
      /^(?:import|export)\s(?!type\s)(?:[^'"]*?\sfrom\s)?['"](\.[^'"]+)['"]/gm,
    ),
  ]
    .map(match => resolved(file, match[1] ?? ''))
    .filter(path => path !== '');
}

const openedIn = (text: string): string[] =>
  [...text.matchAll(/openArea\('(\w+)'\)/g)].map(match => match[1] ?? '');

/** Files that a file fetches later, each with the area that is opened for it. */
function fetchedBy(file: string): { file: string; areas: string[] }[] {
  const text = sources[file] ?? '';
  const areaOfLoader = new Map<string, string[]>();
  for (const [tag] of text.matchAll(/<LazyView\b[\s\S]*?\/>/g)) {
    const loader = /load=\{(\w+)\}/.exec(tag)?.[1];
    const area = /area="(\w+)"/.exec(tag)?.[1];
    if (loader !== undefined) areaOfLoader.set(loader, area === undefined ? [] : [area]);
  }
  const openedByHand = openedIn(text);
  return [...text.matchAll(/(?:const (\w+) = \(\) =>\s*)?(?:\b(\w+)\()?\bimport\('([^']+)'\)/g)].map(
    ([, loader = '', wrapper, target = '']) => ({
      file: resolved(file, target),
      areas: [
        ...(areaOfLoader.get(loader) ?? openedByHand),
        // A function around the import opens areas of its own.
        ...(wrapper === undefined
          ? []
          : openedIn(text.split(`function ${wrapper}`)[1]?.split('\n}')[0] ?? '')),
      ],
    }),
  );
}

/** The areas whose messages a file shows. */
function areasShownBy(file: string): Set<string> {
  const text = sources[file] ?? '';
  const areas = new Set<string>();
  for (const [, id = ''] of text.matchAll(/'([a-z][\w-]*(?:\.[\w-]+)+)'/gi)) {
    const area = areaOfId.get(id);
    if (area !== undefined) areas.add(area);
  }
  for (const [, start = ''] of text.matchAll(/\bt\(\s*`([a-z][\w.-]*\.[\w-]*)\$\{/gi))
    for (const [id, area] of areaOfId) if (id.startsWith(start)) areas.add(area);
  return areas;
}

/** Walks from a file over all it brings and fetches. @returns what would be shown before its words are there */
function unopened(file: string, areas: readonly string[], seen = new Set<string>()): string[] {
  const key = `${file} ${areas.join()}`;
  if (file === '' || seen.has(key)) return [];
  seen.add(key);
  const missing = [...areasShownBy(file)].filter(area => !areas.includes(area));
  return [
    ...missing.map(area => `${file} shows words of ${area}, opened are ${areas.join(', ')}`),
    ...broughtBy(file).flatMap(next => unopened(next, areas, seen)),
    ...fetchedBy(file).flatMap(next =>
      unopened(next.file, [...new Set([...areas, ...next.areas])].sort(), seen),
    ),
  ];
}

describe('areas', () => {
  test('finds the pages that are fetched, with their areas', () => {
    expect(fetchedBy('App.tsx')).toContainEqual({ file: 'views/ClaimView.tsx', areas: ['claim'] });
    expect(broughtBy('views/HomeView.tsx')).toContain('components/BatchRow.tsx');
    expect(areasShownBy('components/BatchFacts.tsx')).toEqual(new Set(['batch', 'core']));
  });

  test('no page shows a message before the file it stands in is there', () => {
    expect(unopened('main.tsx', ['core'])).toEqual([]);
  });

  test('a page that showed foreign words would be found', () => {
    expect(unopened('views/ClaimView.tsx', ['core'])).not.toEqual([]);
  });
});

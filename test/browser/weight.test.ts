import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

/** What the built pages weigh on the line, in kB of gzip as a server with compression sends them. */
const dist = new URL('../../dashboard/dist/', import.meta.url);
interface BuiltFile {
  readonly file: string;
  readonly imports?: readonly string[];
}
const files = JSON.parse(readFileSync(new URL('files.json', dist), 'utf8')) as Record<string, BuiltFile>;

/** A file with everything it needs before it runs. */
function withImports(name: string, found = new Set<string>()): Set<string> {
  const built = files[name];
  if (built === undefined) throw new Error(`the build has no ${name}`);
  if (found.has(built.file)) return found;
  found.add(built.file);
  for (const imported of built.imports ?? []) withImports(imported, found);
  return found;
}

const kB = (names: Iterable<string>): number =>
  [...names].reduce(
    (sum, name) => sum + gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length,
    0,
  ) / 1000;

const firstLoad = new Set([...withImports('index.html'), ...withImports('i18n/id/core.json')]);

describe('the pages on the line', () => {
  it('open with at most 40 kB of JavaScript, words included', () => {
    expect(kB(firstLoad)).toBeLessThanOrEqual(40);
    expect(kB(firstLoad)).toBeGreaterThan(10);
  });

  it.each(['charts/BatchCharts.tsx', 'charts/NodeChart.tsx'])('bring %s for at most 75 kB more', name => {
    const more = [...withImports(name)].filter(file => !firstLoad.has(file));
    expect(kB(more)).toBeLessThanOrEqual(75);
    expect(kB(more)).toBeGreaterThan(10);
  });

  it('carry every language apart, so that nobody loads one they do not read', () => {
    const catalogues = [...firstLoad].filter(file => /\/(core|alerts|sensors|settings)-/.test(file));
    expect(catalogues).toHaveLength(1);
  });
});

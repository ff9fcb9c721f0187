import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };

const text = readFileSync(join(import.meta.dirname, '../../docs/dependencies.md'), 'utf8');
const [, atRunTime = '', forBuilding = ''] = text.split(/^## .*$/m);
const namesIn = (section: string): string[] =>
  [...section.matchAll(/^\| (`[^|]+?) \|/gm)].flatMap(([, cell = '']) =>
    cell.replaceAll('`', '').split(', '),
  );

describe('docs/dependencies.md', () => {
  it('gives a reason for each package at run time, and for no other', () => {
    expect(namesIn(atRunTime)).toEqual(Object.keys(manifest.dependencies));
  });

  it('says what each package for building and testing does', () => {
    const typed = Object.keys(manifest.devDependencies).map(name => name.replace(/^@types\/.*/, '@types/*'));
    expect(namesIn(forBuilding).sort()).toEqual([...new Set(typed)].sort());
  });
});

describe('the install for production', () => {
  it('is smaller than the 240 packages it is said to be', () => {
    const packages = Object.entries(lock.packages as Record<string, { dev?: boolean; optional?: boolean }>);
    const installed = packages.filter(([path, { dev, optional }]) => path !== '' && !dev && !optional);
    expect(installed.length).toBeGreaterThan(100);
    expect(installed.length).toBeLessThan(240);
  });
});

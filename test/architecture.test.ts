import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const parts = ['models', 'firmware-sim', 'gateway', 'server', 'dashboard', 'cli'] as const;

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .filter(file => !/(^|\/)(dist|node_modules)\//.test(file));
}

const importPattern =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(importPattern)].map(match => {
    const specifier = match[2] ?? match[3] ?? '';
    const target = specifier.startsWith('.')
      ? relative(root, resolve(root, dirname(file), specifier))
      : specifier;
    return { file, target, typeOnly: match[1] !== undefined };
  });
}

const sources = parts.flatMap(sourcesBelow);
const imports = sources.flatMap(importsOf);
const partOf = (path: string) => parts.find(part => path.startsWith(`${part}/`));
const isLocal = (target: string) => partOf(target) !== undefined;
const show = (i: Import) => `${i.file} -> ${i.target}`;

/** Whom each part may import besides itself and npm packages. */
const allowed: Record<(typeof parts)[number], readonly string[]> = {
  models: [],
  'firmware-sim': ['models'],
  gateway: ['models'],
  server: ['models'],
  dashboard: ['models'],
  cli: ['models', 'firmware-sim', 'gateway', 'server'],
};

describe('architecture', () => {
  it('finds sources and imports to check in every part', () => {
    for (const part of parts) {
      expect(sources.filter(file => file.startsWith(`${part}/`)).length, part).toBeGreaterThan(0);
    }
    expect(imports.length).toBeGreaterThan(100);
  });

  it('lets every part import only the parts it may', () => {
    const wrong = imports.filter(({ file, target }) => {
      const from = partOf(file);
      const to = partOf(target);
      return from && to && from !== to && !allowed[from].includes(to);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('keeps every relative import inside the source folders', () => {
    const outside = imports.filter(
      ({ file, target }) =>
        target.startsWith('..') ||
        (!isLocal(target) && /^(test|scripts|bench|docs)\//.test(target) && !file.startsWith('cli/')),
    );
    expect(outside.map(show)).toEqual([]);
  });

  it('keeps models free of input, output and npm packages beyond zod in contracts and maths in fitting', () => {
    const npm = imports.filter(({ file, target }) => file.startsWith('models/') && !isLocal(target));
    const wrong = npm.filter(({ file, target }) => {
      if (file.startsWith('models/contracts/')) return target !== 'zod';
      if (file.startsWith('models/fitting/'))
        return !['simple-statistics', 'ml-matrix', 'ml-levenberg-marquardt'].includes(target);
      return true;
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('lets the maths see contracts only as types, and contracts see no maths but units', () => {
    const wrong = imports.filter(({ file, target, typeOnly }) => {
      if (!file.startsWith('models/') || !target.startsWith('models/')) return false;
      const fromContracts = file.startsWith('models/contracts/');
      const toContracts = target.startsWith('models/contracts/');
      if (fromContracts) return !toContracts && target !== 'models/units.ts';
      return toContracts && !typeOnly;
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('lets the dashboard take only types from contracts, so that no schema library reaches a phone', () => {
    const wrong = imports.filter(
      ({ file, target, typeOnly }) =>
        file.startsWith('dashboard/') && target.startsWith('models/contracts/') && !typeOnly,
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('has no import cycles', () => {
    const graph = new Map<string, string[]>();
    for (const { file, target, typeOnly } of imports) {
      if (isLocal(target) && !typeOnly) graph.set(file, [...(graph.get(file) ?? []), target]);
    }
    expect(findCycle(graph)).toBeUndefined();
  });

  it('reads the clock only where it is wired', () => {
    const clockReaders = sources.filter(file => {
      if (file.startsWith('cli/') || file.startsWith('dashboard/') || file.endsWith('/clock.ts'))
        return false;
      return /\bDate\.now\(\)|\bnew Date\(\)/.test(readFileSync(join(root, file), 'utf8'));
    });
    expect(clockReaders).toEqual([]);
  });

  it('names no file utils, helpers, common, misc, types or index', () => {
    const vague = sources.filter(file => /(^|\/)(utils?|helpers?|common|misc|types|index)\.tsx?$/.test(file));
    expect(vague).toEqual([]);
  });
});

function findCycle(graph: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = walk(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = walk(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

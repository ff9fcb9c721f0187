import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');
const withoutCode = (text: string): string =>
  text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** As GitHub names the place of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('the documents', () => {
  it.each(pages)('%s leads only to files and headings that are there', page => {
    const links = [...withoutCode(textOf(page)).matchAll(/(?:\]\(|(?:src|href)=")([^)"\s]+)/g)].map(
      ([, to = '']) => to,
    );
    const inside = links.filter(to => !/^(https?|mailto):/.test(to));
    const missing = inside.filter(to => {
      const [path = '', anchor] = to.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
    });
    expect(missing).toEqual([]);
  });

  it.each(pages)('%s names only npm scripts that there are', page => {
    const named = [...textOf(page).matchAll(/\bnpm run (?:-s )?([a-z][\w-]*)/gi)].map(
      ([, name = '']) => name,
    );
    expect(named.filter(name => !(name in manifest.scripts))).toEqual([]);
  });
});

describe('README in both languages', () => {
  it('shows the same pictures and begins with the same two commands', () => {
    const [english, indonesian] = ['README.md', 'README.id.md'].map(textOf);
    const pictures = (text = '') => [...text.matchAll(/<img src="([^"]+)"/g)].map(([, src]) => src);
    const commands = (text = '') =>
      [...text.matchAll(/^(npm (?:start|test))\b/gm)].map(([, command]) => command);
    expect(pictures(indonesian)).toEqual(pictures(english));
    expect(commands(english)).toEqual(['npm start', 'npm test']);
    expect(commands(indonesian)).toEqual(['npm start', 'npm test']);
  });
});

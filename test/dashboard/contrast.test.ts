import { describe, expect, test } from 'vitest';
import { contrast } from '../../dashboard/gallery/contrast.ts';
import css from '../../dashboard/tokens.css?raw';

const grounds = ['bg', 'surface', 'sunken'];
const statuses = ['fresh', 'soon', 'risk', 'none'];

/** Letters and what they stand on (WCAG 2.2, 1.4.3: 4.5). */
const texts: readonly [string, string][] = [
  ...['ink', 'ink-2', 'ink-3'].flatMap(ink => grounds.map((on): [string, string] => [ink, on])),
  ...statuses.flatMap(status =>
    [`${status}-soft`, 'bg', 'surface'].map((on): [string, string] => [status, on]),
  ),
  ...statuses.map((status): [string, string] => ['ink', `${status}-soft`]),
  ...['bg', 'surface', 'accent-soft'].map((on): [string, string] => ['accent', on]),
  ...['d-temp', 'd-count', 'd-life', 'd-limit', 'd-axis'].map((data): [string, string] => [data, 'surface']),
  ['accent-ink', 'accent'],
  ['bg', 'ink'],
  ['ink', 'raise'],
];

/** Edges, bars and lines that carry a meaning (1.4.11: 3). */
const graphics: readonly [string, string][] = [
  ...['surface', 'bg'].flatMap(on =>
    ['fresh-fill', 'risk-fill', 'soon-edge', 'none-fill', 'line-2', 'focus'].map((of): [string, string] => [
      of,
      on,
    ]),
  ),
];

function tokensOf(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6});/g)].map(m => [m[1] ?? '', m[2] ?? '']),
  );
}

const light = tokensOf(css.slice(css.indexOf(':root {'), css.indexOf(':root[data-theme')));
const dark = { ...light, ...tokensOf(css.slice(css.indexOf(':root[data-theme'), css.indexOf('@media'))) };

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s colours', (_, tokens) => {
  const ratio = ([of, on]: readonly [string, string]): number => {
    const [a, b] = [tokens[of], tokens[on]];
    if (a === undefined || b === undefined) throw new Error(`tokens.css has no --${of} or no --${on}`);
    return contrast(a, b);
  };

  test.each(texts)('--%s can be read on --%s', (of, on) => {
    expect(ratio([of, on])).toBeGreaterThanOrEqual(4.5);
  });

  test.each(graphics)('--%s stands out from --%s', (of, on) => {
    expect(ratio([of, on])).toBeGreaterThanOrEqual(3);
  });
});

test('contrast is 21 between black and white and 1 between equals', () => {
  expect(contrast('#000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#0b5cad', '#0b5cad')).toBe(1);
});

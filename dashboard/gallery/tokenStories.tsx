import type { JSX } from 'preact';
import { Icon, iconNames } from '../components/Icon.tsx';
import { Logo } from '../components/Logo.tsx';
import tokens from '../tokens.css?raw';
import { contrast } from './contrast.ts';
import { type Story, states } from './story.ts';

/** Names of one kind of token, in the order they are written. */
function tokenNames(pattern: RegExp): string[] {
  return [...new Set([...tokens.matchAll(/--([\w-]+):/g)].map(found => found[1] ?? ''))].filter(name =>
    pattern.test(name),
  );
}

const tokenValue = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** A colour with the letters that may stand on it, and by how much it stands out from where it lies. */
function Colour({ name }: { name: string }): JSX.Element {
  const value = tokenValue(name);
  const ratio = (on: string): string => contrast(value, tokenValue(on)).toFixed(1);
  return (
    <div class="gallery-row">
      <i class="gallery-colour" style={{ background: `var(--${name})` }} />
      <span class="small second">
        --{name} {value} · bg {ratio('bg')} · surface {ratio('surface')}
      </span>
    </div>
  );
}

const colours = (pattern: RegExp) => (): JSX.Element => (
  <>
    {tokenNames(pattern)
      .filter(name => /^#[0-9a-f]{3,6}$/i.test(tokenValue(name)))
      .map(name => (
        <Colour key={name} name={name} />
      ))}
  </>
);

const sizes = (pattern: RegExp, property: 'fontSize' | 'width') => (): JSX.Element => (
  <>
    {tokenNames(pattern).map(name => (
      <div class="gallery-row" key={name}>
        {property === 'width' ? (
          <i style={{ width: `var(--${name})`, height: '12px', background: 'var(--ink)' }} />
        ) : (
          <span style={{ fontSize: `var(--${name})` }}>12½</span>
        )}
        <span class="small second">
          --{name} {tokenValue(name)}
        </span>
      </div>
    ))}
  </>
);

export const tokenStories: readonly Story[] = [
  {
    name: 'tokens',
    states: states({
      neutrals: colours(/^(bg|surface|sunken|raise|ink|line|accent|focus)/),
      status: colours(/^(fresh|soon|risk|none)/),
      data: colours(/^d-/),
      type: sizes(/^t-/, 'fontSize'),
      space: sizes(/^s\d/, 'width'),
    }),
  },
  {
    name: 'icons',
    states: states({
      all: () => (
        <div class="gallery-row">
          {iconNames.map(name => (
            <span class="gallery-cell small" key={name}>
              <Icon name={name} size={24} />
              {name}
            </span>
          ))}
        </div>
      ),
      logo: () => <Logo size={48} />,
    }),
  },
];

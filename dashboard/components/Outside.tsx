import type { ComponentChildren, JSX } from 'preact';
import { Logo } from './Logo.tsx';
import { LanguageSwitch } from './Settings.tsx';

/** What a page stands in that needs no account: name, languages, one column. */
export function Outside(props: { children: ComponentChildren; foot?: ComponentChildren }): JSX.Element {
  return (
    <div class="sign-in">
      <header>
        <span class="brand">
          <Logo size={30} />
          Tahan
        </span>
        <LanguageSwitch />
      </header>
      <main id="content" tabIndex={-1}>
        {props.children}
      </main>
      {props.foot !== undefined && <footer>{props.foot}</footer>}
    </div>
  );
}

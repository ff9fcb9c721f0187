import type { ComponentChildren, JSX } from 'preact';
import { words } from '../preferences.ts';
import { goBack, paths } from '../router.ts';
import { Icon } from './Icon.tsx';

interface PageHeadProps {
  readonly title: string;
  /** What stands after "Beranda /" on wide screens. */
  readonly crumb?: string;
  /** Buttons: beside the title on wide screens, at the thumb on a phone. */
  readonly children?: ComponentChildren;
}

/** The head of a page below the main ones: a way back, its name, what can be done. */
export function PageHead({ title, crumb, children }: PageHeadProps): JSX.Element {
  return (
    <header class="heading below">
      <button
        type="button"
        class="icon-button narrow-page"
        aria-label={words.value.back}
        onClick={() => goBack(paths.home)}
      >
        <Icon name="back" size={24} />
      </button>
      <div class="grow">
        <div class="crumb wide-page">
          <a class="crumb-link" href={paths.home}>
            {words.value.nav.home}
          </a>{' '}
          / {crumb}
        </div>
        <h1>{title}</h1>
      </div>
      {children}
    </header>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import { t } from '../i18n/messages.ts';
import { goBack, paths } from '../router.ts';
import { Icon } from './Icon.tsx';

interface PageHeadProps {
  readonly title: string;
  /** What stands after "Beranda /" on wide screens. */
  readonly crumb?: string;
  /** The page above this one, where it is not the home list. */
  readonly above?: { readonly path: string; readonly label: string };
  /** Buttons: beside the title on wide screens, at the thumb on a phone. */
  readonly children?: ComponentChildren;
}

/** The head of a page below the main ones: a way back, its name, what can be done. */
export function PageHead({ title, crumb, above, children }: PageHeadProps): JSX.Element {
  return (
    <header class="heading below">
      <button
        type="button"
        class="icon-button narrow-page"
        aria-label={t('nav.back')}
        onClick={() => goBack(above?.path ?? paths.home)}
      >
        <Icon name="back" size={24} />
      </button>
      <div class="grow">
        <div class="crumb wide-page">
          <a class="crumb-link" href={paths.home}>
            {t('nav.home')}
          </a>{' '}
          /{' '}
          {above !== undefined && (
            <>
              <a class="crumb-link" href={above.path}>
                {above.label}
              </a>{' '}
              /{' '}
            </>
          )}
          {crumb}
        </div>
        <h1>{title}</h1>
      </div>
      {children}
    </header>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import { Icon } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';
import { goBack, paths } from '../router.ts';

interface UploadFrameProps {
  readonly title: string;
  readonly facts: string;
  readonly buttons?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The head of the upload: where it belongs, what is left to do, what can be done. */
export function UploadFrame({ title, facts, buttons, children }: UploadFrameProps): JSX.Element {
  return (
    <main id="content" tabIndex={-1} class="upload-page">
      <header class="heading below">
        <button
          type="button"
          class="icon-button narrow-page"
          aria-label={t('nav.back')}
          onClick={() => goBack(paths.experiments)}
        >
          <Icon name="back" size={24} />
        </button>
        <div class="grow">
          <div class="crumb wide-page">
            <a class="crumb-link" href={paths.experiments}>
              {t('nav.experiments')}
            </a>{' '}
            / {t('experiments.newCrumb')}
          </div>
          <h1 aria-live="polite">{title}</h1>
          <p class="second">{facts}</p>
        </div>
        {buttons !== undefined && <div class="row upload-buttons">{buttons}</div>}
      </header>
      {children}
    </main>
  );
}

import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';
import { paths, route } from '../router.ts';

/** A path that names nothing, or a batch that is not there. */
export function NotFoundView(): JSX.Element {
  const { page } = route.value;
  const said = page === 'batch' || page === 'label' ? t('notFound.batch') : t('notFound.page');
  return (
    <main class="padded" id="content" tabIndex={-1}>
      <h1 style={{ fontSize: 'var(--t-xl)', margin: '24px 0 16px' }}>{said}</h1>
      <a class="button" href={paths.home}>
        {t('notFound.toHome')}
      </a>
    </main>
  );
}

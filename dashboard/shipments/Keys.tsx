import type { JSX } from 'preact';
import { BarKeys } from '../components/BarKeys.tsx';
import { t } from '../i18n/messages.ts';

/** What the marks on the bars of the road mean. */
export function Keys(): JSX.Element {
  return (
    <div class="road-keys" aria-hidden="true">
      <BarKeys />
      <span class="swatch">
        <svg width="12" height="14" aria-hidden="true">
          <path d="M1 1h10L7 7v7H5V7z" fill="currentColor" />
        </svg>
        {t('shipments.key.arrival')}
      </span>
      <span class="swatch">
        <svg width="22" height="12" aria-hidden="true">
          <path d="M0 9h20M20 3v7" fill="none" stroke="currentColor" stroke-width="2.5" />
        </svg>
        {t('shipments.key.need')}
      </span>
    </div>
  );
}

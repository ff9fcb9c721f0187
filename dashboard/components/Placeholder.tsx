import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';

/** Grey rows at final height, only when the answer takes longer than a glance (300 ms). */
export function Placeholder({ rows }: { rows: number }): JSX.Element {
  return (
    <div class="delayed" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <div class="placeholder" key={row} aria-hidden="true">
          <i />
          <i />
          <i />
        </div>
      ))}
    </div>
  );
}

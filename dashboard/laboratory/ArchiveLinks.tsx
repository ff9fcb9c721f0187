import type { JSX } from 'preact';
import { Icon } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';
import { language } from '../preferences.ts';

interface ArchiveLinksProps {
  readonly experimentId: string;
  readonly version: number;
  /** A fit that is done; null: the data alone. */
  readonly fitId: string | null;
}

/** What can be taken home of an experiment: the table that was fitted, and everything as one file. */
export function ArchiveLinks({ experimentId, version, fitId }: ArchiveLinksProps): JSX.Element {
  const of = fitId === null ? `version=${version}` : `fit=${encodeURIComponent(fitId)}`;
  const archive = `/api/v1/experiments/${encodeURIComponent(experimentId)}/archive?${of}&lang=${language.value}`;
  return (
    <>
      {fitId !== null && (
        <a class="button compact" href={`/api/v1/fits/${encodeURIComponent(fitId)}/data`} download>
          <Icon name="download" size={16} />
          {t('fit.csv')}
        </a>
      )}
      <a class="button compact" href={archive} download>
        <Icon name="download" size={16} />
        {t('fit.archive')}
      </a>
    </>
  );
}

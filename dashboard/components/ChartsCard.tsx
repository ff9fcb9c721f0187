import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { BatchHistory } from '../../models/contracts/estimate.ts';
import type { BatchChartsProps } from '../charts/BatchCharts.tsx';
import { openArea, t } from '../i18n/messages.ts';
import { RetryNote } from './RetryNote.tsx';

interface ChartsCardProps {
  readonly batch: BatchView;
  readonly history: BatchHistory | null;
  readonly failed: boolean;
  onRetry(): void;
}

/** The frame of the charts at final height; the chart code itself is loaded when it is first needed. */
export function ChartsCard({ batch, history, failed, onRetry }: ChartsCardProps): JSX.Element {
  const [Charts, setCharts] = useState<ComponentType<BatchChartsProps> | null>(null);
  const [codeFailed, setCodeFailed] = useState(false);
  useEffect(() => {
    Promise.all([import('../charts/BatchCharts.tsx'), openArea('charts')]).then(
      ([chunk]) => setCharts(() => chunk.BatchCharts),
      () => setCodeFailed(true),
    );
  }, []);
  const broken = (failed && history === null) || (codeFailed && Charts === null);
  return (
    <section class="card charts-card">
      <h2 class="for-reader">{t('batch.charts')}</h2>
      {broken ? (
        <div class="padded">
          <RetryNote text={t('failed.load')} onRetry={() => (codeFailed ? location.reload() : onRetry())} />
        </div>
      ) : Charts === null || history === null ? (
        <div class="charts-waiting" role="status" aria-label={t('common.loading')} />
      ) : (
        <Charts batch={batch} history={history} />
      )}
    </section>
  );
}

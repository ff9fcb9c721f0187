import type { ComponentChildren, JSX } from 'preact';
import '../style/batchLife.css';
import type { BatchView } from '../../models/contracts/batch.ts';
import { Icon, type IconName } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';
import { recordAddress } from '../recordAddress.ts';
import { mayMakeBatches, mayPlaceNodes } from '../state.ts';
import { CountForm } from './CountForm.tsx';
import { DiscardForm } from './DiscardForm.tsx';
import { JoinForm } from './JoinForm.tsx';
import { ObservationList } from './ObservationList.tsx';
import { SensorForm } from './SensorForm.tsx';
import { SplitForm } from './SplitForm.tsx';
import { VerdictForm } from './VerdictForm.tsx';

/** What can be done with a batch in the course of its life; each thing is closed until it is wanted. */
export function BatchActions({ batch }: { batch: BatchView }): JSX.Element {
  const isOver = batch.soldOutAt !== null || batch.discardedAt !== null || batch.dividedAt !== null;
  return (
    <section class="card batch-actions" aria-label={t('batchLife.title')}>
      {mayMakeBatches.value && (
        <>
          <Action icon="pen" title={t('batchLife.verdict')}>
            <VerdictForm batch={batch} />
          </Action>
          <Action icon="flask" title={t('batchLife.count')}>
            <CountForm batch={batch} />
          </Action>
        </>
      )}
      {batch.observationCount > 0 && (
        <Action icon="list" title={t('batchLife.seen', { n: batch.observationCount })}>
          <ObservationList batch={batch} />
        </Action>
      )}
      {mayPlaceNodes.value && !isOver && (
        <Action icon="sensor" title={t('batchLife.sensors')}>
          <SensorForm batch={batch} />
        </Action>
      )}
      {mayMakeBatches.value && !isOver && (
        <>
          <Action icon="box" title={t('batchLife.split')}>
            <SplitForm batch={batch} />
          </Action>
          <Action icon="list" title={t('batchLife.join')}>
            <JoinForm batch={batch} />
          </Action>
        </>
      )}
      {mayMakeBatches.value && batch.soldOutAt === null && batch.dividedAt === null && (
        <Action icon="trash" title={t('batchLife.discard')}>
          <DiscardForm batch={batch} />
        </Action>
      )}
      <p class="records">
        <a class="button" href={recordAddress(batch.batchId, 'pdf')} target="_blank" rel="noopener">
          <Icon name="print" size={18} />
          {t('batchLife.report')}
        </a>
        <a class="button" href={recordAddress(batch.batchId, 'csv')} download>
          <Icon name="download" size={18} />
          {t('batchLife.data')}
        </a>
      </p>
    </section>
  );
}

function Action(props: { icon: IconName; title: string; children: ComponentChildren }): JSX.Element {
  return (
    <details>
      <summary>
        <Icon name={props.icon} size={20} />
        <span class="grow">{props.title}</span>
        <Icon name="forward" size={18} />
      </summary>
      <div class="action-body">{props.children}</div>
    </details>
  );
}

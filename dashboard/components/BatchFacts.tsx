import { Fragment, type JSX } from 'preact';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';

interface BatchFactsProps {
  readonly batch: BatchView;
  readonly now: number;
  readonly format: Format;
}

export function BatchFacts({ batch, now, format }: BatchFactsProps): JSX.Element {
  const { estimate } = batch;
  const madeAt = Date.parse(batch.producedAt);
  const current = batch.placements.find(p => p.to === null || Date.parse(p.to) > now);
  const facts: [string, string | undefined][] = [
    [t('batch.made'), format.list([format.date(madeAt), format.clock(madeAt)])],
    [
      t('batch.quantity'),
      batch.quantity === null
        ? undefined
        : `${plainNumber(batch.quantity.amount, format)} ${batch.quantity.unit}`,
    ],
    [t('batch.treatment'), t(`batch.treated.${batch.treatment}`)],
    [t('batch.node'), current?.nodeName ?? t('life.noSensor')],
    [t('batch.measured'), t('batch.measuredShare', { percent: Math.floor(estimate.measuredShare * 100) })],
    [t('batch.limitedBy'), t(`batch.limit.${estimate.limitedBy}`)],
    [t('batch.model'), `${estimate.parameterSetId} v${estimate.parameterSetVersion}`],
  ];
  return (
    <section class="card padded facts-card">
      <h2 class="for-reader">{t('batch.facts')}</h2>
      <dl class="facts">
        {facts.map(([term, value]) =>
          value === undefined ? null : (
            <Fragment key={term}>
              <dt>{term}</dt>
              <dd>{value}</dd>
            </Fragment>
          ),
        )}
      </dl>
    </section>
  );
}

const plainNumber = (value: number, format: Format): string => format.number(value, value % 1 === 0 ? 0 : 1);

import { Fragment, type JSX } from 'preact';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { Format } from '../format.ts';

interface BatchFactsProps {
  readonly batch: BatchView;
  readonly now: number;
  readonly format: Format;
}

export function BatchFacts({ batch, now, format }: BatchFactsProps): JSX.Element {
  const { words } = format;
  const { estimate } = batch;
  const madeAt = Date.parse(batch.producedAt);
  const current = batch.placements.find(p => p.to === null || Date.parse(p.to) > now);
  const facts: [string, string | undefined][] = [
    [words.batch.made, `${format.date(madeAt)}, ${format.clock(madeAt)}`],
    [
      words.batch.quantity,
      batch.quantity === null
        ? undefined
        : `${plainNumber(batch.quantity.amount, format)} ${batch.quantity.unit}`,
    ],
    [words.batch.treatment, words.treatment[batch.treatment]],
    [words.batch.node, current?.nodeName ?? words.noSensor],
    [words.batch.measured, words.batch.measuredShare(Math.floor(estimate.measuredShare * 100))],
    [words.batch.limitedBy, words.limit[estimate.limitedBy]],
    [words.batch.model, `${estimate.parameterSetId} v${estimate.parameterSetVersion}`],
  ];
  return (
    <section class="card padded facts-card">
      <h2 class="for-reader">{words.batch.facts}</h2>
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

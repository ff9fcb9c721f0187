import type { JSX } from 'preact';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { BatchHistory } from '../../models/contracts/estimate.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { Icon, type IconName } from './Icon.tsx';

interface BatchEventsProps {
  readonly batch: BatchView;
  readonly history: BatchHistory | null;
  readonly now: number;
  readonly format: Format;
}

interface BatchEvent {
  readonly at: number;
  readonly when: string;
  readonly icon: IconName;
  readonly look: string;
  readonly title: string;
  readonly detail: string | undefined;
}

/** What happened to a batch, newest first: warm spans with what they cost, gaps, sensors, its making. */
export function BatchEvents({ batch, history, now, format }: BatchEventsProps): JSX.Element {
  const span = (from: number, to: number | null): string =>
    to === null
      ? t('batch.since', { clock: format.moment(from, now) })
      : `${format.moment(from, now)}–${format.clock(to)}`;

  const warm = (history?.excursions ?? []).map((excursion): BatchEvent => {
    const from = Date.parse(excursion.from);
    return {
      at: from,
      when: span(from, excursion.to === null ? null : Date.parse(excursion.to)),
      icon: 'risk',
      look: 'risk',
      title: t('batch.warmedTo', { temperature: format.temperature(excursion.peakC) }),
      detail:
        excursion.lifeLostH > 0
          ? t('batch.lifeLost', { duration: format.lossText(excursion.lifeLostH) })
          : t('batch.noLifeLost'),
    };
  });
  const gaps = (history?.gaps ?? []).map((gap): BatchEvent => {
    const from = Date.parse(gap.from);
    const to = Date.parse(gap.to);
    return {
      at: from,
      when: span(from, history !== null && to >= Date.parse(history.asOf) ? null : to),
      icon: 'none',
      look: 'none',
      title: t('batch.gapEvent'),
      detail: t('batch.gapExplained'),
    };
  });
  const placed = batch.placements.map((placement): BatchEvent => {
    const at = Date.parse(placement.from);
    return {
      at,
      when: format.moment(at, now),
      icon: 'dot',
      look: 'dot',
      title: t('batch.placedEvent', { node: placement.nodeName }),
      detail: undefined,
    };
  });
  const madeAt = Date.parse(batch.producedAt);
  const made: BatchEvent = {
    at: madeAt,
    when: format.moment(madeAt, now),
    icon: 'dot',
    look: 'dot',
    title: t('batch.madeEvent'),
    detail: batch.productName,
  };
  const events = [...warm, ...gaps, ...placed].sort((a, b) => b.at - a.at);
  return (
    <section class="card padded events-card">
      <h2>{t('batch.events')}</h2>
      <ol class="events">
        {[...events, made].map(event => (
          <li key={`${event.at}${event.title}`} class={event.look}>
            <Icon name={event.icon} size={16} />
            <div>
              <span class="muted">{event.when}</span>
              <br />
              <b>{event.title}</b>
              {event.detail !== undefined && (
                <>
                  <br />
                  <span class="second">{event.detail}</span>
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

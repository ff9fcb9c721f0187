import type { JSX } from 'preact';
import type { AlertView } from '../../models/contracts/alert.ts';
import type { DeliveryView } from '../../models/contracts/alertDelivery.ts';
import type { Deliveries } from '../alertContext.ts';
import { alertStatus } from '../alertList.ts';
import { mayHandleAlerts } from '../alerts.ts';
import { now } from '../clock.ts';
import { takeBack } from '../handleAlert.ts';
import { t } from '../i18n/messages.ts';
import type { ShownStatus } from '../shownLife.ts';
import { format, me } from '../state.ts';
import { RetryNote } from './RetryNote.tsx';
import { Timeline, type TimelineEntry } from './Timeline.tsx';

type AlertEvent = AlertView['history'][number];

/** What happened to an alert, newest first; whoever took it on can be undone here at any time. */
export function AlertHistory({ alert }: { alert: AlertView }): JSX.Element {
  const { history, acknowledgedBy } = alert;
  const lastAck = history.findLastIndex(event => event.what === 'acknowledged');
  const entries = history
    .map((event, index) => {
      const undo = index === lastAck && acknowledgedBy !== null && mayHandleAlerts.value;
      return {
        key: `${event.at}${event.what}${index}`,
        look: lookOf(event, alertStatus(alert)),
        when: format.value.moment(Date.parse(event.at), now.value),
        title: eventTitle(event),
        detail: undo ? (
          <button type="button" class="button compact" onClick={() => void takeBack(alert, acknowledgedBy)}>
            {t('alerts.undo')}
          </button>
        ) : event.what === 'noted' ? (
          event.note
        ) : undefined,
      } satisfies TimelineEntry;
    })
    .reverse();
  return (
    <section class="card padded">
      <h2>{t('alerts.history')}</h2>
      <Timeline entries={entries} />
    </section>
  );
}

function lookOf({ what }: AlertEvent, status: ShownStatus): ShownStatus | 'dot' {
  if (what === 'opened' || what === 'worsened') return status;
  return what === 'acknowledged' || what === 'cleared' ? 'fresh' : 'dot';
}

function eventTitle({ what, by, note }: AlertEvent): string {
  const who = by === null ? 'Tahan' : by === me.value?.name ? t('alerts.you') : by;
  return t(`alerts.event.${what}`, { who, to: note ?? '' });
}

/** Who was told of an alert, by what channel and when. */
export function AlertDeliveries({ deliveries }: { deliveries: Deliveries }): JSX.Element | null {
  const { list, failed, retry } = deliveries;
  if (!mayHandleAlerts.value || (list === null && !failed)) return null;
  return (
    <section class="card padded">
      <h2>{t('alerts.deliveries')}</h2>
      {failed ? (
        <RetryNote text={t('alerts.partFailed')} onRetry={retry} />
      ) : list === null || list.length === 0 ? (
        <p class="medium second">{t('alerts.nobodyTold')}</p>
      ) : (
        <ul class="deliveries">
          {list.map(delivery => (
            <Delivery key={delivery.deliveryId} delivery={delivery} />
          ))}
        </ul>
      )}
    </section>
  );
}

const channels = ['email', 'telegram', 'whatsapp', 'sms', 'webhook', 'web-push', 'buzzer'] as const;

function Delivery({ delivery }: { delivery: DeliveryView }): JSX.Element {
  const { contactName, channel, kind, state, dueAt, attempts } = delivery;
  const known = channels.find(one => one === channel);
  const last = attempts.at(-1);
  const at = format.value.moment(Date.parse(last?.at ?? dueAt), now.value);
  const reason = state === 'failed' || state === 'waiting' ? last?.reason : undefined;
  return (
    <li class="row between">
      <span>
        <b>{contactName}</b>
        <span class="minor">
          {known === undefined ? channel : t(`alerts.channel.${known}`)} · {t(`alerts.deliveryKind.${kind}`)}
        </span>
      </span>
      <span class={state === 'failed' ? 'right failed' : 'right'}>
        {t(`alerts.delivery.${state}`, { at })}
        {reason != null && <span class="minor">{reason}</span>}
      </span>
    </li>
  );
}

import type { JSX } from 'preact';
import type { AlertView } from '../../models/contracts/alert.ts';
import { alertStatus, needsHandling } from '../alertList.ts';
import { mayHandleAlerts, unsentAlerts } from '../alerts.ts';
import { alertDetail, alertTitle } from '../alertWords.ts';
import { now } from '../clock.ts';
import { acknowledgeAlert, takeBack } from '../handleAlert.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { format, me } from '../state.ts';
import { Icon } from './Icon.tsx';

/** One alert of a list: what, how bad, since when; taken on with one tap, or by whom it was. */
export function AlertItem({ alert }: { alert: AlertView }): JSX.Element {
  const shown = format.value;
  const status = alertStatus(alert);
  const title = alertTitle(alert, shown, now.value);
  const mayHandle = mayHandleAlerts.value;
  return (
    <article class={`alert-item ${status}`} data-alert={alert.alertId}>
      <Icon name={status} size={20} />
      <div class="grow">
        <h3>
          <a href={paths.alert(alert.alertId)}>{title}</a>
        </h3>
        <p class="medium second">{alertDetail(alert, shown, now.value)}</p>
        {alert.knownLate && <span class="chip">{t('alerts.knownLate')}</span>}
        <div class="alert-foot">
          {alert.acknowledgedAt !== null ? (
            <HandledBy alert={alert} title={title} />
          ) : needsHandling(alert, now.value) && mayHandle ? (
            <button
              type="button"
              class="button compact"
              aria-label={t('alerts.handleNamed', { name: title })}
              onClick={() => void acknowledgeAlert(alert)}
            >
              <Icon name="check" size={18} />
              {t('alerts.handle')}
            </button>
          ) : (
            <span />
          )}
          <time class="small muted" dateTime={alert.openedAt}>
            {shown.moment(Date.parse(alert.openedAt), now.value)}
          </time>
        </div>
      </div>
    </article>
  );
}

function HandledBy({ alert, title }: { alert: AlertView; title: string }): JSX.Element {
  const at = format.value.moment(Date.parse(alert.acknowledgedAt ?? alert.openedAt), now.value);
  const who = alert.acknowledgedBy ?? '';
  const mine = who === me.value?.name;
  const unsent = unsentAlerts.value.has(alert.alertId);
  return (
    <>
      <span class="small second row handled">
        <Icon name={unsent ? 'clock' : 'check'} size={16} />
        <span>
          {mine ? t('alerts.byYou', { at }) : t('alerts.byOther', { who, at })}
          {alert.assignedTo !== null && ` · ${t('alerts.passedTo', { who: alert.assignedTo })}`}
          {unsent && ` · ${t('alerts.unsent')}`}
        </span>
      </span>
      {mayHandleAlerts.value && alert.state === 'open' && (
        <button
          type="button"
          class="button compact plain"
          aria-label={t('alerts.undoNamed', { name: title })}
          onClick={() => void takeBack(alert, who)}
        >
          {t('alerts.undo')}
        </button>
      )}
    </>
  );
}

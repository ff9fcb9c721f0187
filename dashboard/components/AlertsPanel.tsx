import type { JSX } from 'preact';
import { alerts, unhandledAlerts } from '../alerts.ts';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { dayMs } from '../zone.ts';
import { AlertItem } from './AlertItem.tsx';
import '../style/alerts.css';

const shownAtMost = 6;

/** "Belum ditangani" beside the board: the worst alerts, each to be taken on with one tap. Needs the words of `alerts`. */
export function AlertsPanel(): JSX.Element {
  const waiting = unhandledAlerts.value;
  const handled = Object.values(alerts.value).filter(
    ({ acknowledgedAt }) => acknowledgedAt !== null && now.value - Date.parse(acknowledgedAt) < 7 * dayMs,
  ).length;
  return (
    <section class="card alert-list alerts-panel">
      <h2>
        <span class="grow">{t('alerts.unhandled')}</span>
        <span class="muted">{waiting.length}</span>
      </h2>
      {waiting.length === 0 && <p class="alert-none second">{t('alerts.lead.none')}</p>}
      <ul>
        {waiting.slice(0, shownAtMost).map(alert => (
          <li key={alert.alertId}>
            <AlertItem alert={alert} />
          </li>
        ))}
      </ul>
      <p class="alert-more">
        <a href={paths.alerts}>
          {handled > 0 ? t('alerts.handledCount', { n: handled }) : t('alerts.seeAll')}
        </a>
      </p>
    </section>
  );
}

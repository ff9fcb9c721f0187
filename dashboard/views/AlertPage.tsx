import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AlertView } from '../../models/contracts/alert.ts';
import { type Deliveries, useAlertContext, useDeliveries } from '../alertContext.ts';
import { alertStatus, needsHandling } from '../alertList.ts';
import { alerts, isOverruled, myVersions, unhandledAlerts, unsentAlerts } from '../alerts.ts';
import { alertsApi } from '../alertsApi.ts';
import { alertHeadline, alertSteps, sellUntil, stepGroup, withLiveLife } from '../alertWords.ts';
import { now } from '../clock.ts';
import { AlertActions } from '../components/AlertActions.tsx';
import { AlertEffect } from '../components/AlertEffect.tsx';
import { AlertDeliveries, AlertHistory } from '../components/AlertHistory.tsx';
import { AlertSummary } from '../components/AlertSummary.tsx';
import { FailedNote } from '../components/FailedNote.tsx';
import { Icon } from '../components/Icon.tsx';
import { LazyView } from '../components/LazyView.tsx';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { forgetMine } from '../handleAlert.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { asRefusal, fleet, format, hasLists, me, putAlert } from '../state.ts';
import '../style/alerts.css';

// Chart.js is as large as all the rest: the page is read while it comes.
const loadChart = () => import('../charts/AlertChart.tsx').then(chunk => chunk.AlertChart);

/** One alert: what and how long, what it has cost, what to do, and who does it. */
export function AlertPage({ alertId }: { alertId: string }): JSX.Element {
  const alert = alerts.value[alertId];
  const unknown = useAskedFor(alertId, alert === undefined && hasLists.value);
  if (alert !== undefined) return <KnownAlert alert={alert} />;
  return (
    <main id="content" tabIndex={-1}>
      <Head />
      <FailedNote />
      {unknown ? (
        <div class="empty">
          <h2>{t('alerts.notFound')}</h2>
          <p>
            <a class="button" href={paths.alerts}>
              {t('alerts.toList')}
            </a>
          </p>
        </div>
      ) : (
        <Placeholder rows={3} />
      )}
    </main>
  );
}

/** Asks for an alert that is not at hand. @returns whether the server does not know it either. */
function useAskedFor(alertId: string, missing: boolean): boolean {
  const [unknown, setUnknown] = useState(false);
  useEffect(() => {
    if (!missing) return;
    alertsApi.one(alertId).then(putAlert, error => setUnknown(asRefusal(error).status === 404));
  }, [alertId, missing]);
  return unknown;
}

function Head({ position, crumb = '' }: { position?: string; crumb?: string }): JSX.Element {
  return (
    <PageHead title={t('alerts.page')} crumb={crumb} above={{ path: paths.alerts, label: t('nav.alerts') }}>
      {position !== undefined && <span class="small second strong">{position}</span>}
    </PageHead>
  );
}

function KnownAlert({ alert: known }: { alert: AlertView }): JSX.Element {
  const context = useAlertContext(known);
  const alert = withLiveLife(known, context.batch);
  const deliveries = useDeliveries(known);
  const shown = format.value;
  const status = alertStatus(alert);
  const waiting = unhandledAlerts.value;
  const place = waiting.findIndex(({ alertId }) => alertId === alert.alertId);
  const steps = alertSteps(
    stepGroup(alert, context.where, now.value),
    sellUntil(alert, shown, now.value),
    shown,
  );
  const node = alert.nodeId === null ? undefined : fleet.value.nodes[alert.nodeId];
  const position = place < 0 ? undefined : t('alerts.position', { n: place + 1, total: waiting.length });
  return (
    <main id="content" tabIndex={-1} class="alert-page">
      <Head crumb={alert.facts.subjectName} {...(position === undefined ? {} : { position })} />
      <FailedNote />
      <Handling alert={alert} deliveries={deliveries} />
      <section class={`alert-lead ${status}`}>
        <p class="alert-kind">
          <Icon name={status} size={20} />
          <span class="capital">{t(`alertKind.${alert.kind}`)}</span>
        </p>
        <h2>{alertHeadline(alert, shown, now.value)}</h2>
        <AlertSummary alert={alert} context={context} node={node} />
      </section>
      <div class="alert-panels">
        <div class="alert-main">
          <section class="card">
            {(context.batch !== undefined || node !== undefined) && (
              <LazyView load={loadChart} props={{ alert, batch: context.batch, node }} area="charts" />
            )}
            <AlertEffect alert={alert} context={context} />
          </section>
        </div>
        <div class="alert-side">
          <section class="alert-steps">
            <h2>{t('alerts.steps')}</h2>
            <ol>
              {steps.map((step, index) => (
                <li key={step}>
                  <b class="muted" aria-hidden="true">
                    {index + 1}
                  </b>
                  <span>{step}</span>
                </li>
              ))}
            </ol>
          </section>
          <AlertActions
            alert={alert}
            driverPhone={context.leg?.driverPhone ?? null}
            toHandle={
              alert.acknowledgedAt === null && (alert.state === 'open' || needsHandling(alert, now.value))
            }
          />
          <AlertHistory alert={alert} />
          <AlertDeliveries deliveries={deliveries} />
        </div>
      </div>
    </main>
  );
}

/** Who has taken it on; and what this person did, where the server has decided otherwise. */
function Handling(props: { alert: AlertView; deliveries: Deliveries }): JSX.Element | null {
  const { alert, deliveries } = props;
  const { alertId, acknowledgedAt, acknowledgedBy, assignedTo } = alert;
  const mine = myVersions.value[alertId];
  const moment = (at: number): string => format.value.moment(at, now.value);
  const unsent = unsentAlerts.value.has(alertId);
  const reached = (deliveries.list ?? []).filter(({ state }) => state === 'delivered');
  const told = [...new Set(reached.map(({ contactName }) => contactName))];
  return (
    <>
      {acknowledgedAt !== null && (
        <Note status="fresh">
          <b>
            {acknowledgedBy === me.value?.name
              ? t('alerts.byYou', { at: moment(Date.parse(acknowledgedAt)) })
              : t('alerts.byOther', {
                  who: acknowledgedBy ?? '',
                  at: moment(Date.parse(acknowledgedAt)),
                })}
          </b>
          {told.length > 0 && (
            <>
              <br />
              <span class="second">{t('alerts.told', { names: format.value.list(told) })}</span>
            </>
          )}
          {unsent && (
            <span class="row second">
              <Icon name="clock" size={16} />
              {t('alerts.unsent')}
            </span>
          )}
        </Note>
      )}
      {assignedTo !== null && <Note status="none">{t('alerts.passedTo', { who: assignedTo })}</Note>}
      {mine !== undefined && isOverruled(alert, mine) && (
        <Note status="soon" alert>
          <b>
            {t('alerts.yourVersion')}:{' '}
            {t(mine.what === 'acknowledged' ? 'alerts.yourAck' : 'alerts.yourUndo', { at: moment(mine.at) })}
          </b>
          <div class="row">
            <span class="grow">
              {acknowledgedBy === null
                ? t('alerts.overruledWorse')
                : t('alerts.overruledBy', { who: acknowledgedBy })}
            </span>
            <button type="button" class="button compact" onClick={() => forgetMine(alertId)}>
              {t('common.understood')}
            </button>
          </div>
        </Note>
      )}
    </>
  );
}

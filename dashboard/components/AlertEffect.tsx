import type { JSX } from 'preact';
import type { AlertView } from '../../models/contracts/alert.ts';
import type { AlertContext } from '../alertContext.ts';
import { hasLevel, pairText } from '../alertWords.ts';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { axisMarks, barHorizonH } from '../lifeAxis.ts';
import { paths } from '../router.ts';
import { type ShownLife, type ShownStatus, shownLife, soonLineH } from '../shownLife.ts';
import { format } from '../state.ts';
import { hourMs } from '../zone.ts';
import { LifeAxis } from './LifeAxis.tsx';
import { LifeBar } from './LifeBar.tsx';
import { StatusPill } from './StatusPill.tsx';

const verdictStatus = { enough: 'fresh', tight: 'soon', short: 'risk', unsure: 'none' } as const;

/** What it has cost: the life there would be, the life there is, and what is left on arrival. */
export function AlertEffect({ alert, context }: { alert: AlertView; context: AlertContext }) {
  const { batch, line } = context;
  const arrival = line?.arrival ?? null;
  if (batch === undefined) return arrival === null ? null : <Arrival context={context} />;
  const shown = format.value;
  const life = shownLife(batch.estimate, now.value);
  const lostH = alert.kind === 'too-warm' ? (alert.facts.lifeLostH ?? 0) : 0;
  const before =
    lostH > 0 && life.say !== 'unknown' ? moreLife(life, lostH, batch.estimate.lifeAtMakingH) : null;
  const arrivesIn =
    arrival === null
      ? undefined
      : { inH: Math.max(0, (Date.parse(arrival.arrivesAt) - now.value) / hourMs), needH: arrival.needH };
  const farthestH = Math.max((before ?? life).hiH, (arrivesIn?.inH ?? 0) + (arrivesIn?.needH ?? 0));
  const horizonH = barHorizonH(life.say === 'unknown' ? 24 : farthestH);
  const marks = axisMarks(now.value, horizonH, shown);
  const gridH = marks.map(mark => mark.atH);
  const [beforeText, nowText] = pairText(before?.loH ?? life.loH, life.loH, shown);
  const bar = (of: ShownLife, name: string, withArrival: boolean): JSX.Element => (
    <LifeBar
      name={name}
      life={of}
      horizonH={horizonH}
      gridH={gridH}
      arrival={withArrival ? arrivesIn : undefined}
      format={shown}
    />
  );
  const kept = t(hasLevel(alert) ? 'alerts.ifCold' : 'alerts.ifAsAssumed');
  return (
    <section class="alert-effect">
      <h2>{t('alerts.effect')}</h2>
      {before !== null && (
        <div class="alert-bar">
          <div class="row between">
            <span class="second">{kept}</span>
            <b>{t('alerts.atLeast', { life: beforeText })}</b>
          </div>
          {bar(before, kept, false)}
        </div>
      )}
      <div class={`alert-bar${arrivesIn === undefined ? '' : ' with-arrival'}`}>
        <div class="row between">
          <span class="second">{t('alerts.now')}</span>
          <b>{life.say === 'unknown' ? t('life.notSure') : t('alerts.atLeast', { life: nowText })}</b>
        </div>
        {bar(life, batch.name, true)}
      </div>
      <LifeAxis marks={marks} horizonH={horizonH} />
      <Arrival context={context} />
      <p class="alert-links">
        <a href={paths.batch(batch.batchId)}>{t('alerts.toBatch', { name: batch.name })}</a>
      </p>
    </section>
  );
}

/** The same life with so many hours more at each end: what the excursion took. */
function moreLife(life: ShownLife, lostH: number, lifeAtMakingH: number): ShownLife {
  const loH = life.loH + lostH;
  const status: ShownStatus = loH < soonLineH(lifeAtMakingH) ? 'soon' : 'fresh';
  return { ...life, say: 'left', status, loH, medianH: life.medianH + lostH, hiH: life.hiH + lostH };
}

function Arrival({ context: { line, shipment } }: { context: AlertContext }): JSX.Element | null {
  const arrival = line?.arrival;
  if (arrival == null || shipment === null) return null;
  const shown = format.value;
  const at = shown.moment(Date.parse(arrival.arrivesAt), now.value);
  const [life, need] = pairText(arrival.remainingH.p05, arrival.needH, shown);
  return (
    <div class="alert-arrival">
      <StatusPill status={verdictStatus[arrival.verdict]} word={t(`alerts.verdict.${arrival.verdict}`)} />
      <p>
        <b>
          {arrival.remainingH.p05 > 0 ? t('alerts.arrives', { at, life }) : t('alerts.arrivesPast', { at })}
        </b>{' '}
        {t('alerts.asks', { need })}
      </p>
      <p class="alert-links">
        <a href={paths.shipment(shipment.shipmentId)}>{t('alerts.toShipment')}</a>
      </p>
    </div>
  );
}

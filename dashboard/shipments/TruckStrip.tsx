import type { JSX } from 'preact';
import { now } from '../clock.ts';
import { StatusPill } from '../components/StatusPill.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { format } from '../state.ts';
import { countVerdicts, delayMs, latestTemperatureC, progressOf, type Truck, worstOf } from './boardRows.ts';
import { countsText } from './boardSentence.ts';
import { momentNow } from './momentNow.ts';
import { verdictStatus } from './shownArrival.ts';

/** One shipment as a line from departure to arrival: how far, how warm, when it is there, how its crates will be. */
export function TruckStrip({ truck }: { truck: Truck }): JSX.Element {
  const { shipment, rows } = truck;
  const counts = countVerdicts(rows);
  const leg = shipment.legs.find(({ arrivedAt }) => arrivedAt === null) ?? shipment.legs.at(-1);
  const where =
    shipment.legs.length > 1 && leg !== undefined
      ? t('shipments.legOf', { place: leg.toName, n: leg.leg, of: shipment.legs.length })
      : shipment.fromName;
  const measuredC = latestTemperatureC(rows);
  const late = delayMs(shipment);
  const done = progressOf(shipment, now.value) * 100;
  return (
    <a class="card truck-strip" href={paths.shipment(shipment.shipmentId)}>
      <span class="strip-head">
        <b class="strong">{shipment.toName}</b>
        <StatusPill status={verdictStatus(worstOf(counts))} word={countsText(counts, format.value)} />
      </span>
      <span class="medium second">
        {format.value.list([where, ...(leg?.vehicle == null ? [] : [leg.vehicle])])}
        {shipment.state === 'planned' && ` · ${t('shipments.state.planned')}`}
      </span>
      <span class="way" aria-hidden="true">
        <i class="gone" style={{ width: `${done}%` }} />
        <i class="truck-dot" style={{ left: `${done}%` }} />
      </span>
      <span class="strip-foot">
        <span class="muted">
          {shipment.fromName} {momentNow(Date.parse(shipment.departedAt ?? shipment.departsAt))}
        </span>
        {measuredC !== null && <b class="strong">{format.value.temperature(measuredC)}</b>}
        <span>
          <span class="muted">{t('shipments.arrives')}</span>{' '}
          <b class="strong">{momentNow(Date.parse(shipment.expectedArrivalAt))}</b>
        </span>
      </span>
      {late > 0 && (
        <span class="small warn">{t('shipments.late', { by: format.value.duration(late + 59_999) })}</span>
      )}
    </a>
  );
}

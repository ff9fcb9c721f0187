import type { JSX } from 'preact';
import type { LegView, ShipmentView } from '../../models/contracts/shipment.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { StatusPill } from '../components/StatusPill.tsx';
import { Timeline, type TimelineEntry } from '../components/Timeline.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { crateName } from './boardRows.ts';
import { momentNow } from './momentNow.ts';
import { comparedLives, type ShownArrival, shownArrival } from './shownArrival.ts';
import { currentLeg, legTemperatureText } from './wayWords.ts';

export interface DetailProps {
  readonly shipment: ShipmentView;
}

/** What it is, how it goes, and what is to be expected, in one look. */
export function ShipmentAnswer({ shipment }: DetailProps): JSX.Element {
  const { duration } = format.value;
  const worst = worstLine(shipment);
  const late = Date.parse(shipment.expectedArrivalAt) - Date.parse(shipment.arrivesAt);
  const at = momentNow(Date.parse(shipment.arrivedAt ?? shipment.expectedArrivalAt));
  return (
    <section class={`card padded shipment-answer ${worst?.arrival.status ?? 'none'}`}>
      <div class="state">
        {worst === null ? (
          <span class="chip">{t(`shipments.state.${shipment.state}`)}</span>
        ) : (
          <StatusPill status={worst.arrival.status} word={t(`shipments.verdict.${worst.arrival.verdict}`)} />
        )}
        <span class="small second">
          {t('shipments.asOf', {
            at: momentNow(Date.parse(shipment.asOf)),
            zone: format.value.zone.name,
          })}
        </span>
      </div>
      <p class="question">
        {t(`shipments.state.${shipment.state}`)}
        {shipment.totals.lines > 0 && ` · ${t('shipments.crates', { n: shipment.totals.lines })}`}
      </p>
      {worst !== null && <WorstFigure worst={worst} />}
      {shipment.state === 'cancelled' ? (
        <p class="until">{t('shipments.cancelledWhy', { why: shipment.cancelReason ?? '' })}</p>
      ) : (
        <p class="until">
          {t(shipment.state === 'arrived' ? 'shipments.arrivedAt' : 'shipments.arrivesAt', { at })}
        </p>
      )}
      {shipment.state !== 'arrived' && late > 10 * 60_000 && (
        <p class="warn medium">{t('shipments.late', { by: duration(late + 59_999) })}</p>
      )}
      {shipment.state === 'arrived' && <Received shipment={shipment} />}
    </section>
  );
}

function Received({ shipment }: DetailProps): JSX.Element {
  const { receivedBy, accepted, arrivalNote, arrivalTemperatureC } = shipment;
  const facts = [
    ...(receivedBy === null ? [] : [t('shipments.receivedBy', { who: receivedBy })]),
    ...(accepted === null ? [] : [t(`shipments.accepted.${accepted}`)]),
    ...(arrivalTemperatureC === null ? [] : [format.value.temperature(arrivalTemperatureC)]),
  ];
  return (
    <>
      <p class="medium second">{facts.join(' · ')}</p>
      {arrivalNote !== null && <p class="medium">{arrivalNote}</p>}
    </>
  );
}

interface Worst {
  readonly name: string;
  readonly arrival: ShownArrival;
}

const worstFirst = ['short', 'tight', 'unsure', 'enough'];

/** The crate that decides: of the worst verdict the one with the least to spare. */
function worstLine({ lines, asOf }: ShipmentView): Worst | null {
  const shown = lines.flatMap(line => {
    const arrival = shownArrival(line, Date.parse(asOf), now.value);
    return arrival === null ? [] : [{ name: crateName(line), arrival }];
  });
  const rank = ({ arrival }: Worst): number => worstFirst.indexOf(arrival.verdict);
  const spare = ({ arrival }: Worst): number => arrival.p05H - arrival.needH;
  return shown.sort((a, b) => rank(a) - rank(b) || spare(a) - spare(b))[0] ?? null;
}

function WorstFigure({ worst }: { worst: Worst }): JSX.Element {
  const { arrival, name } = worst;
  const printed = format.value.remaining(arrival.p05H);
  const [, need] = comparedLives(arrival.p05H, arrival.needH, format.value);
  const unsure = arrival.verdict === 'unsure';
  return (
    <>
      <p class="question">{t('shipments.worstArrivesWith', { crate: name })}</p>
      <p class="answer-figure">
        {unsure ? '?' : printed.figure}
        {!unsure && <small>{printed.unit}</small>}
      </p>
      <p class="medium second">
        {unsure
          ? t('life.worstCase', { remaining: format.value.remainingText(arrival.p05H) })
          : t('shipments.interval', { range: format.value.range(arrival.p05H, arrival.p95H) })}
        {arrival.needH > 0 && ` · ${t('shipments.needs', { need })}`}
      </p>
    </>
  );
}

/** Leg by leg: what was planned, what is expected or was recorded, and how warm. */
export function WayCard({ shipment }: DetailProps): JSX.Element {
  const current = currentLeg(shipment);
  return (
    <section class="card padded">
      <h2>{t('shipments.way')}</h2>
      <ol class="legs">
        {shipment.legs.map(leg => (
          <li key={leg.leg} class={leg.arrivedAt !== null ? 'done' : leg === current ? 'current' : ''}>
            <LegItem leg={leg} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function LegItem({ leg }: { leg: LegView }): JSX.Element {
  const { clock } = format.value;
  const time = (at: string): string => momentNow(Date.parse(at));
  const plan = `${time(leg.departsAt)}–${clock(Date.parse(leg.arrivesAt))}`;
  return (
    <>
      <div class="strong">
        {leg.fromName} – {leg.toName}
      </div>
      <div class="minor">
        {format.value.list([
          t('shipments.planned', { at: plan }),
          ...(leg.vehicle === null ? [] : [leg.vehicle]),
          ...(leg.cooling === null ? [] : [t(`shipments.cooling.${leg.cooling}`)]),
        ])}
      </div>
      <div class="minor">
        {leg.departedAt === null
          ? t('shipments.expectedDeparture', { at: time(leg.expectedDepartureAt) })
          : t('shipments.departedAt', { at: time(leg.departedAt) })}
        {' · '}
        {leg.arrivedAt === null
          ? t('shipments.arrivesAt', { at: time(leg.expectedArrivalAt) })
          : t('shipments.arrivedAt', { at: time(leg.arrivedAt) })}
      </div>
      {leg.planned !== null && <div class="minor">{legTemperatureText(leg.planned, format.value)}</div>}
      {leg.driverPhone !== null && leg.arrivedAt === null && (
        <a class="button compact" href={`tel:${leg.driverPhone}`}>
          <Icon name="phone" size={18} />
          {t('shipments.callDriver')}
        </a>
      )}
    </>
  );
}

/** Until when it may leave, and what would help. */
export function OutlookCard({ shipment }: { readonly shipment: Outlook }): JSX.Element | null {
  const { remainingText } = format.value;
  const { latestSafeDepartureAt, advice, state } = shipment;
  if (state !== 'planned' && advice.length === 0) return null;
  return (
    <section class="card padded outlook">
      <h2>{t('shipments.outlook')}</h2>
      {state === 'planned' && (
        <p class={latestSafeDepartureAt === null ? 'strong warn' : 'strong'}>
          {latestSafeDepartureAt === null
            ? t('shipments.neverSafe')
            : t('shipments.latestSafe', { at: momentNow(Date.parse(latestSafeDepartureAt)) })}
        </p>
      )}
      {advice.length > 0 && (
        <ul class="advice">
          {advice.map(({ code, gainP05H, arrivesWithP05H, departsAt }) => (
            <li key={code}>
              <Icon
                name={code === 'do-not-send' ? 'close' : code === 'coolest-hour' ? 'clock' : 'ice'}
                size={18}
              />
              <span class="grow">
                <b class="strong">
                  {t(`shipments.advice.${code}`, {
                    at: departsAt === null ? '' : momentNow(Date.parse(departsAt)),
                  })}
                </b>
                <span class="minor">
                  {t(code === 'do-not-send' ? 'shipments.advice.atBest' : 'shipments.advice.gain', {
                    gain: remainingText(gainP05H),
                    left: remainingText(arrivesWithP05H),
                  })}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {advice.length === 0 && <p class="medium second">{t('shipments.advice.none')}</p>}
    </section>
  );
}

export type Outlook = Pick<ShipmentView, 'latestSafeDepartureAt' | 'advice' | 'state'>;

/** From hand to hand, the latest last; what was wrong stays and is corrected below it. */
export function CustodyCard({ shipment }: DetailProps): JSX.Element {
  const entries = shipment.custody.map((line): TimelineEntry => {
    const leg = shipment.legs[(line.leg ?? 1) - 1];
    const place = line.kind === 'departed' ? leg?.fromName : leg?.toName;
    return {
      key: line.custodyId,
      look: 'dot',
      when: momentNow(Date.parse(line.at)),
      title: t(`shipments.custody.${line.kind}`, { place: place ?? shipment.toName }),
      detail: (
        <>
          {[
            ...(line.by === null ? [] : [t('shipments.by', { who: line.by })]),
            ...(line.receivedBy === null ? [] : [t('shipments.receivedBy', { who: line.receivedBy })]),
          ].join(' · ')}
          {line.note !== null && <div>{line.note}</div>}
        </>
      ),
    };
  });
  return (
    <section class="card padded">
      <h2>{t('shipments.custody')}</h2>
      {entries.length === 0 ? (
        <p class="medium second">{t('shipments.custody.none')}</p>
      ) : (
        <Timeline entries={entries} />
      )}
    </section>
  );
}

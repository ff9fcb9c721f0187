import type { JSX } from 'preact';
import type { AlertView } from '../../models/contracts/alert.ts';
import type { NodeView } from '../../models/contracts/node.ts';
import type { AlertContext } from '../alertContext.ts';
import { alertDetail, endedAt } from '../alertWords.ts';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { fleet, format } from '../state.ts';
import { Note } from './Note.tsx';

interface AlertSummaryProps {
  readonly alert: AlertView;
  readonly context: AlertContext;
  readonly node: NodeView | undefined;
}

/** Below the lead: which goods, where they are, whether it still holds, and what else it touches. */
export function AlertSummary({ alert, context, node }: AlertSummaryProps): JSX.Element {
  const shown = format.value;
  const goods = alert.batchId !== null || alert.shipmentId !== null;
  return (
    <>
      <p class="second">
        {shown.sentences([
          ...(goods ? whereabouts(alert, context) : [alertDetail(alert, shown, now.value)]),
          ...(alert.kind === 'will-not-arrive' || (alert.kind === 'spoilage-near' && alert.state === 'open')
            ? [alertDetail(alert, shown, now.value)]
            : []),
          ...(alert.kind === 'too-warm' && alert.facts.lifeLostH
            ? [t('alerts.detail.lifeLost', { life: shown.lossText(alert.facts.lifeLostH) })]
            : []),
          state(alert),
        ])}
      </p>
      {alert.knownLate && (
        <Note status="none">
          <b>{t('alerts.knownLate')}</b>
          <br />
          {t('alerts.knownLateHow', { at: shown.moment(Date.parse(alert.openedAt), now.value) })}
        </Note>
      )}
      {node !== undefined && <Watched node={node} />}
    </>
  );
}

function whereabouts({ facts }: AlertView, { batch, shipment, leg }: AlertContext): string[] {
  const product = batch?.productName ?? facts.subjectName;
  if (shipment !== null) {
    const vehicle = leg?.vehicle ?? null;
    return [
      vehicle === null
        ? t('alerts.onRoad', { product, to: shipment.toName })
        : t('alerts.onTruck', { product, vehicle, to: shipment.toName }),
    ];
  }
  return facts.placeName === undefined ? [] : [t('alerts.atPlace', { product, place: facts.placeName })];
}

function state(alert: AlertView): string {
  const shown = format.value;
  const ended = endedAt(alert);
  if (ended !== null)
    return t(alert.kind === 'too-warm' ? 'alerts.coldAgain' : 'alerts.fineAgain', {
      at: shown.moment(ended, now.value),
    });
  const { temperatureC } = alert.facts;
  if (alert.kind === 'too-warm' && temperatureC !== undefined)
    return t('alerts.stillWarm', { temperature: shown.temperature(temperatureC) });
  return t('alerts.since', { at: shown.moment(Date.parse(alert.beganAt), now.value) });
}

/** The goods that hang on this sensor: what its silence or its battery puts at risk. */
function Watched({ node }: { node: NodeView }): JSX.Element {
  const isWatched = (from: string, to: string | null): boolean =>
    Date.parse(from) <= now.value && (to === null || Date.parse(to) > now.value);
  const batches = Object.values(fleet.value.batches).filter(
    batch =>
      batch.soldOutAt === null &&
      batch.placements.some(({ nodeId, from, to }) => nodeId === node.nodeId && isWatched(from, to)),
  );
  return (
    <>
      {batches.length > 0 && (
        <p class="medium">
          {t('alerts.affected')}:{' '}
          {batches.map((batch, index) => (
            <span key={batch.batchId}>
              {index > 0 && ', '}
              <a href={paths.batch(batch.batchId)}>{batch.name}</a>
            </span>
          ))}
        </p>
      )}
      <p class="alert-links">
        <a href={paths.node(node.nodeId)}>{t('alerts.toSensor')}</a>
      </p>
    </>
  );
}

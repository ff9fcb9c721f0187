import type { JSX } from 'preact';
import type { ShipmentView } from '../../models/contracts/shipment.ts';
import { now } from '../clock.ts';
import { LifeAxis } from '../components/LifeAxis.tsx';
import { Spark } from '../components/Spark.tsx';
import { t } from '../i18n/messages.ts';
import { axisMarks } from '../lifeAxis.ts';
import { paths } from '../router.ts';
import { fleet, format } from '../state.ts';
import { boardHorizonH, crateName } from './boardRows.ts';
import { CrateBar } from './CrateBar.tsx';
import { crateMinor, crateTemperature } from './crateWords.ts';
import { Keys } from './Keys.tsx';
import type { DetailProps } from './ShipmentDetail.tsx';
import { type ShownArrival, shownArrival } from './shownArrival.ts';
import { board } from './useBoard.ts';
import { Verdict } from './Verdict.tsx';

/** Every crate with what it arrives with, how sure, and how warm it has been; first to unload first. */
export function CratesCard({ shipment }: DetailProps): JSX.Element {
  const asOf = Date.parse(shipment.asOf);
  const shown = shipment.lines.map(line => ({ line, arrival: shownArrival(line, asOf, now.value) }));
  const isOver = shipment.state === 'arrived' || shipment.state === 'cancelled';
  const horizonH = boardHorizonH(shown.flatMap(({ arrival }) => arrival ?? []));
  const marks = axisMarks(now.value, horizonH, format.value);
  const axis = { horizonH, gridH: marks.map(mark => mark.atH) };
  return (
    <section class="card crates-card">
      <h2>{t('shipments.unloadOrder')}</h2>
      {!isOver && (
        <div class="axis-row">
          <LifeAxis marks={marks} horizonH={horizonH} />
        </div>
      )}
      <ol class="rows">
        {shown.map(({ line, arrival }) => (
          <li key={line.line}>
            <div class="item crate" data-line={line.line}>
              <div>
                <div class="name">
                  <span class="muted" aria-hidden="true">
                    {line.fefoRank}
                  </span>{' '}
                  {line.batch.batchId in fleet.value.batches ? (
                    <a class="crate-link" href={paths.batch(line.batch.batchId)}>
                      {crateName(line)}
                    </a>
                  ) : (
                    crateName(line)
                  )}
                </div>
                <div class="minor">{crateMinor(line, format.value)}</div>
                {arrival !== null && !isOver && (
                  <Measured shipment={shipment} line={line} arrival={arrival} />
                )}
              </div>
              <div class="right">
                {arrival !== null && <Verdict arrival={arrival} atRiskIdr={line.atRiskIdr} />}
                {arrival !== null && arrival.verdict !== 'unsure' && (
                  <div class="minor">
                    {t('shipments.interval', { range: format.value.range(arrival.p05H, arrival.p95H) })}
                  </div>
                )}
                <Promised line={line} />
              </div>
              {arrival !== null && !isOver && (
                <div class="bar">
                  <CrateBar line={line} arrival={arrival} {...axis} />
                </div>
              )}
            </div>
          </li>
        ))}
      </ol>
      {!isOver && <Keys />}
    </section>
  );
}

function Measured(props: {
  shipment: ShipmentView;
  line: ShipmentView['lines'][number];
  arrival: ShownArrival;
}): JSX.Element {
  const { shipment, line, arrival } = props;
  const recent = board.value?.shipments
    .find(known => known.shipmentId === shipment.shipmentId && known.ownerOrgId === shipment.ownerOrgId)
    ?.lines.find(known => known.line === line.line)?.recent;
  return (
    <div class="measured">
      <span class="medium strong">{crateTemperature(line, arrival, format.value)}</span>
      {recent !== undefined && <Spark values={recent.warmestC} limit={recent.limitC} />}
    </div>
  );
}

/** What was promised when it left, and whether that was kept. */
function Promised({ line }: { line: ShipmentView['lines'][number] }): JSX.Element | null {
  if (line.promise === null) return null;
  const { promisedH, kept } = line.promise;
  const left = format.value.remainingText(promisedH.p05);
  return (
    <div class="minor">
      {kept === null
        ? t('shipments.promised', { left })
        : t(kept ? 'shipments.promiseKept' : 'shipments.promiseBroken', { left })}
    </div>
  );
}

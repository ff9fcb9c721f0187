import type { JSX } from 'preact';
import { LifeAxis } from '../components/LifeAxis.tsx';
import { Spark } from '../components/Spark.tsx';
import { t } from '../i18n/messages.ts';
import type { AxisMark } from '../lifeAxis.ts';
import { paths } from '../router.ts';
import { fleet, format } from '../state.ts';
import { type BoardRow, crateName, type Truck } from './boardRows.ts';
import { CrateBar, type SharedAxis } from './CrateBar.tsx';
import { crateMinor, crateTemperature } from './crateWords.ts';
import { Keys } from './Keys.tsx';
import { momentNow } from './momentNow.ts';
import { Verdict } from './Verdict.tsx';

interface CrateTableProps {
  readonly groups: readonly Truck[] | null;
  readonly rows: readonly BoardRow[];
  readonly marks: readonly AxisMark[];
  readonly horizonH: number;
}

/** The crates as a table, all bars under one axis; with `groups` truck by truck. */
export function CrateTable({ groups, rows, marks, horizonH }: CrateTableProps): JSX.Element {
  const axis = { horizonH, gridH: marks.map(mark => mark.atH) };
  const rank = new Map(rows.map((row, index) => [row.key, index + 1]));
  return (
    <section class="card crates">
      <table>
        <caption class="for-reader">
          {t(groups === null ? 'shipments.caption.fefo' : 'shipments.caption.truck')}
        </caption>
        <thead>
          <tr>
            <th scope="col" class="rank">
              <span class="for-reader">{t('shipments.column.rank')}</span>
              <span aria-hidden="true">#</span>
            </th>
            <th scope="col">{t('shipments.column.crate')}</th>
            <th scope="col">{t('shipments.column.to')}</th>
            <th scope="col">{t('shipments.column.temperature')}</th>
            <th scope="col" class="bar">
              {t('home.column.remaining')}
              <LifeAxis marks={marks} horizonH={horizonH} />
            </th>
            <th scope="col">{t('shipments.column.arrival')}</th>
          </tr>
        </thead>
        {groups === null ? (
          <tbody>
            {rows.map(row => (
              <CrateRow key={row.key} row={row} rank={rank.get(row.key) ?? 0} axis={axis} />
            ))}
          </tbody>
        ) : (
          groups.map(({ shipment, rows: own }) => (
            <tbody key={`${shipment.ownerOrgId}/${shipment.shipmentId}`}>
              <tr class="truck">
                <th colSpan={6} scope="rowgroup">
                  <a href={paths.shipment(shipment.shipmentId)}>{shipment.toName}</a>
                  {shipment.vehicle !== null && <span class="muted"> {shipment.vehicle}</span>}
                </th>
              </tr>
              {own.map(row => (
                <CrateRow key={row.key} row={row} rank={rank.get(row.key) ?? 0} axis={axis} />
              ))}
            </tbody>
          ))
        )}
      </table>
      <Keys />
    </section>
  );
}

function CrateRow({ row, rank, axis }: { row: BoardRow; rank: number; axis: SharedAxis }): JSX.Element {
  const { line, shipment, arrival } = row;
  const known = line.batch.batchId in fleet.value.batches;
  return (
    <tr data-crate={row.key} class={arrival.isOld ? 'old' : ''}>
      <td class="muted strong rank">{rank}</td>
      <td>
        {known ? (
          <a class="strong crate-link" href={paths.batch(line.batch.batchId)}>
            {crateName(line)}
          </a>
        ) : (
          <b class="strong">{crateName(line)}</b>
        )}
        <div class="minor">{crateMinor(line, format.value)}</div>
      </td>
      <td>
        <a class="crate-link" href={paths.shipment(shipment.shipmentId)}>
          {shipment.toName}
        </a>
        <div class="minor muted">{momentNow(arrival.arrivesAt)}</div>
      </td>
      <td>
        <div class="measured">
          <b class="strong celsius">{crateTemperature(line, arrival, format.value)}</b>
          <Spark values={line.recent.warmestC} limit={line.recent.limitC} />
        </div>
      </td>
      <td class="bar">
        <CrateBar line={line} arrival={arrival} {...axis} />
      </td>
      <td>
        <Verdict arrival={arrival} atRiskIdr={line.atRiskIdr} />
      </td>
    </tr>
  );
}

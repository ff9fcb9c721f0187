import type { JSX } from 'preact';
import { LifeAxis } from '../components/LifeAxis.tsx';
import { t } from '../i18n/messages.ts';
import type { AxisMark } from '../lifeAxis.ts';
import { paths } from '../router.ts';
import { format } from '../state.ts';
import { type BoardRow, crateName } from './boardRows.ts';
import { CrateBar, type SharedAxis } from './CrateBar.tsx';
import { crateMinor, crateTemperature } from './crateWords.ts';
import { momentNow } from './momentNow.ts';
import { Verdict } from './Verdict.tsx';

interface CrateCardsProps {
  readonly rows: readonly BoardRow[];
  readonly marks: readonly AxisMark[];
  readonly horizonH: number;
}

/** The crates as cards of a phone, the first to spoil first, all bars under one axis. */
export function CrateCards({ rows, marks, horizonH }: CrateCardsProps): JSX.Element {
  const axis = { horizonH, gridH: marks.map(mark => mark.atH) };
  return (
    <div class="crate-cards">
      <div class="axis-row">
        <LifeAxis marks={marks} horizonH={horizonH} />
      </div>
      <ol class="rows" aria-label={t('shipments.caption.fefo')}>
        {rows.map((row, index) => (
          <li key={row.key} class={row.arrival.isOld ? 'old' : ''}>
            <CrateCard row={row} rank={index + 1} axis={axis} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function CrateCard({ row, rank, axis }: { row: BoardRow; rank: number; axis: SharedAxis }): JSX.Element {
  const { line, shipment, arrival } = row;
  const where = t('shipments.toAt', {
    place: shipment.toName,
    at: momentNow(arrival.arrivesAt),
  });
  const temperature = crateTemperature(line, arrival, format.value);
  return (
    <a class="item crate" href={paths.shipment(shipment.shipmentId)} data-crate={row.key}>
      <div>
        <div class="name">
          <span class="muted" aria-hidden="true">
            {rank}
          </span>{' '}
          {crateName(line)}
        </div>
        <div class="minor">{crateMinor(line, format.value)}</div>
        <div class="minor">{temperature === '–' ? where : `${where}, ${temperature}`}</div>
      </div>
      <div class="right">
        <Verdict arrival={arrival} atRiskIdr={line.atRiskIdr} />
      </div>
      <div class="bar">
        <CrateBar line={line} arrival={arrival} {...axis} />
      </div>
    </a>
  );
}

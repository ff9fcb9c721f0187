import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { now } from '../clock.ts';
import { AlertBanner } from '../components/AlertBanner.tsx';
import { Icon } from '../components/Icon.tsx';
import { LazyView } from '../components/LazyView.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { useMedia } from '../components/useMedia.ts';
import { t } from '../i18n/messages.ts';
import { isLongLead } from '../leadSentence.ts';
import { axisMarks } from '../lifeAxis.ts';
import { countMoves } from '../orderByUrgency.ts';
import { paths } from '../router.ts';
import { format, mayHandleShipments } from '../state.ts';
import type { BoardAddress } from './boardAddress.ts';
import { type BoardRow, boardHorizonH, byTruck, moneyAtRisk } from './boardRows.ts';
import { boardSentence, countsOf } from './boardSentence.ts';
import { CrateCards } from './CrateCards.tsx';
import { CrateTable } from './CrateTable.tsx';
import { rupiah } from './rupiah.ts';
import { TruckStrip } from './TruckStrip.tsx';
import { board } from './useBoard.ts';

const stripsAtFirst = 6;

export interface BoardProps {
  readonly address: BoardAddress;
  onChange(part: Partial<BoardAddress>): void;
}

/**
 * Keeps the order it was opened with: news changes figures in place, and a button offers the new order. Rows never move
 * under a finger.
 */
export function CrateBoard(
  props: BoardProps & { readonly wanted: readonly BoardRow[]; readonly places: readonly string[] },
): JSX.Element {
  const { wanted, places, address, onChange } = props;
  const wantedKeys = wanted.map(row => row.key);
  const [shown, setShown] = useState<readonly string[]>(wantedKeys);
  const moves = countMoves(shown, wantedKeys);
  const rowOf = new Map(wanted.map(row => [row.key, row]));
  const inOrder = shown.flatMap(key => rowOf.get(key) ?? []);
  const wide = useMedia('(min-width: 1000px)');
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    if (!printing) return;
    window.print();
    setPrinting(false);
  }, [printing]);
  const goesThere = places.includes(address.toName ?? '') ? address.toName : null;
  const rows = inOrder.filter(row => goesThere === null || row.shipment.toName === goesThere);
  const horizonH = boardHorizonH(rows.map(row => row.arrival));
  const marks = axisMarks(now.value, horizonH, format.value);
  const asTable = wide || printing;
  return (
    <>
      <Lead
        rows={inOrder}
        wanted={wanted}
        address={address}
        onChange={onChange}
        onPrint={() => setPrinting(true)}
      />
      <div class="narrow-page board-banner">
        <AlertBanner />
      </div>
      <Filter rows={inOrder} places={places} goesThere={goesThere} onChange={onChange} />
      {(asTable || goesThere !== null) && (
        <Strips rows={rows} onAll={() => onChange({ order: 'truck' })} allShown={address.order === 'truck'} />
      )}
      <div class="changes" role="status">
        {moves > 0 && (
          <button type="button" class="button compact" onClick={() => setShown(wantedKeys)}>
            <Icon name="refresh" size={18} />
            {t('home.changes', { n: moves })}
          </button>
        )}
      </div>
      <div class="board">
        {asTable ? (
          <CrateTable
            groups={address.order === 'truck' ? byTruck(rows) : null}
            rows={rows}
            marks={marks}
            horizonH={horizonH}
          />
        ) : (
          <CrateCards rows={rows} marks={marks} horizonH={horizonH} />
        )}
        <Aside />
      </div>
      <OtherLooks onChange={onChange} />
    </>
  );
}

function Lead(
  props: BoardProps & {
    readonly rows: readonly BoardRow[];
    readonly wanted: readonly BoardRow[];
    onPrint(): void;
  },
): JSX.Element {
  const { wanted, address } = props;
  const { clock, zone } = format.value;
  const money = moneyAtRisk(wanted);
  const trucks = new Set(wanted.map(row => row.shipment.shipmentId)).size;
  const facts = [
    countsOf(wanted, format.value),
    t('shipments.howMany', { n: wanted.length, trucks }),
    ...(money !== null && money >= 1000
      ? [t('shipments.atRisk', { money: rupiah(money, format.value) })]
      : []),
  ];
  const sentence = boardSentence(wanted, format.value);
  return (
    <div class="heading">
      <div class="lead">
        <h1 class={isLongLead(sentence) ? 'long' : ''}>
          {sentence.map((part, index) =>
            part.mark === undefined ? (
              part.text
            ) : (
              <em class={part.mark} key={`${index}${part.text}`}>
                {part.text}
              </em>
            ),
          )}
        </h1>
        <p>
          {facts.join(' · ')}
          {board.value !== null && (
            <span class="wide-page updated">
              {' · '}
              {t('home.updatedAt', { clock: clock(Date.parse(board.value.asOf)), zone: zone.name })}
            </span>
          )}
        </p>
      </div>
      <div class="board-tools wide-page">
        <Segmented
          label={t('shipments.order')}
          options={[
            { value: 'fefo', label: t('shipments.order.fefo') },
            { value: 'truck', label: t('shipments.order.truck') },
          ]}
          value={address.order}
          onChange={order => props.onChange({ order })}
        />
        <button type="button" class="button" onClick={props.onPrint}>
          <Icon name="print" size={16} />
          {t('shipments.print')}
        </button>
        {mayHandleShipments.value && (
          <a class="button primary" href={paths.newShipment}>
            <Icon name="plus" size={16} />
            {t('shipments.new')}
          </a>
        )}
      </div>
    </div>
  );
}

/** On a phone: everything, or what goes to one place. */
function Filter(props: {
  readonly rows: readonly BoardRow[];
  readonly places: readonly string[];
  readonly goesThere: string | null;
  onChange(part: Partial<BoardAddress>): void;
}): JSX.Element | null {
  const { rows, places, goesThere, onChange } = props;
  if (places.length < 2) return null;
  return (
    <div class="board-filter narrow-board">
      <Segmented
        label={t('shipments.filter')}
        options={[
          { value: '', label: t('shipments.filter.all', { n: rows.length }) },
          ...places.map(place => ({ value: place, label: place })),
        ]}
        value={goesThere ?? ''}
        onChange={place => onChange({ toName: place === '' ? null : place })}
      />
    </div>
  );
}

function Strips(props: {
  readonly rows: readonly BoardRow[];
  readonly allShown: boolean;
  onAll(): void;
}): JSX.Element {
  const trucks = byTruck(props.rows);
  const shown = props.allShown ? trucks : trucks.slice(0, stripsAtFirst);
  return (
    <div class="strips">
      <ul aria-label={t('shipments.trucks')}>
        {shown.map(truck => (
          <li key={`${truck.shipment.ownerOrgId}/${truck.shipment.shipmentId}`}>
            <TruckStrip truck={truck} />
          </li>
        ))}
      </ul>
      {shown.length < trucks.length && (
        <button type="button" class="button plain compact" onClick={props.onAll}>
          {t('shipments.allTrucks', { n: trucks.length })}
        </button>
      )}
    </div>
  );
}

const loadAlerts = () => import('../components/AlertsPanel.tsx').then(chunk => chunk.AlertsPanel);

/** Open alerts beside the board, where there is room for them. */
function Aside(): JSX.Element | null {
  const hasRoom = useMedia('(min-width: 1240px)');
  if (!hasRoom) return null;
  return (
    <aside class="board-aside" aria-label={t('nav.alerts')}>
      <LazyView load={loadAlerts} props={{}} area="alerts" quiet />
    </aside>
  );
}

export function OtherLooks({ onChange }: Pick<BoardProps, 'onChange'>): JSX.Element {
  return (
    <p class="past-link">
      <button type="button" class="button plain compact" onClick={() => onChange({ look: 'stock' })}>
        {t('shipments.stock.open')}
      </button>
      <button type="button" class="button plain compact" onClick={() => onChange({ look: 'past' })}>
        {t('shipments.past.open')}
      </button>
    </p>
  );
}

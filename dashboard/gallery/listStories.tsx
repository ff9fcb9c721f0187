import { AlertBanner } from '../components/AlertBanner.tsx';
import { AlertHistory } from '../components/AlertHistory.tsx';
import { AlertItem } from '../components/AlertItem.tsx';
import { BatchRow } from '../components/BatchRow.tsx';
import { Timeline } from '../components/Timeline.tsx';
import { axisMarks } from '../lifeAxis.ts';
import { actions } from '../offline/actionQueue.ts';
import { boardHorizonH, boardRows, byTruck } from '../shipments/boardRows.ts';
import { CrateCards } from '../shipments/CrateCards.tsx';
import { CrateTable } from '../shipments/CrateTable.tsx';
import { TruckStrip } from '../shipments/TruckStrip.tsx';
import { Verdict } from '../shipments/Verdict.tsx';
import '../style/alerts.css';
import '../style/shipments.css';
import { format, me, putAlert } from '../state.ts';
import { EmptyHome } from '../views/EmptyHome.tsx';
import { hourMs, iso, now } from './builders.ts';
import { anAlert, batches, board, producer } from './galleryData.ts';
import { type Story, states } from './story.ts';

const rows = boardRows(board, now);
const trucks = byTruck(rows);
const horizonH = boardHorizonH(rows.map(row => row.arrival));
const marks = () => axisMarks(now, horizonH, format.value);

function batchRow(name: string) {
  const shown = axisMarks(now, 48, format.value).map(mark => mark.atH);
  return (
    <div class="rows-card batches">
      <ul class="rows" aria-label={name}>
        <li>
          <BatchRow batch={batches[name]!} now={now} horizonH={48} gridH={shown} format={format.value} />
        </li>
      </ul>
    </div>
  );
}

const byKind = {
  'too warm': anAlert(),
  'too warm, risk': anAlert({ alertId: 'a-2', severity: 'risk' }),
  'over, not taken on': anAlert({ alertId: 'a-3', state: 'cleared', clearedAt: iso(now - 2 * hourMs) }),
  'taken on': anAlert({ alertId: 'a-4', acknowledgedAt: iso(now - hourMs), acknowledgedBy: 'Bu Sri' }),
  'passed on by another': anAlert({
    ...{
      alertId: 'a-5',
      acknowledgedAt: iso(now - hourMs),
      acknowledgedBy: 'Ratna',
      assignedTo: 'Pak Yanto',
    },
  }),
  'known late': anAlert({
    alertId: 'a-6',
    knownLate: true,
    state: 'cleared',
    clearedAt: iso(now - 4 * hourMs),
  }),
  'near its end': anAlert({ alertId: 'a-7', kind: 'spoilage-near' }, { remainingP05H: 3.2 }),
  'will not arrive': anAlert(
    { alertId: 'a-8', kind: 'will-not-arrive', severity: 'risk', shipmentId: 'K-1' },
    { arrivesWithP05H: 8, needH: 24, arrivesAt: iso(now + 6 * hourMs) },
  ),
  'no data': anAlert({ alertId: 'a-9', kind: 'no-data', batchId: null }, { since: iso(now - 3 * hourMs) }),
  'battery low': anAlert(
    { alertId: 'a-10', kind: 'battery-low', severity: 'info', batchId: null },
    { batteryPct: 7 },
  ),
  'calibration due': anAlert(
    { alertId: 'a-11', kind: 'calibration-due', severity: 'info', batchId: null },
    { dueAt: iso(now - 24 * hourMs) },
  ),
  'clock wrong': anAlert(
    { alertId: 'a-12', kind: 'clock-wrong', batchId: null },
    { since: iso(now - hourMs) },
  ),
  'journal filling': anAlert(
    { alertId: 'a-13', kind: 'journal-filling', batchId: null },
    { journalHoursLeft: 5 },
  ),
};

const signIn = (): void => {
  me.value = producer;
};

export const listStories: readonly Story[] = [
  {
    name: 'batch-row',
    wide: true,
    setUp: () => {
      signIn();
      const body = { batchId: 'unsent', productId: 'takwa' };
      actions.value = [
        {
          ...{ number: 1, account: 'sri kediri', kind: 'new-batch', subject: 'unsent', name: 'Takwa baru' },
          ...{
            madeAt: now - 60_000,
            method: 'POST',
            path: '/batches',
            body: { ...body, producedAt: iso(now) },
          },
        },
      ];
    },
    states: Object.keys(batches).map(name => ({ name, draw: () => batchRow(name) })),
  },
  {
    name: 'crate-table',
    wide: true,
    states: states({
      'first to spoil first': () => (
        <CrateTable groups={null} rows={rows} marks={marks()} horizonH={horizonH} />
      ),
      'by truck': () => <CrateTable groups={trucks} rows={rows} marks={marks()} horizonH={horizonH} />,
    }),
  },
  {
    name: 'crate-row',
    states: states({ 'on a phone': () => <CrateCards rows={rows} marks={marks()} horizonH={horizonH} /> }),
  },
  {
    name: 'truck-strip',
    states: trucks.map(truck => ({ name: truck.shipment.toName, draw: () => <TruckStrip truck={truck} /> })),
  },
  {
    name: 'verdict',
    states: rows.map(({ arrival, line }) => ({
      name: `${line.crate} ${arrival.verdict}`,
      draw: () => <Verdict arrival={arrival} atRiskIdr={line.atRiskIdr} />,
    })),
  },
  {
    name: 'alert-item',
    setUp: signIn,
    states: Object.entries(byKind).map(([name, alert]) => ({
      name,
      draw: () => (
        <div class="card alert-list">
          <AlertItem alert={alert} />
        </div>
      ),
    })),
  },
  {
    name: 'alert-banner',
    setUp: () => {
      signIn();
      putAlert(byKind['too warm, risk']);
      putAlert(byKind['too warm']);
    },
    states: states({ 'two of them': AlertBanner }),
  },
  {
    name: 'alert-history',
    setUp: signIn,
    states: states({
      'from first sign to end': () => (
        <AlertHistory
          alert={anAlert({
            ...{ state: 'cleared', clearedAt: iso(now - hourMs) },
            ...{ acknowledgedAt: iso(now - 4 * hourMs), acknowledgedBy: 'Bu Sri' },
            history: [
              { at: iso(now - 5.5 * hourMs), what: 'opened', by: null, note: null },
              { at: iso(now - 5 * hourMs), what: 'worsened', by: null, note: null },
              { at: iso(now - 4.5 * hourMs), what: 'escalated', by: null, note: null },
              { at: iso(now - 4 * hourMs), what: 'acknowledged', by: 'Bu Sri', note: null },
              { at: iso(now - 3 * hourMs), what: 'noted', by: 'Bu Sri', note: 'Es ditambah.' },
              { at: iso(now - hourMs), what: 'cleared', by: null, note: null },
            ],
          })}
        />
      ),
    }),
  },
  {
    name: 'timeline',
    states: states({
      'every look': () => (
        <Timeline
          entries={[
            { key: '1', look: 'risk', when: '13.40', title: '31,4 °C', detail: '8 °C' },
            { key: '2', look: 'soon', when: '12.10', title: '9,2 °C' },
            { key: '3', look: 'none', when: '11.00', title: '–' },
            { key: '4', look: 'fresh', when: '10.30', title: '4,6 °C' },
            { key: '5', look: 'dot', when: '05.40', title: 'Takwa' },
          ]}
        />
      ),
    }),
  },
  {
    name: 'empty-home',
    isPage: true,
    setUp: signIn,
    states: states({ 'before the first batch': EmptyHome }),
  },
];

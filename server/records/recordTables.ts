import type {
  BatchRecord,
  RecordAction,
  RecordSensor,
  RecordShipment,
} from '../../models/contracts/record.ts';
import { colours } from './pdf/pdfColours.ts';
import type { Cell, Column, PdfFlow } from './pdf/pdfFlow.ts';
import type { RecordFormat } from './recordFormat.ts';
import type { RecordWords } from './recordWords.ts';

type Section = keyof RecordWords['none'] & keyof RecordWords['sections'];
type Row = readonly (string | Cell)[];

/** More rows than these of one table are in the other formats only. */
const mostRows = 60;

const warm = (text: string): Cell => ({ text, style: { weight: 'bold', colour: colours.limit } });

interface Table {
  readonly section: Section;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

const right = { align: 'right' } as const;

/** What happened and was done, table by table. `between` is awaited after each of them. */
export async function drawTables(
  flow: PdfFlow,
  record: BatchRecord,
  words: RecordWords,
  format: RecordFormat,
  between: () => Promise<unknown>,
): Promise<void> {
  const tables = [...measuredTables(record, words, format), ...doneTables(record, words, format)];
  for (const { section, columns, rows } of tables) {
    const nothingMeasured = section === 'excursions' && record.hours.length === 0;
    flow.heading(words.sections[section]);
    if (rows.length === 0) flow.paragraph(nothingMeasured ? words.notMeasured : words.none[section]);
    else flow.table(columns, rows.slice(0, mostRows));
    if (rows.length > mostRows) flow.paragraph(words.more(rows.length - mostRows));
    await between();
  }
  drawMethod(flow, record, words, format);
  drawTrail(flow, record, words, format);
  await between();
}

function measuredTables(record: BatchRecord, words: RecordWords, format: RecordFormat): Table[] {
  const { columns } = words;
  const assumed = ({ assumedFromC, assumedToC, assumedWorstC }: BatchRecord['gaps'][number]) => {
    const { temperature } = format;
    return words.assumed(temperature(assumedFromC), temperature(assumedToC), temperature(assumedWorstC));
  };
  return [
    {
      section: 'excursions',
      columns: [
        { title: columns.when, share: 0.46 },
        { title: columns.duration, share: 0.18, ...right },
        { title: columns.peak, share: 0.16, ...right },
        { title: columns.lifeLost, share: 0.2, ...right },
      ],
      rows: record.excursions.map(({ from, to, durationH, peakC, lifeLostH }) => [
        format.span(from, to, words.stillGoingOn),
        format.duration(durationH),
        warm(format.temperature(peakC)),
        format.loss(lifeLostH),
      ]),
    },
    {
      section: 'gaps',
      columns: [
        { title: columns.when, share: 0.34 },
        { title: columns.duration, share: 0.16, ...right },
        { title: columns.assumed, share: 0.5 },
      ],
      rows: record.gaps.map(gap => [
        format.span(gap.from, gap.to, ''),
        format.duration(gap.durationH),
        assumed(gap),
      ]),
    },
    {
      section: 'sensors',
      columns: [
        { title: columns.sensor, share: 0.24 },
        { title: columns.used, share: 0.25 },
        { title: columns.minMeanMax, share: 0.19 },
        { title: columns.state, share: 0.32 },
      ],
      rows: record.sensors.map(sensor => sensorRow(sensor, words, format)),
    },
  ];
}

function doneTables(record: BatchRecord, words: RecordWords, format: RecordFormat): Table[] {
  const { columns } = words;
  const titled = (...shares: readonly [keyof RecordWords['columns'], number][]): Column[] =>
    shares.map(([column, share]) => ({ title: columns[column], share }));
  return [
    {
      section: 'shipments',
      columns: titled(['when', 0.19], ['what', 0.33], ['by', 0.16], ['receivedBy', 0.16], ['note', 0.16]),
      rows: record.shipments.flatMap(shipment => shipmentRows(shipment, words, format)),
    },
    {
      section: 'alerts',
      columns: titled(['when', 0.22], ['what', 0.24], ['about', 0.3], ['ended', 0.24]),
      rows: record.alerts.map(({ beganAt, kind, about, clearedAt }) => [
        format.moment(beganAt),
        words.alertKind[kind],
        about,
        clearedAt === null ? words.stillGoingOn : format.moment(clearedAt),
      ]),
    },
    {
      section: 'actions',
      columns: titled(['when', 0.2], ['what', 0.26], ['by', 0.2], ['note', 0.34]),
      rows: record.actions.map(action => actionRow(action, record, words, format)),
    },
    {
      section: 'observations',
      columns: titled(['when', 0.22], ['result', 0.3], ['source', 0.28], ['note', 0.2]),
      rows: record.observations.map(observation => observationRow(observation, words, format)),
    },
  ];
}

function sensorRow(sensor: RecordSensor, words: RecordWords, format: RecordFormat): Row {
  const { nodeName, nodeId, probe, position, placeName, minC, meanC, maxC, calibrationState } = sensor;
  const names = [
    ...(nodeName === nodeId ? [nodeId] : [nodeName, nodeId]),
    ...(probe === 'main' ? [] : [probe]),
    ...(position === 'main' ? [] : [position]),
    ...(placeName === null || placeName === nodeName ? [] : [placeName]),
  ];
  const calibrations = sensor.calibrations.map(({ temperatureOffsetC, dueAt, recordedAt, by, note }) => {
    const due = dueAt === null ? '' : `, ${words.columns.due.toLowerCase()} ${format.day(dueAt)}`;
    const told = note === null ? '' : `: ${note}`;
    return `${words.columns.offset.toLowerCase()} ${format.offset(temperatureOffsetC)}${due} (${format.day(recordedAt)}, ${by}${told})`;
  });
  const state = [words.calibration[calibrationState], ...calibrations].join('\n');
  return [
    names.join(' · '),
    format.span(sensor.from, sensor.to, words.stillGoingOn),
    minC === null || meanC === null || maxC === null
      ? '–'
      : [minC, meanC, maxC].map(format.degrees).join(' / '),
    calibrationState === 'overdue' ? warm(state) : state,
  ];
}

function shipmentRows(shipment: RecordShipment, words: RecordWords, format: RecordFormat): Row[] {
  const { fromName, toName, vehicles, custody, departedAt, arrivedAt, accepted, arrivalTemperatureC } =
    shipment;
  const way = `${fromName} – ${toName}${vehicles.length === 0 ? '' : ` (${vehicles.join(', ')})`}`;
  const rows: Row[] = custody.map(({ kind, leg, at, by, receivedBy, note }) => [
    format.moment(at),
    `${words.custody[kind]}${leg === null ? '' : ` ${leg}`}: ${way}`,
    by ?? '–',
    receivedBy ?? '–',
    note ?? '',
  ]);
  if (custody.length === 0 && departedAt !== null)
    rows.push([format.moment(departedAt), `${words.custody.departed}: ${way}`, '–', '–', '']);
  if (arrivedAt !== null && accepted !== null) {
    const warmth = arrivalTemperatureC === null ? '' : `, ${format.temperature(arrivalTemperatureC)}`;
    const told = `${words.accepted[accepted]}${warmth}`;
    rows.push([format.moment(arrivedAt), told, '', shipment.receivedBy ?? '–', shipment.arrivalNote ?? '']);
  }
  return rows;
}

function actionRow(action: RecordAction, record: BatchRecord, words: RecordWords, format: RecordFormat): Row {
  const { at, what, by, note, alertId } = action;
  const alert = record.alerts.find(one => one.alertId === alertId);
  const about = alert === undefined ? '' : ` (${words.alertKind[alert.kind].toLowerCase()})`;
  const { discardReason, discardNote } = record.batch;
  const reason = discardReason === null ? '' : words.discardReason[discardReason];
  const told = what === 'discarded' ? [reason, discardNote].filter(Boolean).join(': ') : (note ?? '');
  return [format.moment(at), `${words.action[what]}${about}`, by ?? '–', told];
}

function observationRow(
  observation: BatchRecord['observations'][number],
  words: RecordWords,
  format: RecordFormat,
): Row {
  const { at, verdict, log10CfuPerG, belowLog10, source, labName, method } = observation;
  const count = log10CfuPerG ?? belowLog10;
  const counted =
    count === null ? '' : `${belowLog10 === null ? '' : '< '}${format.number(count, 2)} log CFU/g`;
  return [
    format.moment(at),
    verdict === null ? counted : words.verdict[verdict],
    [words.source[source], labName].filter(Boolean).join(', '),
    method ?? '',
  ];
}

function drawMethod(flow: PdfFlow, record: BatchRecord, words: RecordWords, format: RecordFormat): void {
  const { modelId, parameterSetId, parameterSetVersion, measuredShare, futureTemperatureC } = record.estimate;
  flow.heading(words.sections.method);
  const parts = {
    ...{ model: modelId, set: parameterSetId, version: parameterSetVersion },
    ...{ share: format.percent(measuredShare), future: format.temperature(futureTemperatureC) },
  };
  for (const paragraph of words.method(parts)) flow.paragraph(paragraph);
}

function drawTrail(flow: PdfFlow, { audit }: BatchRecord, words: RecordWords, format: RecordFormat): void {
  flow.heading(words.sections.trail);
  if (audit === null) {
    flow.paragraph(words.none.trail);
    return;
  }
  flow.paragraph(words.trail(audit.line, `${format.instant(audit.at)} ${format.zone}`));
  flow.paragraph(audit.hash, { size: 8, weight: 'bold' });
}

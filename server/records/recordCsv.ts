import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BatchRecord } from '../../models/contracts/record.ts';
import { zonedTime } from '../epcis/zonedTime.ts';
import type { RecordWords } from './recordWords.ts';

export type CsvSeparator = 'comma' | 'semicolon';

const columns = ['section', 'item', 'from', 'to', 'field', 'label', 'value', 'unit'];
const itemsATurn = 200;
/** Spreadsheets take UTF-8 without it for something else. */
const byteOrderMark = '\ufeff';

type Scalar = string | number | boolean | null;
type Fields = Readonly<Record<string, Scalar | undefined>>;

/** One thing of a record: what it belongs to, which of them it is, and when. */
interface Item {
  readonly section: string;
  readonly item?: string | number;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly fields: Fields;
}

/**
 * A record as one table in long form (RFC 4180, UTF-8): one figure a line, with its section, the number of the item in it
 * and the item's time, on the clocks of the firm with their offset. An empty value is nothing. With `semicolon` numbers
 * have a decimal comma, as spreadsheets in Indonesia expect.
 */
export async function recordCsv(
  record: BatchRecord,
  words: RecordWords,
  separator: CsvSeparator = 'comma',
): Promise<string> {
  const sign = separator === 'comma' ? ',' : ';';
  const decimal = separator === 'comma' ? '.' : ',';
  const { timeZone } = record.firm;
  const known = new Map<string, string>();
  const zoned = (text: string): string => {
    const local = known.get(text) ?? zonedTime(Date.parse(text), timeZone).eventTime;
    known.set(text, local);
    return local;
  };
  const cell = (value: Scalar | undefined): string => {
    if (value === null || value === undefined) return '';
    if (typeof value === 'number') return quoted(rounded(value).replace('.', decimal), sign);
    const text = typeof value === 'string' && isInstant(value) ? zoned(value) : String(value);
    return quoted(harmless(text), sign);
  };
  const lines = [columns.join(sign)];
  for (const [index, { section, item, from, to, fields }] of itemsOf(record).entries()) {
    // Sixty days are a thousand hours and more.
    if (index > 0 && index % itemsATurn === 0) await nextTurn();
    for (const [field, value] of Object.entries(fields)) {
      const key = [section, item, from, to, field, words.fields[field] ?? field].map(cell);
      lines.push([...key, cell(value), cell(unitOf(field))].join(sign));
    }
  }
  return `${byteOrderMark}${lines.join('\r\n')}\r\n`;
}

/** Everything a record holds, thing by thing. */
export function itemsOf(record: BatchRecord): Item[] {
  const { batch, estimate, summary, audit } = record;
  const { quantity, parents, children, ...facts } = batch;
  return [
    { section: 'record', fields: { asOf: record.asOf, until: record.until } },
    { section: 'firm', fields: record.firm },
    {
      section: 'batch',
      fields: { ...facts, quantity: quantity === null ? null : `${quantity.amount} ${quantity.unit}` },
    },
    ...parents.map(({ batchId, at }) => ({ section: 'batch', from: at, fields: { parent: batchId } })),
    ...children.map(({ batchId, at }) => ({ section: 'batch', from: at, fields: { child: batchId } })),
    { section: 'summary', from: batch.producedAt, to: record.until, fields: summary },
    { section: 'estimate', from: record.until, fields: estimateFields(estimate, record.position) },
    ...record.sensors.flatMap(sensorItems),
    ...spanItems('excursion', record.excursions),
    ...spanItems('gap', record.gaps),
    ...spanItems('hour', record.hours),
    ...record.shipments.flatMap(shipmentItems),
    ...record.alerts.map(({ beganAt, clearedAt, ...fields }, i) => ({
      ...{ section: 'alert', item: i + 1, from: beganAt, to: clearedAt, fields },
    })),
    ...record.actions.map(({ at, ...fields }, i) => ({ section: 'action', item: i + 1, from: at, fields })),
    ...record.observations.map(({ at, ...fields }, i) => ({
      ...{ section: 'observation', item: i + 1, from: at, fields },
    })),
    ...(audit === null
      ? []
      : [{ section: 'audit', from: audit.at, fields: { line: audit.line, hash: audit.hash } }]),
  ];
}

function estimateFields(estimate: BatchRecord['estimate'], position: string): Fields {
  const { remainingH, keepsUntil, countLog10CfuPerG } = estimate;
  return {
    ...{ status: estimate.status, position },
    ...prefixed('remainingH', remainingH),
    ...prefixed('keepsUntil', keepsUntil),
    ...prefixed('countLog10CfuPerG', countLog10CfuPerG),
    limitLog10CfuPerG: estimate.limitLog10CfuPerG,
    limitedBy: estimate.limitedBy,
    futureTemperatureC: estimate.futureTemperatureC,
    assumptionKind: estimate.assumptionKind,
    flags: estimate.flags.join(' '),
    modelId: estimate.modelId,
    parameterSetId: estimate.parameterSetId,
    parameterSetVersion: estimate.parameterSetVersion,
  };
}

const prefixed = (
  name: string,
  { p05, median, p95 }: Readonly<Record<'p05' | 'median' | 'p95', Scalar>>,
) => ({
  ...{ [`${name}.p05`]: p05, [`${name}.median`]: median, [`${name}.p95`]: p95 },
});

function sensorItems(
  { from, to, calibrations, ...fields }: BatchRecord['sensors'][number],
  i: number,
): Item[] {
  const item = i + 1;
  return [
    { section: 'sensor', item, from, to, fields },
    ...calibrations.map(({ from: since, ...calibration }) => ({
      ...{ section: 'calibration', item, from: since, to: calibration.dueAt, fields: calibration },
    })),
  ];
}

function spanItems(
  section: string,
  spans: readonly (Fields & { readonly from: string; readonly to: string | null })[],
): Item[] {
  return spans.map(({ from, to, ...fields }, i) => ({ section, item: i + 1, from, to, fields }));
}

function shipmentItems(shipment: BatchRecord['shipments'][number], i: number): Item[] {
  const { departedAt, arrivedAt, custody, vehicles, ...fields } = shipment;
  const item = i + 1;
  return [
    {
      ...{ section: 'shipment', item, from: departedAt, to: arrivedAt },
      fields: { ...fields, vehicles: vehicles.join('; ') },
    },
    ...custody.map(({ at, ...line }) => ({ section: 'custody', item, from: at, fields: line })),
  ];
}

/** Told by how the name of a field ends. */
function unitOf(field: string): string {
  const [name = field] = field.split('.');
  if (/CfuPerG$|Log10$/.test(name)) return 'log10 CFU/g';
  if (name === 'activationEnergyKJPerMol') return 'kJ/mol';
  if (name.endsWith('C')) return '°C';
  if (name.endsWith('H')) return 'h';
  return name.endsWith('Min') ? 'min' : '';
}

/** Thousandths: below what any probe resolves. */
const rounded = (value: number): string => String(Math.round(value * 1_000) / 1_000);

const isInstant = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text);

/** Text that a spreadsheet would take for a formula gets an apostrophe in front, which shows it as text. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const quoted = (text: string, sign: string): string =>
  text.includes(sign) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

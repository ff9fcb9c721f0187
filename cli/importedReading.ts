import { epochToMs, localToEpoch, parseIsoTime } from '../gateway/formats/sampleTime.ts';
import { mainProbe, nodeIdSchema } from '../models/contracts/ids.ts';
import { type Reading, readingWireSchema } from '../models/contracts/reading.ts';
import type { ReadingColumn, RowFault, TableCells } from './readingTable.ts';

export interface ImportDefaults {
  /** For files without a column of nodes. */
  readonly nodeId?: string | undefined;
  readonly probe?: string | undefined;
  /** Of times without an offset; without it such times are refused. */
  readonly timeZone?: string | undefined;
  readonly now: number;
}

export type ImportedRow =
  | { readonly ok: true; readonly reading: Reading }
  | { readonly ok: false; readonly faults: readonly RowFault[] };

const maxAheadMs = 5 * 60_000;
/** Loggers of earlier years are welcome; what lies before is 1970, a reset clock, or a day counted by a spreadsheet. */
const oldestPlausibleAt = Date.UTC(2000, 0, 1);
/** What a sensor says that has just been switched on: kept, but not believed. */
const powerOnTemperatureC = 85;

/**
 * One line of a table as a reading, judged as strictly as what a node sends, except that nothing is repaired: a value
 * that cannot be used is a fault of its row. Of two temperature columns the raw one counts, as offsets are added again
 * when readings are read. Without a column for it, a reading arrived when it was measured: an import of old readings
 * does not make a node look alive.
 */
export function toImportedReading(cells: TableCells, defaults: ImportDefaults): ImportedRow {
  const faults: RowFault[] = [];
  const measuredAt = timeOf('measuredAt', cells.measuredAt, defaults, faults);
  const receivedAt = isBlank(cells.receivedAt)
    ? measuredAt
    : timeOf('receivedAt', cells.receivedAt, defaults, faults);
  const nodeId = nodeIdSchema.safeParse(isBlank(cells.nodeId) ? defaults.nodeId : textOf(cells.nodeId));
  if (!nodeId.success)
    faults.push(
      fault(
        'nodeId',
        cells.nodeId,
        `${nodeId.error.issues[0]!.message.replace(/^must be /, '')}${isBlank(cells.nodeId) ? ', or named for the whole file with --node' : ''}`,
      ),
    );
  const raw = isBlank(cells.rawTemperatureC) ? cells.temperatureC : cells.rawTemperatureC;
  const values = {
    probe: isBlank(cells.probe) ? (defaults.probe ?? mainProbe) : textOf(cells.probe),
    temperatureC: numberOf(raw),
    humidityPct: numberOf(cells.humidityPct),
    batteryPct: numberOf(cells.batteryPct),
    sequence: numberOf(cells.sequence),
  };
  const wire = readingWireSchema.safeParse(values);
  if (!wire.success) faults.push(...wireFaults(wire.error.issues, { ...values, temperatureC: raw }));
  const timeSource = oneOf('timeSource', cells.timeSource, ['device', 'arrival'], 'device', faults);
  const believed = wire.success && wire.data.temperatureC === powerOnTemperatureC ? 'suspect' : 'good';
  const quality = oneOf('quality', cells.quality, ['good', 'suspect'], believed, faults);
  if (faults.length > 0 || !wire.success || !nodeId.success || measuredAt === null || receivedAt === null)
    return { ok: false, faults };
  const { probe, temperatureC, humidityPct, batteryPct, sequence } = wire.data;
  return {
    ok: true,
    reading: {
      ...{ nodeId: nodeId.data, probe, measuredAt, receivedAt, timeSource },
      temperatureC: value(temperatureC),
      humidityPct: value(humidityPct),
      batteryPct: value(batteryPct),
      sequence: value(sequence),
      quality,
    },
  };
}

/** As from a node: -0 is 0. */
const value = (number: number | null | undefined): number | null => (number == null ? null : number + 0);

const isBlank = (cell: unknown): boolean => cell === undefined || cell === null || cell === '';

/** The apostrophe that keeps a spreadsheet from calculating is no part of a name. */
const textOf = (cell: unknown): string => String(cell).replace(/^'(?=[=+\-@\t\r])/, '');

/** A number, null for an empty cell, and what cannot be one as it is, for the rule to refuse. */
function numberOf(cell: unknown): unknown {
  if (isBlank(cell)) return null;
  if (typeof cell !== 'string') return cell;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : cell;
}

function wireFaults(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
  values: Readonly<Record<string, unknown>>,
): RowFault[] {
  return issues.map(({ path, message }) => {
    const field = String(path[0] ?? 'temperatureC');
    const allowed = /required/.test(message) ? 'a number in temperatureC or humidityPct' : message;
    return fault(field, values[field], allowed.replace(/^must be /, ''));
  });
}

function oneOf<T extends string>(
  field: ReadingColumn,
  cell: unknown,
  allowed: readonly T[],
  otherwise: T,
  faults: RowFault[],
): T {
  if (isBlank(cell)) return otherwise;
  const found = allowed.find(candidate => candidate === cell);
  if (found === undefined) faults.push(fault(field, cell, `${allowed.join(' or ')}, or empty`));
  return found ?? otherwise;
}

const instantRule = 'ISO-8601 (2026-11-24T03:00:00Z) or epoch seconds or milliseconds';

/** Null, and a fault, for what is no usable time. */
function timeOf(field: ReadingColumn, cell: unknown, defaults: ImportDefaults, faults: RowFault[]) {
  const { timeZone, now } = defaults;
  const refuse = (allowed: string) => {
    faults.push(fault(field, cell, allowed));
    return null;
  };
  let at: number | undefined;
  const epoch = cell instanceof Date ? cell.getTime() : numberOf(cell);
  if (cell instanceof Date) at = cell.getTime();
  else if (typeof epoch === 'number') at = epochToMs(epoch).at;
  else {
    const written = typeof cell === 'string' ? parseIsoTime(cell) : undefined;
    if (written === undefined) return refuse(instantRule);
    if (written.offsetMin !== undefined) at = written.asUtc - written.offsetMin * 60_000;
    else if (timeZone !== undefined) at = localToEpoch(written.asUtc, timeZone, now);
    else return refuse('a time with an offset (Z or +07:00), or say whose time it is with --time-zone');
  }
  if (at === undefined || !Number.isFinite(at)) return refuse(instantRule);
  if (at < oldestPlausibleAt) return refuse(`not before ${iso(oldestPlausibleAt)}`);
  if (at > now + maxAheadMs) return refuse(`not later than now, ${iso(now)}`);
  return at;
}

const iso = (at: number): string => new Date(at).toISOString();

function fault(field: string, cell: unknown, allowed: string): RowFault {
  const text = cell instanceof Date ? iso(cell.getTime()) : isBlank(cell) ? '' : String(cell);
  return { field, value: text.slice(0, 200), allowed };
}

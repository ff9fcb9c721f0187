import type { ColumnRole, ColumnUnit, ColumnUse } from '../../models/laboratory/columnUse.ts';
import type { MessageId } from '../i18n/catalogues.ts';

interface ColumnChoice {
  readonly value: string;
  readonly role: ColumnRole;
  readonly unit: ColumnUnit | null;
  readonly label: MessageId;
}

/** Everything a column can be, each with its unit, in the order of a select. */
export const columnChoices: readonly ColumnChoice[] = [
  { value: 'temperature-c', role: 'temperature', unit: 'c', label: 'experiments.column.temperature-c' },
  { value: 'temperature-f', role: 'temperature', unit: 'f', label: 'experiments.column.temperature-f' },
  { value: 'time-h', role: 'time', unit: 'h', label: 'experiments.column.time-h' },
  { value: 'time-d', role: 'time', unit: 'd', label: 'experiments.column.time-d' },
  { value: 'time-min', role: 'time', unit: 'min', label: 'experiments.column.time-min' },
  { value: 'time-date', role: 'time', unit: 'date', label: 'experiments.column.time-date' },
  { value: 'replicate', role: 'replicate', unit: null, label: 'experiments.column.replicate' },
  { value: 'series', role: 'series', unit: null, label: 'experiments.column.series' },
  { value: 'count-log10', role: 'count', unit: 'log10', label: 'experiments.column.count-log10' },
  { value: 'count-ln', role: 'count', unit: 'ln', label: 'experiments.column.count-ln' },
  { value: 'count-cfu', role: 'count', unit: 'cfu', label: 'experiments.column.count-cfu' },
  { value: 'life-d', role: 'life', unit: 'd', label: 'experiments.column.life-d' },
  { value: 'life-h', role: 'life', unit: 'h', label: 'experiments.column.life-h' },
  { value: 'ignore', role: 'ignore', unit: null, label: 'experiments.column.ignore' },
];

export const choiceOf = ({ role, unit }: ColumnUse): string => (unit === null ? role : `${role}-${unit}`);

/** The same role in its other units: what is asked where a name does not say it. */
export const unitChoices = ({ role }: ColumnUse): readonly ColumnChoice[] =>
  columnChoices.filter(choice => choice.role === role && choice.unit !== 'date');

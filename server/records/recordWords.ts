import type { AlertKind } from '../../models/contracts/alert.ts';
import type { DiscardReason, Treatment } from '../../models/contracts/batch.ts';
import type { BatchStatus, LimitId } from '../../models/contracts/estimate.ts';
import type { Verdict } from '../../models/contracts/observation.ts';
import type { CalibrationState, RecordAction } from '../../models/contracts/record.ts';
import type { FormatWords } from '../notify/alertFormat.ts';
import type { TimeWords } from './recordFormat.ts';

/** Everything a record says, in one language. */
export interface RecordWords extends FormatWords, TimeWords {
  /** What it is called. */
  readonly title: string;
  /** At the foot of every page. */
  readonly caution: string;
  page(n: number, of: number): string;
  dataUntil(when: string): string;
  readonly sections: Readonly<
    Record<
      | 'firm'
      | 'batch'
      | 'temperature'
      | 'excursions'
      | 'gaps'
      | 'sensors'
      | 'shipments'
      | 'alerts'
      | 'actions'
      | 'observations'
      | 'hours'
      | 'method'
      | 'trail',
      string
    >
  >;
  readonly status: Readonly<Record<BatchStatus, string>>;
  readonly limits: Readonly<Record<LimitId, string>>;
  readonly treatment: Readonly<Record<Treatment, string>>;
  readonly storage: Readonly<Record<'room' | 'fridge', string>>;
  readonly discardReason: Readonly<Record<DiscardReason, string>>;
  readonly verdict: Readonly<Record<Verdict, string>>;
  readonly source: Readonly<Record<'firm' | 'laboratory' | 'buyer', string>>;
  readonly alertKind: Readonly<Record<AlertKind, string>>;
  readonly calibration: Readonly<Record<CalibrationState, string>>;
  readonly action: Readonly<Record<RecordAction['what'], string>>;
  readonly custody: Readonly<Record<'departed' | 'handed-over' | 'arrived' | 'correction', string>>;
  readonly accepted: Readonly<Record<'all' | 'some' | 'none', string>>;

  readonly keepsAtLeast: string;
  readonly pastLimit: string;
  readonly mayBePast: string;
  readonly unknown: string;
  until(when: string): string;
  interval(lo: string, hi: string, at: string): string;
  limitedBy(limit: string): string;
  soldOut(when: string): string;
  discarded(when: string, reason: string): string;
  divided(when: string): string;

  readonly limitLine: (temperature: string) => string;
  readonly noData: string;
  readonly noSensor: string;
  /** Instead of saying that it was never too warm. */
  readonly notMeasured: string;
  readonly axisUnit: string;
  warmestOf(position: string): string;
  thinned(step: string): string;
  readonly stillGoingOn: string;
  readonly none: Readonly<
    Record<
      'excursions' | 'gaps' | 'sensors' | 'shipments' | 'alerts' | 'actions' | 'observations' | 'trail',
      string
    >
  >;
  /** The shortened list says how many more there are, and where. */
  more(count: number): string;
  assumed(from: string, to: string, worst: string): string;
  cannotBeDrawn: string;

  readonly tiles: {
    readonly mkt: string;
    readonly mktNote: (energy: string) => string;
    readonly above: (limit: string) => string;
    readonly measured: string;
    readonly gaps: (duration: string) => string;
    readonly range: string;
    readonly mean: (temperature: string) => string;
    readonly worstExcursion: (duration: string) => string;
  };
  readonly columns: Readonly<
    Record<
      | 'when'
      | 'duration'
      | 'peak'
      | 'lifeLost'
      | 'assumed'
      | 'sensor'
      | 'place'
      | 'used'
      | 'minMeanMax'
      | 'offset'
      | 'due'
      | 'state'
      | 'what'
      | 'by'
      | 'note'
      | 'about'
      | 'ended'
      | 'result'
      | 'source'
      | 'min'
      | 'mean'
      | 'max'
      | 'receivedBy',
      string
    >
  >;
  method(parts: { model: string; set: string; version: number; share: string; future: string }): string[];
  trail(line: number, when: string): string;
  /** What the fields of the CSV are called. */
  readonly fields: Readonly<Record<string, string>>;
}

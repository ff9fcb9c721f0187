import type { Treatment } from '../../models/contracts/batch.ts';
import { leverFault } from '../../models/laboratory/checkExperiment.ts';
import type { CheckedTable } from '../../models/laboratory/checkTable.ts';
import { experimentSpans } from '../../models/laboratory/experimentLimits.ts';
import type { ExperimentToSave } from './experimentsApi.ts';

/** What is written about a run, as it is typed. */
export interface RunFacts {
  readonly treatment: Treatment | '';
  readonly pH: string;
  readonly aw: string;
  /** Amounts by the id of a lever, as typed; '1' for what has no dose. */
  readonly levers: Readonly<Record<string, string>>;
  readonly medium: string;
  readonly method: string;
  readonly cost: string;
}

export const noFacts: RunFacts = {
  treatment: '',
  pH: '',
  aw: '',
  levers: {},
  medium: '',
  method: '',
  cost: '',
};

/** A live sensor that measured the temperature, from the moment the first sample was taken. */
export interface SensorTemperature {
  readonly nodeId: string;
  readonly probe: string;
  readonly from: number;
}

/** A number as people type it, with a comma or a point; null: nothing or none. */
export function typedNumber(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}

export type FactFault = 'pH' | 'aw' | 'cost' | `lever:${string}`;

/** Fields that hold what cannot be used. */
export function factFaults(facts: RunFacts): FactFault[] {
  const outside = (text: string, { min, max }: { min: number; max: number }): boolean => {
    const value = typedNumber(text);
    return text.trim() !== '' && (value === null || value < min || value > max);
  };
  const levers = Object.entries(facts.levers).filter(
    ([id, text]) =>
      text.trim() !== '' && leverFault(id, typedNumber(text) ?? Number.NaN, typedNumber(facts.pH)) !== null,
  );
  return [
    ...(outside(facts.pH, experimentSpans.pH) ? (['pH'] as const) : []),
    ...(outside(facts.aw, experimentSpans.aw) ? (['aw'] as const) : []),
    ...(outside(facts.cost, experimentSpans.costIdrPerPack) ? (['cost'] as const) : []),
    ...levers.map(([id]) => `lever:${id}` as const),
  ];
}

/** Series as they are saved: temperatures from the table or a sensor, facts of all or of each. */
export function seriesToSave(
  checked: Pick<CheckedTable, 'rows' | 'series'>,
  factsOf: (series: string) => RunFacts,
  sensor: SensorTemperature | null,
): ExperimentToSave['series'] {
  const hourMs = 3_600_000;
  return checked.series.map(({ series, temperature }) => {
    const facts = factsOf(series);
    const lastH = checked.rows.reduce(
      (last, row) => (row.series === series ? Math.max(last, row.timeH) : last),
      0,
    );
    const levers = Object.entries(facts.levers).flatMap(([id, text]) => {
      const dose = typedNumber(text);
      return dose === null ? [] : [[id, dose] as const];
    });
    return {
      series,
      temperature:
        sensor !== null
          ? { kind: 'node', ...sensor, to: sensor.from + Math.max(lastH, 1) * hourMs }
          : temperature.kind === 'constant'
            ? temperature
            : { kind: 'points', points: [...temperature.points] },
      levers: Object.fromEntries(levers),
      pH: typedNumber(facts.pH),
      aw: typedNumber(facts.aw),
      treatment: facts.treatment === '' ? null : facts.treatment,
      medium: facts.medium.trim(),
      method: facts.method.trim() === '' ? null : facts.method.trim(),
      costIdrPerPack: typedNumber(facts.cost),
    };
  });
}

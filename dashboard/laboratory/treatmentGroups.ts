import type { ExperimentSeries } from '../../models/contracts/experiment.ts';

/** Series that were treated alike: only these belong into one fit. */
export interface TreatmentGroup {
  readonly key: string;
  readonly treatment: ExperimentSeries['treatment'];
  readonly levers: ExperimentSeries['levers'];
  readonly series: readonly string[];
}

/** Series by treatment and levers, in the order of the data. */
export function treatmentGroups(series: readonly ExperimentSeries[]): TreatmentGroup[] {
  const groups = Map.groupBy(series, ({ treatment, levers }) =>
    JSON.stringify([treatment, Object.entries(levers).toSorted(([a], [b]) => (a < b ? -1 : 1))]),
  );
  return [...groups].map(([key, own]) => ({
    key,
    treatment: own[0]!.treatment,
    levers: own[0]!.levers,
    series: own.map(one => one.series),
  }));
}

import { useMemo, useState } from 'preact/hooks';
import type { ExperimentVersion } from '../../models/contracts/experiment.ts';
import type { FitView } from '../../models/contracts/fit.ts';
import { usualModels } from '../../models/laboratory/fitModelsOf.ts';
import { me } from '../state.ts';
import type { FitToOrder } from './fitsApi.ts';
import { type TreatmentGroup, treatmentGroups } from './treatmentGroups.ts';
import type { ExperimentParts } from './useExperiment.ts';
import { useFittedViews } from './useFittedViews.ts';

/** The limit of tahu in Tahan's own sets. */
const usualLimit = 7;

export type Shown = ReturnType<typeof useShown>;

/** What is shown of a version: the fit and ranking of one treatment, and what follows from them. */
export function useShown(parts: ExperimentParts, version: ExperimentVersion) {
  const [limit, setLimit] = useState(usualLimit);
  const [chosenGroup, setGroup] = useState<string | null>(null);
  const groups = useMemo(() => treatmentGroups(version.series), [version]);
  const ofFit = groups.find(one => one.series.includes(parts.fit?.request.series?.[0] ?? ''));
  const group = groups.find(one => one.key === chosenGroup) ?? ofFit ?? groups[0];
  const ofGroup = <T extends FitView | null>(one: T): T | null =>
    one !== null && fitsGroup(one.request.series, group, groups) ? one : null;
  const fit = ofGroup(parts.fit);
  const ranking = ofGroup(parts.ranking);
  const series = groups.length > 1 && group ? group.series : null;
  const limitLog10 = version.kind === 'growth' ? limit : null;
  const views = useFittedViews(version, fit, series, limitLog10);
  const models = modelsOf(version, series);
  const model = fit?.request.model ?? ranking?.ranking?.[0]?.model ?? models[0] ?? 'baranyi';
  const request = (choice: Partial<FitToOrder>, of = model): Omit<FitToOrder, 'version'> => ({
    ...{ model: of, ...choice },
    ...(series === null ? {} : { series: [...series] }),
  });
  return {
    ...{ groups, group, fit, ranking, series, limitLog10, views, models, model, request, setLimit, setGroup },
    mayFit: me.value?.role === 'owner' || me.value?.role === 'researcher',
  };
}

/** Whether a fit is of the series of a treatment; of one treatment alone they need no names. */
function fitsGroup(
  series: readonly string[] | undefined,
  group: TreatmentGroup | undefined,
  groups: readonly TreatmentGroup[],
): boolean {
  if (groups.length <= 1) return true;
  return series !== undefined && series.join('\n') === group?.series.join('\n');
}

function modelsOf({ kind, series }: ExperimentVersion, names: readonly string[] | null): readonly string[] {
  const used = series.filter(one => names?.includes(one.series) ?? true).map(one => one.temperature);
  const constant = used.flatMap(one => (one.kind === 'constant' ? [one.temperatureC] : []));
  const isChanging = constant.length < used.length;
  const temperatures = new Set(constant).size;
  const models = usualModels(kind, { temperatures, isChanging });
  const hasTwoSteps = kind === 'growth' && !isChanging && temperatures > 2;
  return hasTwoSteps ? [...models, 'two_step_baranyi_ratkowsky_sqrt'] : models;
}

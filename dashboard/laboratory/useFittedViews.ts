import { useMemo } from 'preact/hooks';
import type { ExperimentVersion } from '../../models/contracts/experiment.ts';
import type { FitView } from '../../models/contracts/fit.ts';
import { fitInputOf } from '../../models/laboratory/fitInput.ts';
import { fittedModelOf } from '../../models/laboratory/fittedModel.ts';
import { type GrowthPanel, growthPanels } from '../../models/laboratory/growthPanels.ts';
import { type RateChart, rateAgainstTemperature } from '../../models/laboratory/rateAgainstTemperature.ts';
import {
  type Residual,
  type ResidualPattern,
  residualPatterns,
  residualsOf,
} from '../../models/laboratory/residualPatterns.ts';

export interface FittedViews {
  readonly panels: readonly GrowthPanel[];
  readonly residuals: readonly Residual[];
  readonly patterns: readonly ResidualPattern[];
  readonly rates: RateChart | null;
  /** The coldest first. */
  readonly temperatures: readonly number[];
  readonly sd: number;
}

/** Everything that is drawn of a version and its fit; worked out once for each. */
export function useFittedViews(
  version: ExperimentVersion | null,
  fit: FitView | null,
  series: readonly string[] | null,
  limitLog10: number | null,
): FittedViews | null {
  // A limit that moves only moves the crossing: what costs most is kept.
  const model = useMemo(() => {
    if (version === null || fit?.report == null || fit.version !== version.version) return null;
    const input = fitInputOf(version, fit.request);
    const fitted = fittedModelOf(version, fit.request, fit.report);
    const residuals = fitted === null ? [] : residualsOf(fitted);
    const rates = fit.report.estimates
      ? rateAgainstTemperature(input, fit.request, fitted, fit.report)
      : null;
    return { fitted, residuals, rates, request: fit.request, report: fit.report };
  }, [version, fit?.fitId]);
  return useMemo(() => {
    if (version === null) return null;
    const isLife = version.kind === 'shelf-life';
    const only = model?.request ?? (series === null ? null : onlySeries(series));
    const panels = isLife
      ? []
      : growthPanels(version, only, model?.report ?? null, model?.fitted ?? null, limitLog10);
    const temperatures = [
      ...new Set(
        version.series.flatMap(({ temperature }) =>
          temperature.kind === 'constant' ? [temperature.temperatureC] : [],
        ),
      ),
    ].toSorted((a, b) => a - b);
    const shown = isLife
      ? temperatures
      : panels.flatMap(panel => (panel.temperatureC === null ? [] : [panel.temperatureC]));
    return {
      panels,
      temperatures: shown,
      residuals: model?.residuals ?? [],
      patterns: residualPatterns(model?.residuals ?? [], limitLog10 ?? lateOf(model?.residuals ?? [])),
      rates: model?.rates ?? null,
      sd: (model?.report.sigma as number | undefined) ?? 0,
    };
  }, [version, model, series, limitLog10]);
}

/** Without a limit the upper third of the fitted counts is late. */
function lateOf(residuals: readonly Residual[]): number {
  const sorted = residuals.map(one => one.fitted).toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length * 2) / 3)] ?? 0;
}

const onlySeries = (series: readonly string[]): FitView['request'] => ({
  ...{ version: 1, model: 'baranyi', series: [...series], censored: false, profile: false, seed: 1 },
});

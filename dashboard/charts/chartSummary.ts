import type { Format } from '../format.ts';
import { hourMs } from '../zone.ts';
import type { ChartModel } from './chartModel.ts';

export interface ChartSummaries {
  readonly temperature: string;
  readonly count: string;
  readonly life: string;
}

/** Each chart in a sentence, for whoever does not see it. */
export function chartSummaries(model: ChartModel, format: Format): ChartSummaries {
  const { charts } = format.words;
  const last = model.past.at(-1);
  const first = model.past[0];
  const limit = format.number(model.limitLog10);
  return {
    temperature: temperatureSummary(model, format),
    count:
      first && last
        ? charts.countSummary(format.number(first.count.median), format.number(last.count.median), limit)
        : charts.spoilageLimit(limit),
    life: last
      ? charts.remainingSummary(
          format.remainingText(last.remainingH.lo),
          format.range(last.remainingH.lo, last.remainingH.hi),
        )
      : charts.waiting,
  };
}

function temperatureSummary(model: ChartModel, format: Format): string {
  const { charts } = format.words;
  const measured = model.past.filter(row => row.temperatureC !== null);
  const last = measured.at(-1);
  if (last?.temperatureC === undefined || last.temperatureC === null) return charts.noTemperature;
  const warmest = measured.reduce((a, b) =>
    (b.maxC ?? b.temperatureC ?? 0) > (a.maxC ?? a.temperatureC ?? 0) ? b : a,
  );
  const peakC = warmest.maxC ?? warmest.temperatureC ?? last.temperatureC;
  const aboveMs = model.excursions.reduce((sum, e) => sum + (e.to - e.from), 0);
  const sentences = [
    charts.temperatureSummary(
      format.temperature(peakC),
      `${format.day(warmest.at)} ${format.clock(warmest.at)}`,
      format.temperature(last.temperatureC),
    ),
  ];
  if (aboveMs >= hourMs / 60)
    sentences.push(charts.aboveSummary(format.duration(aboveMs), format.plainTemperature(model.warmAboveC)));
  if (model.gaps.length > 0) sentences.push(charts.gapsSummary(model.gaps.length));
  return sentences.join(' ');
}

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
  const last = model.past.at(-1);
  const first = model.past[0];
  const limit = format.number(model.limitLog10);
  return {
    temperature: temperatureSummary(model, format),
    count:
      first && last
        ? format.t('charts.countSummary', {
            first: format.number(first.count.median),
            last: format.number(last.count.median),
            limit,
          })
        : format.t('charts.spoilageLimit', { value: limit }),
    life: last
      ? format.t('charts.remainingSummary', {
          atLeast: format.remainingText(last.remainingH.lo),
          range: format.range(last.remainingH.lo, last.remainingH.hi),
        })
      : format.t('charts.waiting'),
  };
}

function temperatureSummary(model: ChartModel, format: Format): string {
  const measured = model.past.filter(row => row.temperatureC !== null);
  const last = measured.at(-1);
  if (last?.temperatureC === undefined || last.temperatureC === null) return format.t('charts.noTemperature');
  const warmest = measured.reduce((a, b) =>
    (b.maxC ?? b.temperatureC ?? 0) > (a.maxC ?? a.temperatureC ?? 0) ? b : a,
  );
  const peakC = warmest.maxC ?? warmest.temperatureC ?? last.temperatureC;
  const aboveMs = model.excursions.reduce((sum, e) => sum + (e.to - e.from), 0);
  const sentences = [
    format.t('charts.temperatureSummary', {
      peak: format.temperature(peakC),
      at: `${format.day(warmest.at)} ${format.clock(warmest.at)}`,
      last: format.temperature(last.temperatureC),
    }),
  ];
  if (aboveMs >= hourMs / 60)
    sentences.push(
      format.t('charts.aboveSummary', {
        duration: format.duration(aboveMs),
        limit: format.plainTemperature(model.warmAboveC),
      }),
    );
  if (model.gaps.length > 0) sentences.push(format.t('charts.gapsSummary', { n: model.gaps.length }));
  return format.sentences(sentences);
}

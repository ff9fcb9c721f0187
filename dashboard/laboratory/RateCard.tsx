import type { JSX } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { RateChart } from '../../models/laboratory/rateAgainstTemperature.ts';
import { hoursText } from '../charts/growthChart.ts';
import { LabFigure } from '../charts/LabFigure.tsx';
import { rateChart } from '../charts/rateChart.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';

interface RateCardProps {
  /** Null: one temperature, temperatures that change, or more than temperature. */
  readonly chart: RateChart | null;
  readonly temperatures: readonly number[];
}

/** The secondary model: what each temperature says by itself against the line through all. */
export function RateCard({ chart, temperatures }: RateCardProps): JSX.Element {
  const shown = format.value;
  const draw = useCallback(
    (canvas: HTMLCanvasElement, now: Format) => rateChart(canvas, chart!, temperatures, now),
    [chart, temperatures],
  );
  const points = useMemo(() => (chart === null ? [] : pointsOf(chart, shown)), [chart, shown]);
  if (chart === null)
    return (
      <section class="card padded">
        <h2>{t('fit.rates.of')}</h2>
        <p class="second">{t('fit.rates.needsThree')}</p>
      </section>
    );
  return (
    <section class="card">
      <LabFigure
        title={t(`fit.rates.${chart.scale}`)}
        aside={t('fit.rates.of')}
        summary={shown.sentences([
          t('fit.rates.summary', {
            from: shown.plainTemperature(chart.tested.from),
            to: shown.plainTemperature(chart.tested.to),
          }),
          ...points.slice(0, 12).map(point => `${point.text}.`),
        ])}
        keys={t('fit.keys.read')}
        size="half"
        points={points}
        draw={draw}
      />
      {chart.scale === 'life-h' && (
        <ul class="patterns">
          <li>{relativeText(chart, temperatures, shown)}</li>
        </ul>
      )}
    </section>
  );
}

function pointsOf({ points, scale }: RateChart, shown: Format) {
  const text = (value: number) => (scale === 'life-h' ? hoursText(value, shown) : shown.number(value, 3));
  const up = (value: number) => (scale === 'life-h' ? Math.log10(value / 24) : value);
  return points.map(({ temperatureC, value, ends }) => {
    const named = { temperature: shown.plainTemperature(temperatureC), value: text(value) };
    return {
      x: temperatureC,
      y: up(value),
      text:
        ends === null
          ? t('fit.rates.point', named)
          : t('fit.rates.pointSpan', { ...named, lo: text(ends.lo), hi: text(ends.hi) }),
    };
  });
}

/** How many times faster it spoils than at the coldest temperature, as the fitted line says. */
function relativeText({ line }: RateChart, temperatures: readonly number[], shown: Format): string {
  const lifeAt = (temperatureC: number): number => {
    const after = Math.max(
      1,
      line.findIndex(point => point.temperatureC >= temperatureC),
    );
    const [a, b] = [line[after - 1]!, line[after]!];
    const share = (temperatureC - a.temperatureC) / (b.temperatureC - a.temperatureC);
    return Math.exp(Math.log(a.value) + share * Math.log(b.value / a.value));
  };
  const [coldest = 0, ...others] = temperatures;
  const list = others.map(
    c => `${shown.plainTemperature(c)} ${shown.number(lifeAt(coldest) / lifeAt(c), 1)}×`,
  );
  return t('fit.rrs', { temperature: shown.plainTemperature(coldest), list: shown.list(list) });
}

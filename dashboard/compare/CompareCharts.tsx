import type { JSX } from 'preact';
import { LifeByTemperatureChart } from '../charts/LifeByTemperatureChart.tsx';
import { type TreatmentMark, TreatmentsChart } from '../charts/TreatmentsChart.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { type CompareState, temperatureSlide } from './compareState.ts';
import { changeName, choiceText, type LifeUnit, printedRange } from './compareWords.ts';
import type { Comparison } from './comparison.ts';

interface CompareChartsProps {
  readonly state: CompareState;
  readonly comparison: Comparison;
  readonly unit: LifeUnit;
}

/** Longer axes are read in days, whatever unit the figures have. */
const daysFromH = 96;

export function CompareCharts({ state, comparison, unit }: CompareChartsProps): JSX.Element {
  const { baseline, whatIf } = comparison;
  const shown = format.value;
  const all = [baseline.range, whatIf.range, ...comparison.rows.map(row => row.range)];
  const longest = Math.max(...all.map(range => range?.p95H ?? 0));
  const axis: LifeUnit = longest >= daysFromH ? 'days' : 'hours';
  const marks = marksOf(comparison, unit, axis);
  const temperature = shown.plainTemperature(state.temperatureC);
  const text = (side: Comparison['baseline']): string =>
    side.range === null ? '–' : `${printedRange(unit, side.range, shown)} ${t(`compare.unit.${unit}`)}`;
  const summary = t('compare.treatmentsSummary', {
    ...{ temperature, baseline: text(baseline), whatIf: text(whatIf), n: comparison.rows.length },
  });
  return (
    <>
      <section class="card lab-figure">
        <div class="lab-head">
          <h2>{t('compare.treatments', { temperature, unit: t(`compare.unit.${axis}`) })}</h2>
          <p class="small second">
            {t('compare.treatmentsNote', { baseline: choiceText(state.baseline, shown) })}
          </p>
        </div>
        <TreatmentsChart marks={marks} unit={axis} summary={summary} />
      </section>
      <section class="card lab-figure">
        <div class="lab-head">
          <h2>{t('compare.byTemperature')}</h2>
        </div>
        <LifeByTemperatureChart
          curves={[
            { name: t('compare.baseline'), kind: 'baseline', points: baseline.curve, here: baseline.range },
            { name: t('compare.yourWhatIf'), kind: 'what-if', points: whatIf.curve, here: whatIf.range },
          ]}
          temperatureC={state.temperatureC}
          fromC={temperatureSlide.min}
          toC={temperatureSlide.max}
          testedC={whatIf.parameters.testedRangeC}
          words={{
            outside: t('compare.outside'),
            hours: n => t('time.hours', { n }),
            celsius: shown.plainTemperature,
          }}
          summary={summary}
        />
      </section>
    </>
  );
}

function marksOf({ baseline, whatIf, rows }: Comparison, unit: LifeUnit, axis: LifeUnit): TreatmentMark[] {
  const shown = format.value;
  const text = (range: TreatmentMark['range']): string =>
    range === null ? '–' : withUnit(printedRange(unit, range, shown));
  // Said where it is not that of the axis.
  const withUnit = (n: string): string => (unit === axis ? n : t(`time.${unit}`, { n }));
  return [
    {
      id: 'what-if',
      kind: 'what-if',
      name: t('compare.yourWhatIf'),
      range: whatIf.range,
      text: text(whatIf.range),
    },
    ...rows.map(
      ({ change, range, blocked }): TreatmentMark => ({
        ...{ id: change.id, kind: 'row', name: changeName(change, shown), range },
        text: blocked === null ? text(range) : t('compare.blockedRow'),
      }),
    ),
    {
      id: 'baseline',
      kind: 'baseline',
      name: t('compare.baseline'),
      range: baseline.range,
      text: text(baseline.range),
    },
  ];
}

import type { JSX } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { ExperimentRow } from '../../models/contracts/experiment.ts';
import type { Residual, ResidualPattern } from '../../models/laboratory/residualPatterns.ts';
import { LabFigure } from '../charts/LabFigure.tsx';
import { residualChart } from '../charts/residualChart.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { patternLabel, patternText } from './fitWords.ts';

interface ResidualCardProps {
  readonly residuals: readonly Residual[];
  readonly patterns: readonly ResidualPattern[];
  readonly temperatures: readonly number[];
  readonly sd: number;
  /** Of shelf lives, whose logarithm is fitted. */
  readonly isOfLives: boolean;
  onPick(row: ExperimentRow): void;
}

/** What the model leaves over, and what pattern that has, in words with its numbers. */
export function ResidualCard(props: ResidualCardProps): JSX.Element {
  const { residuals, patterns, temperatures, sd, onPick } = props;
  const shown = format.value;
  const [first] = patterns;
  const draw = useCallback(
    (canvas: HTMLCanvasElement, now: Format) =>
      residualChart(
        canvas,
        residuals,
        { temperatures, sd, pattern: first ?? null, patternText: patternLabel(first, now) },
        now,
      ),
    [residuals, first, temperatures, sd],
  );
  const points = useMemo(
    () =>
      residuals.map(one => ({
        x: one.fitted,
        y: one.residual,
        text: t('fit.residuals.point', {
          row: one.row.row,
          temperature: one.temperatureC === null ? one.series : shown.plainTemperature(one.temperatureC),
          residual: `${one.residual > 0 ? '+' : ''}${shown.number(one.residual, 2)}`,
          fitted: shown.number(one.fitted, 2),
        }),
      })),
    [residuals, shown],
  );
  return (
    <section class="card">
      <LabFigure
        title={t(props.isOfLives ? 'fit.residuals.life' : 'fit.residuals')}
        aside={t(props.isOfLives ? 'fit.residuals.ofLife' : 'fit.residuals.of')}
        summary={t('fit.residuals.summary', { n: residuals.length, sd: shown.number(sd, 2) })}
        keys={t('fit.keys.pick')}
        size="half"
        points={points}
        draw={draw}
        onPick={i => residuals[i] && onPick(residuals[i].row)}
      />
      <ul class="patterns">
        {patterns.length === 0 ? (
          <li class="muted">{t('fit.residuals.none')}</li>
        ) : (
          patterns
            .slice(0, 4)
            .map(pattern => <li key={JSON.stringify(pattern)}>{patternText(pattern, shown)}</li>)
        )}
      </ul>
    </section>
  );
}

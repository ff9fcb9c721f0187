import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';
import { type AxisMark, fittingMarks } from '../lifeAxis.ts';
import { rootPx, useWidth } from './useWidth.ts';

/** The time axis of one bar or of a list of bars. Read by eye only: each bar says its own sentence. */
export function LifeAxis({ marks, horizonH }: { marks: readonly AxisMark[]; horizonH: number }): JSX.Element {
  const [ref, widthPx] = useWidth<HTMLDivElement>(328);
  const charPx = 7 * (rootPx() / 16);
  return (
    <div class="life-axis" ref={ref} aria-hidden="true">
      <span style={{ left: 0 }}>{t('when.now')}</span>
      {fittingMarks(marks, horizonH, widthPx, t('when.now'), charPx).map(mark => (
        <span key={mark.atH} style={{ left: `${(mark.atH / horizonH) * 100}%` }}>
          {mark.label}
        </span>
      ))}
    </div>
  );
}

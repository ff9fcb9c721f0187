import type { JSX } from 'preact';
import type { LifeRange } from '../../models/laboratory/compareTreatments.ts';
import { rootPx, useWidth } from '../components/useWidth.ts';
import { niceTicks } from './niceTicks.ts';

export interface TreatmentMark {
  readonly id: string;
  readonly name: string;
  readonly kind: 'what-if' | 'row' | 'baseline';
  /** null: no figure, and `text` says why. */
  readonly range: LifeRange | null;
  readonly text: string;
}

interface TreatmentsChartProps {
  readonly marks: readonly TreatmentMark[];
  readonly unit: 'hours' | 'days';
  readonly summary: string;
  /** Room for the names, in px of a usual letter size; below that they stand above their lines. */
  readonly nameEm?: number;
}

/** Median and 90 % interval of each treatment below each other; the interval of the baseline lies behind all of them. */
export function TreatmentsChart({ marks, unit, summary, nameEm = 190 }: TreatmentsChartProps): JSX.Element {
  const [frame, width] = useWidth<HTMLElement>(640);
  const em = rootPx() / 16;
  const isNarrow = width < (nameEm + 330) * em;
  // With large letters on a phone a name has a line of its own, and what it comes to another.
  const isTiny = width < 330 * em;
  const rowPx = (isTiny ? 58 : isNarrow ? 40 : 27) * em;
  const left = isNarrow ? 8 * em : nameEm * em;
  const right = (isNarrow ? 14 : 96) * em;
  const top = 8 * em;
  const bottom = 26 * em;
  const height = top + rowPx * marks.length + bottom;
  const perUnit = unit === 'days' ? 24 : 1;
  const most = Math.max(1, ...marks.map(({ range }) => (range?.p95H ?? 0) / perUnit));
  const ticks = niceTicks(most, Math.max(3, Math.floor((width - left - right) / (64 * em))));
  const last = ticks.at(-1) ?? most;
  const x = (hours: number): number =>
    left + ((width - left - right) * Math.min(hours / perUnit, last)) / last;
  const base = marks.find(mark => mark.kind === 'baseline')?.range ?? null;
  const yOf = (index: number): number => top + rowPx * (index + 0.5);
  return (
    <figure class="chart-figure" ref={frame}>
      <svg
        class={isTiny ? 'lab-chart tiny' : 'lab-chart'}
        width={width}
        height={height}
        role="img"
        aria-label={summary}
      >
        {base !== null && (
          <rect
            class="base-zone"
            x={x(base.p05H)}
            y={0}
            width={Math.max(1, x(base.p95H) - x(base.p05H))}
            height={height - bottom}
          />
        )}
        {ticks.map(tick => (
          <g key={tick}>
            <line class="grid" x1={x(tick * perUnit)} x2={x(tick * perUnit)} y1={0} y2={height - bottom} />
            <text class="tick" x={x(tick * perUnit)} y={height - 8 * em} text-anchor="middle">
              {tick}
            </text>
          </g>
        ))}
        <line class="axis" x1={left} x2={width - right} y1={height - bottom} y2={height - bottom} />
        {marks.map((mark, index) => (
          <TreatmentRow
            key={mark.id}
            mark={mark}
            y={yOf(index)}
            x={x}
            em={em}
            isNarrow={isNarrow}
            isTiny={isTiny}
            width={width}
          />
        ))}
      </svg>
    </figure>
  );
}

interface RowProps {
  readonly mark: TreatmentMark;
  readonly y: number;
  readonly x: (hours: number) => number;
  readonly em: number;
  readonly isNarrow: boolean;
  readonly isTiny: boolean;
  readonly width: number;
}

function TreatmentRow({ mark, y, x, em, isNarrow, isTiny, width }: RowProps): JSX.Element {
  const { range, kind, name, text } = mark;
  const lineY = isTiny ? y + 20 * em : isNarrow ? y + 9 * em : y;
  const nameY = (isTiny ? y - 18 * em : isNarrow ? y - 5 * em : y) + 4.5 * em;
  return (
    <g class={`treatment ${kind}`}>
      <text class="name" x={isNarrow ? 8 * em : 0} y={nameY}>
        {name}
      </text>
      {range !== null && (
        <>
          <line class="interval" x1={x(range.p05H)} x2={x(range.p95H)} y1={lineY} y2={lineY} />
          <MedianMark kind={kind} x={x(range.medianH)} y={lineY} r={5.5 * em} />
        </>
      )}
      {isNarrow ? (
        <text
          class="range"
          x={isTiny ? 8 * em : width - 8 * em}
          y={isTiny ? nameY + 16 * em : nameY}
          text-anchor={isTiny ? 'start' : 'end'}
        >
          {text}
        </text>
      ) : (
        <text class="range" x={(range === null ? x(0) : x(range.p95H)) + 10 * em} y={y + 4.5 * em}>
          {text}
        </text>
      )}
    </g>
  );
}

/** Shapes, so that none is known by its colour alone: diamond the what-if, square the baseline, ring the others. */
function MedianMark({
  kind,
  x,
  y,
  r,
}: {
  kind: TreatmentMark['kind'];
  x: number;
  y: number;
  r: number;
}): JSX.Element {
  if (kind === 'what-if')
    return (
      <path
        class="median"
        d={`M${x - r * 1.2} ${y}L${x} ${y - r * 1.2}L${x + r * 1.2} ${y}L${x} ${y + r * 1.2}Z`}
      />
    );
  if (kind === 'baseline') return <rect class="median" x={x - r} y={y - r} width={2 * r} height={2 * r} />;
  return <circle class="median" cx={x} cy={y} r={r} />;
}

import type { JSX } from 'preact';
import type { LifeRange } from '../../models/laboratory/compareTreatments.ts';
import { rootPx, useWidth } from '../components/useWidth.ts';

export interface LifeCurve {
  readonly name: string;
  readonly kind: 'what-if' | 'baseline';
  readonly points: readonly { readonly temperatureC: number; readonly range: LifeRange }[];
  /** At the chosen temperature; null where nothing is counted. */
  readonly here: LifeRange | null;
}

interface LifeByTemperatureChartProps {
  /** The baseline first: the other is drawn over it. */
  readonly curves: readonly LifeCurve[];
  readonly temperatureC: number;
  readonly fromC: number;
  readonly toC: number;
  readonly testedC: { readonly min: number; readonly max: number };
  readonly words: {
    readonly outside: string;
    readonly hours: (n: number) => string;
    readonly celsius: (n: number) => string;
  };
  readonly summary: string;
}

/** Hours that may stand at the axis. */
const possibleTicks = [1, 2, 6, 12, 24, 48, 120, 240, 480, 960];

/** Life over storage temperature on a logarithmic axis, with the 90 % interval as a band. */
export function LifeByTemperatureChart(props: LifeByTemperatureChartProps): JSX.Element {
  const { curves, temperatureC, fromC, toC, testedC, words, summary } = props;
  const [frame, width] = useWidth<HTMLElement>(640);
  const em = rootPx() / 16;
  const height = 290 * em;
  const left = 46 * em;
  const right = 12 * em;
  const top = 10 * em;
  const bottom = 28 * em;
  const lives = curves.flatMap(({ points }) => points.flatMap(({ range }) => [range.p05H, range.p95H]));
  const least = Math.max(0.5, Math.min(24, ...lives.filter(hours => hours > 0)) * 0.9);
  const most = Math.max(48, ...lives) * 1.15;
  const x = (c: number): number => left + ((c - fromC) / (toC - fromC)) * (width - left - right);
  const y = (hours: number): number =>
    top +
    (height - top - bottom) *
      (1 - Math.log(Math.min(most, Math.max(least, hours)) / least) / Math.log(most / least));
  const line = (points: readonly (readonly [number, number])[]): string =>
    points.map(([c, hours], i) => `${i === 0 ? 'M' : 'L'}${x(c).toFixed(1)} ${y(hours).toFixed(1)}`).join('');
  const every = width < 330 * em ? 15 : width < 520 * em ? 10 : 5;
  const celsius = Array.from({ length: Math.floor(toC / every) }, (_, i) => (i + 1) * every).filter(
    c => c <= toC,
  );
  const floor = height - bottom;
  return (
    <figure class="chart-figure" ref={frame}>
      <svg class="lab-chart" width={width} height={height} role="img" aria-label={summary}>
        <Outside {...{ x, fromC, toC, testedC, top, floor, em }} text={words.outside} />
        {possibleTicks
          .filter(hours => hours >= least && hours <= most)
          .map(hours => (
            <g key={hours}>
              <line class="grid" x1={left} x2={width - right} y1={y(hours)} y2={y(hours)} />
              <text class="tick" x={left - 7 * em} y={y(hours) + 4 * em} text-anchor="end">
                {hours < 24 ? words.hours(hours) : hours / 24}
              </text>
            </g>
          ))}
        {celsius.map(c => (
          <text
            class="tick"
            key={c}
            x={Math.min(x(c), width - 18 * em)}
            y={height - 8 * em}
            text-anchor="middle"
          >
            {words.celsius(c)}
          </text>
        ))}
        <line class="axis" x1={left} x2={width - right} y1={floor} y2={floor} />
        {curves.map(({ kind, points }) => (
          <g key={kind} class={`curve ${kind}`}>
            <path
              class="band"
              d={`${line(points.map(p => [p.temperatureC, p.range.p95H]))}${line(
                points.toReversed().map(p => [p.temperatureC, p.range.p05H]),
              ).replace('M', 'L')}Z`}
            />
            <path class="median-line" d={line(points.map(p => [p.temperatureC, p.range.medianH]))} />
          </g>
        ))}
        <line class="chosen" x1={x(temperatureC)} x2={x(temperatureC)} y1={top} y2={floor} />
        <text class="chosen-name" x={x(temperatureC) + 5 * em} y={floor - 6 * em}>
          {words.celsius(temperatureC)}
        </text>
        {curves.map(curve => (
          <CurveName key={curve.kind} curve={curve} x={x} y={y} em={em} temperatureC={temperatureC} />
        ))}
      </svg>
    </figure>
  );
}

function CurveName(props: {
  curve: LifeCurve;
  x: (c: number) => number;
  y: (hours: number) => number;
  em: number;
  temperatureC: number;
}): JSX.Element | null {
  const { curve, x, y, em, temperatureC } = props;
  const isAbove = curve.kind === 'what-if';
  const at = curve.points[Math.floor(curve.points.length * (isAbove ? 0.55 : 0.36))];
  if (at === undefined) return null;
  return (
    <g class={`curve ${curve.kind}`}>
      {curve.here !== null &&
        (isAbove ? (
          <circle class="here" cx={x(temperatureC)} cy={y(curve.here.medianH)} r={5 * em} />
        ) : (
          <rect
            class="here"
            x={x(temperatureC) - 4.5 * em}
            y={y(curve.here.medianH) - 4.5 * em}
            width={9 * em}
            height={9 * em}
          />
        ))}
      <text
        class="curve-name"
        x={x(at.temperatureC)}
        y={isAbove ? y(at.range.p95H) - 6 * em : y(at.range.p05H) + 15 * em}
        text-anchor={isAbove ? 'start' : 'end'}
      >
        {curve.name}
      </text>
    </g>
  );
}

function Outside(props: {
  x: (c: number) => number;
  fromC: number;
  toC: number;
  testedC: { readonly min: number; readonly max: number };
  top: number;
  floor: number;
  em: number;
  text: string;
}): JSX.Element {
  const { x, fromC, toC, testedC, top, floor, em, text } = props;
  const zones = [
    [fromC, Math.min(testedC.min, toC)],
    [Math.max(testedC.max, fromC), toC],
  ] as const;
  const wide = zones.reduce((a, b) => (b[1] - b[0] > a[1] - a[0] ? b : a));
  return (
    <>
      {zones.map(
        ([from, to]) =>
          to > from && (
            <g key={from}>
              <rect class="outside" x={x(from)} y={top} width={x(to) - x(from)} height={floor - top} />
              {wide[0] === from && x(to) - x(from) > 130 * em && (
                <text class="outside-name" x={(x(from) + x(to)) / 2} y={top + 24 * em} text-anchor="middle">
                  {text}
                </text>
              )}
            </g>
          ),
      )}
    </>
  );
}

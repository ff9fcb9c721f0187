import type { JSX } from 'preact';
import type { SamplingPoint } from '../../models/laboratory/planExperiments.ts';
import { rootPx, useWidth } from '../components/useWidth.ts';
import { niceTicks } from './niceTicks.ts';

interface SamplingChartProps {
  readonly points: readonly SamplingPoint[];
  readonly words: {
    readonly celsius: (n: number) => string;
    readonly hours: (n: number) => string;
    readonly days: (n: number) => string;
  };
  readonly summary: string;
}

/** When to sample at each temperature, each on a time axis of its own; a larger dot is more plates. */
export function SamplingChart({ points, words, summary }: SamplingChartProps): JSX.Element {
  const [frame, width] = useWidth<HTMLElement>(640);
  const em = rootPx() / 16;
  const lanes = [...Map.groupBy(points, point => point.temperatureC)];
  const lanePx = 62 * em;
  const left = 62 * em;
  const right = 26 * em;
  const height = lanePx * lanes.length + 4 * em;
  return (
    <figure class="chart-figure" ref={frame}>
      <svg class="lab-chart" width={width} height={height} role="img" aria-label={summary}>
        {lanes.map(([temperatureC, own], lane) => {
          const longest = Math.max(1, ...own.map(point => point.timeH));
          const inDays = longest > 96;
          const per = inDays ? 24 : 1;
          const ticks = niceTicks(longest / per, Math.max(2, Math.floor((width - left - right) / (90 * em))));
          const last = (ticks.at(-1) ?? 1) * per;
          const x = (hours: number): number => left + ((width - left - right) * hours) / last;
          const y = lanePx * lane + 22 * em;
          return (
            <g key={temperatureC}>
              <text class="name" x={0} y={y + 4 * em}>
                {words.celsius(temperatureC)}
              </text>
              <line class="axis" x1={left} x2={width - right} y1={y} y2={y} />
              {ticks.map((tick, i) => (
                <text class="tick" key={tick} x={x(tick * per)} y={y + 28 * em} text-anchor="middle">
                  {i === ticks.length - 1 ? (inDays ? words.days(tick) : words.hours(tick)) : tick}
                </text>
              ))}
              {own.map(point => (
                <circle
                  class="sample"
                  key={point.timeH}
                  cx={x(point.timeH)}
                  cy={y}
                  r={(3.5 + 1.5 * Math.min(4, point.plates)) * em}
                />
              ))}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

import type { JSX } from 'preact';

interface SparkProps {
  /** °C at equal steps; null where nothing was measured. */
  readonly values: readonly (number | null)[];
  /** °C of the dashed line. */
  readonly limit: number;
}

const width = 58;
const height = 26;

/**
 * The course of the last hours, small beside its figure: 0 to 30 °C, more where it was warmer. A gap is a gap; a value
 * between two gaps is a dot. Read by eye only: the figure stands beside it.
 */
export function Spark({ values, limit }: SparkProps): JSX.Element {
  const most = Math.max(30, ...values.map(value => value ?? 0));
  const x = (step: number): number => 1 + (step / Math.max(1, values.length - 1)) * (width - 2);
  const y = (celsius: number): number =>
    height - 2 - (Math.min(most, Math.max(0, celsius)) / most) * (height - 4);
  return (
    <svg class="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {limit <= most && <path class="limit" d={`M0 ${y(limit).toFixed(1)}H${width}`} />}
      <path class="course" d={sparkPath(values, x, y)} />
    </svg>
  );
}

/** One stroke for every run of values that follow each other. */
export function sparkPath(
  values: readonly (number | null)[],
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  for (const [step, value] of values.entries()) {
    if (value === null) continue;
    const joined = step > 0 && values[step - 1] != null;
    path += `${joined ? 'L' : 'M'}${x(step).toFixed(1)} ${y(value).toFixed(1)}`;
    // A stroke of no length is drawn as a dot by its round ends.
    if (!joined && values[step + 1] == null) path += 'h0';
  }
  return path;
}

import type { MeasuredRow } from './measuredRow.ts';

/** A difference smaller than this is a fridge that swings, not a slip of the pen. */
const slipFromC = 2;

/** As few rows as this may be slips, beside runs that are at least three times as long. */
const mostSlips = 2;
const shortestRun = 6;

export interface TemperatureSlip {
  readonly measured: MeasuredRow;
  /** The temperature of the run it stands in. */
  readonly runC: number;
}

/**
 * Rows whose temperature is probably a slip: one or two rows at a temperature of their own, in a table whose other
 * temperatures are long runs. The run meant is that of the rows around them.
 */
export function temperatureSlips(rows: readonly MeasuredRow[]): TemperatureSlip[] {
  const slips: TemperatureSlip[] = [];
  for (const labelled of Map.groupBy(rows, row => row.label).values()) {
    const runs = Map.groupBy(labelled, row => row.temperatureC);
    const long = [...runs]
      .filter(([, run]) => run.length >= shortestRun)
      .map(([temperatureC]) => temperatureC);
    if (long.length === 0) continue;
    for (const [i, measured] of labelled.entries()) {
      if (runs.get(measured.temperatureC)!.length > mostSlips) continue;
      const around = [labelled[i - 1], labelled[i + 1], labelled[i - 2], labelled[i + 2]];
      const runC =
        around.find(other => other !== undefined && long.includes(other.temperatureC))?.temperatureC ??
        long.toSorted(
          (a, b) => Math.abs(a - measured.temperatureC) - Math.abs(b - measured.temperatureC),
        )[0]!;
      if (Math.abs(runC - measured.temperatureC) >= slipFromC) slips.push({ measured, runC });
    }
  }
  return slips;
}

export interface NamedRun {
  readonly series: string;
  readonly temperature:
    | { readonly kind: 'constant'; readonly temperatureC: number }
    | {
        readonly kind: 'points';
        readonly points: readonly { readonly timeH: number; readonly temperatureC: number }[];
      };
  readonly rows: readonly MeasuredRow[];
}

/**
 * The runs of a table. Rows of one label and one temperature are a run; where every time has its own temperature, the
 * label is one run whose temperature was logged.
 */
export function namedRuns(rows: readonly MeasuredRow[]): NamedRun[] {
  const labels = Map.groupBy(rows, row => row.label);
  const named: NamedRun[] = [];
  for (const [label, labelled] of labels) {
    const points = loggedPoints(labelled);
    if (points !== null) {
      named.push({
        series: label === '' ? 'log' : label,
        temperature: { kind: 'points', points },
        rows: labelled,
      });
      continue;
    }
    const runs = [...Map.groupBy(labelled, row => row.temperatureC)].sort(([a], [b]) => a - b);
    for (const [temperatureC, run] of runs) {
      const degrees = `${Math.round(temperatureC * 100) / 100} °C`;
      const series = label === '' ? degrees : runs.length === 1 ? label : `${label}, ${degrees}`;
      named.push({ series: series.slice(0, 64), temperature: { kind: 'constant', temperatureC }, rows: run });
    }
  }
  return named;
}

/** Temperatures along the time, if at each time there is one and it changes more than twice; null: they are runs. */
function loggedPoints(rows: readonly MeasuredRow[]): { timeH: number; temperatureC: number }[] | null {
  const byTime = new Map<number, number>();
  for (const { timeH, temperatureC } of rows) {
    const known = byTime.get(timeH);
    if (known !== undefined && known !== temperatureC) return null;
    byTime.set(timeH, temperatureC);
  }
  const points = [...byTime]
    .map(([timeH, temperatureC]) => ({ timeH, temperatureC }))
    .sort((a, b) => a.timeH - b.timeH);
  const changes = points.filter(
    (point, i) => i > 0 && point.temperatureC !== points[i - 1]!.temperatureC,
  ).length;
  const temperatures = new Set(points.map(point => point.temperatureC)).size;
  return temperatures >= 3 && changes >= 2 && temperatures * 2 >= points.length / 2 ? points : null;
}

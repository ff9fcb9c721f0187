import type { ExperimentRow, ExperimentSource } from '../contracts/experiment.ts';

interface Run {
  readonly series: string;
  readonly temperature: { readonly kind: string; readonly temperatureC?: number };
}

interface Data<S> {
  readonly rows: readonly ExperimentRow[];
  readonly series: readonly S[];
  readonly source: ExperimentSource;
}

/**
 * An experiment's data with more behind them. A run of the same name and constant temperature goes on; another one that
 * has the name of a known run gets a number. Lines of the new file count on from those that are there. A measurement that
 * is there already is kept, but left out.
 *
 * @param repeated  the reason of a row that repeats another one
 */
export function joinData<S extends Run>(
  known: Data<S>,
  added: Data<S>,
  repeated: (row: number) => string,
): Data<S> {
  const lastRow = Math.max(
    1,
    ...known.rows.map(row => row.row),
    ...known.source.leftOut.map(({ row }) => row),
  );
  const at = (row: number) => lastRow + row;
  const names = new Map(added.series.map(run => [run.series, nameFor(run, known.series)]));
  const there = new Map(known.rows.map(row => [keyOf(row), row.row]));
  const rows = added.rows.map(row => {
    const moved = { ...row, row: at(row.row), series: names.get(row.series) ?? row.series };
    const twin = there.get(keyOf(moved));
    return twin === undefined || moved.excluded !== null ? moved : { ...moved, excluded: repeated(twin) };
  });
  const isNew = (run: S) => !known.series.some(({ series }) => series === names.get(run.series));
  const fileNames = [known.source.fileName, added.source.fileName].filter(name => name !== null);
  return {
    rows: [...known.rows, ...rows],
    series: [
      ...known.series,
      ...added.series.filter(isNew).map(run => ({ ...run, series: names.get(run.series)! })),
    ],
    source: {
      fileName: fileNames.length === 0 ? null : fileNames.join(' + ').slice(0, 256),
      mapping: { ...known.source.mapping, ...added.source.mapping },
      decisions: [
        ...known.source.decisions,
        ...added.source.decisions.map(one => ({ ...one, row: at(one.row) })),
      ],
      leftOut: [...known.source.leftOut, ...added.source.leftOut.map(one => ({ ...one, row: at(one.row) }))],
    },
  };
}

function nameFor(run: Run, known: readonly Run[]): string {
  const isSame = (other: Run) =>
    other.temperature.kind === 'constant' &&
    run.temperature.kind === 'constant' &&
    other.temperature.temperatureC === run.temperature.temperatureC;
  const named = (name: string) => known.find(other => other.series === name);
  const twin = named(run.series);
  if (twin === undefined || isSame(twin)) return run.series;
  for (let n = 2; ; n += 1) {
    const name = `${run.series.slice(0, 58)} (${n})`;
    if (named(name) === undefined) return name;
  }
}

const keyOf = (row: ExperimentRow): string =>
  [
    ...[row.series, row.replicate, row.timeH, row.log10CfuPerG, row.belowLog10, row.aboveLog10],
    ...[row.shelfLifeH, row.shelfLifeAboveH],
  ].join('\n');

import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ExperimentVersion } from '../../../models/contracts/experiment.ts';
import { writeTable } from '../../../models/laboratory/writeTable.ts';

type Cell = string | number | null;

interface Column {
  readonly name: string;
  readonly type: 'STRING' | 'DOUBLE' | 'INT32';
  readonly cells: Cell[];
}

/** Every row of a version with what its series was kept at: also those that fits leave out, with why. */
function columnsOf({ rows, series }: Pick<ExperimentVersion, 'rows' | 'series'>): Column[] {
  const own = new Map(series.map(one => [one.series, one]));
  const levers = [...new Set(series.flatMap(one => Object.keys(one.levers)))].sort();
  const text = (name: string, pick: (row: Row) => string | null): Column => ({
    ...{ name, type: 'STRING', cells: rows.map(pick) },
  });
  const number = (name: string, pick: (row: Row) => number | null): Column => ({
    ...{ name, type: 'DOUBLE', cells: rows.map(pick) },
  });
  return [
    { name: 'row', type: 'INT32', cells: rows.map(row => row.row) },
    text('series', row => row.series),
    text('replicate', row => row.replicate),
    number('time_h', row => row.timeH),
    number('logN', row => row.log10CfuPerG),
    number('below_logN', row => row.belowLog10),
    number('above_logN', row => row.aboveLog10),
    number('shelf_life_h', row => row.shelfLifeH),
    number('shelf_life_above_h', row => row.shelfLifeAboveH),
    number('T_c', row => {
      const temperature = own.get(row.series)!.temperature;
      return temperature.kind === 'constant' ? temperature.temperatureC : null;
    }),
    number('pH', row => own.get(row.series)!.pH),
    number('aw', row => own.get(row.series)!.aw),
    text('treatment', row => own.get(row.series)!.treatment),
    text('excluded', row => row.excluded),
    ...levers.map(id => number(`lever_${id}`, row => own.get(row.series)!.levers[id] ?? null)),
  ];
}

type Row = ExperimentVersion['rows'][number];

export function rowsCsv(version: Pick<ExperimentVersion, 'rows' | 'series'>): string {
  const columns = columnsOf(version);
  return writeTable(
    columns.map(({ name }) => name),
    version.rows.map((_, i) => columns.map(({ cells }) => cells[i] ?? null)),
  );
}

/** The same as Parquet, numbers as 64-bit floats, for R, Python and DuckDB. */
export function rowsParquet(version: Pick<ExperimentVersion, 'rows' | 'series'>): Uint8Array {
  const columnData = columnsOf(version).map(({ name, type, cells }) => ({
    ...{ name, type, data: cells, nullable: true },
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaElement,
} from 'hyparquet';
import { ByteWriter, parquetWriteRows } from 'hyparquet-writer';
import type { ReadingLine } from './readingTable.ts';

/** Rows that are in memory at once, on both ways. */
const rowsPerGroup = 50_000;

const text = (name: string): SchemaElement => ({
  ...{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  repetition_type: 'REQUIRED',
});
const instant = (name: string): SchemaElement => ({
  ...{ name, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'REQUIRED' },
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
});
const maybe = (name: string, type: 'DOUBLE' | 'INT64'): SchemaElement => ({
  ...{ name, type, repetition_type: 'OPTIONAL' },
});

/** Types as analysis tools expect them: instants with UTC, numbers nullable and as 64-bit floats, names as dictionaries. */
const elements: readonly SchemaElement[] = [
  text('nodeId'),
  text('probe'),
  instant('measuredAt'),
  instant('receivedAt'),
  text('timeSource'),
  maybe('temperatureC', 'DOUBLE'),
  maybe('rawTemperatureC', 'DOUBLE'),
  maybe('humidityPct', 'DOUBLE'),
  maybe('batteryPct', 'DOUBLE'),
  maybe('sequence', 'INT64'),
  text('quality'),
];

/**
 * Writes a table of readings as Parquet (Snappy), one row group after the other.
 *
 * @param write  takes bytes; the next come when it has resolved
 */
export async function writeReadingsParquet(
  lines: AsyncIterable<ReadingLine>,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  // `index` counts what is in the buffer, `offset` what was ever written: the buffer may go while the offset stays.
  const writer = new ByteWriter();
  const flush = async () => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    if (bytes.length > 0) await write(bytes);
  };
  await parquetWriteRows({
    writer: Object.assign(writer, { flush, finish: flush as () => Promise<void> & undefined }),
    rows: parquetRows(lines),
    // Whole numbers that count up are kept as their steps: a fraction of their bytes.
    columns: elements.map(({ name, type }) =>
      type === 'INT64' ? { name, encoding: 'DELTA_BINARY_PACKED' as const } : { name },
    ),
    schema: [{ name: 'readings', num_children: elements.length }, ...elements],
    rowGroupSize: rowsPerGroup,
    createdBy: 'tahan',
  });
}

async function* parquetRows(lines: AsyncIterable<ReadingLine>) {
  for await (const line of lines) {
    yield {
      ...line,
      measuredAt: new Date(line.measuredAt),
      receivedAt: new Date(line.receivedAt),
      sequence: line.sequence === null ? null : BigInt(line.sequence),
    };
  }
}

/** What other writers compress with, by what Node has. */
const compressors = {
  GZIP: (input: Uint8Array) => gunzipSync(input),
  BROTLI: (input: Uint8Array) => brotliDecompressSync(input),
  ZSTD: (input: Uint8Array) => zstdDecompressSync(input),
};

/** A Parquet file of any writer: its columns, and its rows group by group. */
export interface ParquetTable {
  readonly columns: readonly string[];
  /** Cells are numbers, text, instants or null, in the order of `columns`; `row` counts from 1. */
  rows(): AsyncGenerator<{ readonly row: number; readonly cells: readonly unknown[] }>;
}

/** @throws {Error} when the file is no Parquet file */
export async function openParquetTable(path: string): Promise<ParquetTable> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch(cause => {
    throw new Error(`${path} is not a Parquet file: ${(cause as Error).message}`, { cause });
  });
  const elements = parquetSchema(metadata).children.map(child => child.element);
  const columns = elements.map(({ name }) => name);
  const isLocal = new Map(elements.map(({ name, logical_type: type }) => [name, isLocalTime(type)]));
  return {
    columns,
    async *rows() {
      const total = Number(metadata.num_rows);
      for (let rowStart = 0; rowStart < total; rowStart += rowsPerGroup) {
        const rowEnd = Math.min(rowStart + rowsPerGroup, total);
        const objects = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors });
        for (const [i, object] of objects.entries())
          yield { row: rowStart + i + 1, cells: columns.map(name => plain(object[name], isLocal.get(name))) };
      }
    },
  };
}

/** What pandas calls a naive time: some clock's, nobody says whose. */
const isLocalTime = (type: SchemaElement['logical_type']): boolean =>
  type?.type === 'TIMESTAMP' && !type.isAdjustedToUTC;

/**
 * Whole numbers of 64 bits come as bigints; those beyond 2^53 stay, and are refused where they are judged. A local time
 * becomes text without an offset, as in CSV.
 */
function plain(value: unknown, isLocal = false): unknown {
  if (value instanceof Date) return isLocal ? value.toISOString().slice(0, -1) : value;
  if (typeof value !== 'bigint') return value ?? null;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

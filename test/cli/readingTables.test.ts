import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetMetadata, type SchemaElement } from 'hyparquet';
import { parquetWriteFile } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { csvRows } from '../../cli/csvRows.ts';
import { type ImportDefaults, toImportedReading } from '../../cli/importedReading.ts';
import { textCell, toReadingsCsv } from '../../cli/readingsCsv.ts';
import { openParquetTable, writeReadingsParquet } from '../../cli/readingsParquet.ts';
import { type ReadingLine, readingColumns } from '../../cli/readingTable.ts';
import { parseColumnMap, readTable } from '../../cli/tableFiles.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import { aReading } from '../support/aReading.ts';
import { tempDir } from '../support/tempDir.ts';

const now = Date.parse('2026-11-24T03:00:00Z');
const defaults: ImportDefaults = { now };

async function* pieces<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const number = (min: number, max: number) =>
  fc.option(fc.double({ min, max, noNaN: true, noDefaultInfinity: true }).map(value => value + 0));

/** Whatever a store may hold. */
const anyReading: fc.Arbitrary<Reading> = fc
  .record({
    nodeId: fc.constantFrom('S-01', '1e5', 'dapur:2'),
    probe: fc.constantFrom('main', 'core'),
    measuredAt: fc.integer({ min: Date.UTC(2020, 0, 1), max: now }),
    receivedAt: fc.integer({ min: Date.UTC(2020, 0, 1), max: now }),
    timeSource: fc.constantFrom('device' as const, 'arrival' as const),
    temperatureC: number(-40, 85),
    humidityPct: number(0, 100),
    batteryPct: number(0, 100),
    sequence: fc.option(fc.maxSafeNat()),
    quality: fc.constantFrom('good' as const, 'suspect' as const),
  })
  .filter(reading => reading.temperatureC !== null || reading.humidityPct !== null);

/** With an offset of half a degree, which must not come back as if the probe had said it. */
const asLine = (reading: Reading): ReadingLine => ({
  ...reading,
  temperatureC: reading.temperatureC === null ? null : reading.temperatureC + 0.5,
  rawTemperatureC: reading.temperatureC,
});

async function writeTable(path: string, lines: readonly ReadingLine[]): Promise<void> {
  const parts: Uint8Array[] = [];
  if (path.endsWith('.csv')) writeFileSync(path, (await collect(toReadingsCsv(pieces(...lines)))).join(''));
  else {
    await writeReadingsParquet(pieces(...lines), async bytes => void parts.push(bytes));
    writeFileSync(path, Buffer.concat(parts));
  }
}

async function readBack(path: string, format: 'csv' | 'parquet') {
  return (await collect(readTable(path, format, {}))).map(({ cells }) => toImportedReading(cells, defaults));
}

describe('a table of readings', () => {
  it.each(['csv', 'parquet'] as const)('comes back from %s bit for bit', async format => {
    const path = join(tempDir(), `t.${format}`);
    await fc.assert(
      fc.asyncProperty(fc.array(anyReading, { maxLength: 60 }), async readings => {
        await writeTable(path, readings.map(asLine));
        expect(await readBack(path, format)).toEqual(readings.map(reading => ({ ok: true, reading })));
      }),
      { numRuns: 40 },
    );
  });

  it('is written as CSV with times in UTC and empty cells for what was not measured', async () => {
    const lines = [asLine(aReading({ temperatureC: null, humidityPct: 0 }))];
    expect((await collect(toReadingsCsv(pieces(...lines)))).join('')).toBe(
      `${readingColumns.join(',')}\r\nS-01,main,2026-11-24T03:00:00.000Z,2026-11-24T03:00:00.500Z,device,,,0,,,good\r\n`,
    );
  });

  it('has a header even without a reading', async () => {
    const path = join(tempDir(), 'none.parquet');
    await writeTable(path, []);
    expect((await openParquetTable(path)).columns).toEqual([...readingColumns]);
    expect((await collect(toReadingsCsv(pieces()))).join('')).toBe(`${readingColumns.join(',')}\r\n`);
  });

  it('is written as Parquet with instants in UTC, nullable floats and names as text', async () => {
    const path = join(tempDir(), 't.parquet');
    await writeTable(path, [
      asLine(aReading()),
      asLine(aReading({ probe: 'core', temperatureC: null, humidityPct: 1 })),
    ]);
    const metadata = parquetMetadata(new Uint8Array(readFileSync(path)).buffer);
    const element = (name: string) => metadata.schema.find(found => found.name === name);
    expect(element('measuredAt')).toMatchObject({
      type: 'INT64',
      repetition_type: 'REQUIRED',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    });
    expect(element('temperatureC')).toMatchObject({ type: 'DOUBLE', repetition_type: 'OPTIONAL' });
    expect(element('sequence')).toMatchObject({ type: 'INT64', repetition_type: 'OPTIONAL' });
    expect(element('nodeId')).toMatchObject({ type: 'BYTE_ARRAY', converted_type: 'UTF8' });
  });

  it('takes no more memory for more rows when it is written as Parquet', async () => {
    let longest = 0;
    async function* many() {
      for (let i = 0; i < 120_000; i++) yield asLine(aReading({ measuredAt: now - i * 1000, sequence: i }));
    }
    let writes = 0;
    await writeReadingsParquet(many(), async bytes => {
      writes++;
      longest = Math.max(longest, bytes.length);
    });
    expect(writes).toBeGreaterThanOrEqual(3);
    expect(longest).toBeLessThan(4 * 1024 * 1024);
  });
});

describe('textCell', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-cmd', "'-cmd"],
    ['+x', "'+x"],
    ['\tx', "'\tx"],
    ['\rx', `"'\rx"`],
    ['-4.5', '-4.5'],
    ['+62', '+62'],
    ['a,b', '"a,b"'],
    ['a "b"', '"a ""b"""'],
    ['S-01', 'S-01'],
  ])('writes %j as %j', (text, cell) => {
    expect(textCell(text)).toBe(cell);
  });
});

describe('csvRows', () => {
  const rows = async (...chunks: string[]) =>
    (await collect(csvRows(pieces(...chunks), 'a.csv'))).map(({ line, cells }) => [line, ...cells]);

  it('reads the same rows wherever the text is cut', async () => {
    const text = '\uFEFFa;b\r\n1;"x;""y""\nz"\r\n\r\n# note\r\n"";2\r\n';
    const whole = await rows(text);
    expect(whole).toEqual([
      [1, 'a', 'b'],
      [2, '1', 'x;"y"\nz'],
      [6, '', '2'],
    ]);
    for (let at = 0; at <= text.length; at++)
      expect(await rows(text.slice(0, at), text.slice(at)), `cut at ${at}`).toEqual(whole);
  });

  it.each([
    ['a,b\n1,2', ['1', '2']],
    ['a;b\n1,5;2', ['1,5', '2']],
    ['a\tb\n1\t2', ['1', '2']],
    ['sep=;\na;b\n1;2', ['1', '2']],
    ['"a;x",b\n1,2', ['1', '2']],
  ])('finds the separator of %j', async (text, cells) => {
    expect((await collect(csvRows(pieces(text), 'a.csv'))).at(-1)?.cells).toEqual(cells);
  });

  it('refuses a quote that is never closed, naming the line', async () => {
    await expect(rows('a,b\n1,2\n3,"4\n')).rejects.toThrow('a.csv line 3 has a quote that is not closed');
  });
});

describe('readTable', () => {
  it('finds columns by the map, takes decimal commas, and names lines with too few cells', async () => {
    const path = join(tempDir(), 'logger.csv');
    writeFileSync(
      path,
      'Zeit;Temp, °C;Notiz\n2026-11-20T03:00Z;4,5;ok\n2026-11-20T03:10Z;5\n2026-11-20T03:20Z;-0,5;\n',
    );
    const map = parseColumnMap(['measuredAt=Zeit,temperatureC=Temp, °C']);
    expect(await collect(readTable(path, 'csv', map))).toEqual([
      { line: 2, cells: { measuredAt: '2026-11-20T03:00Z', temperatureC: '4.5' } },
      {
        line: 3,
        cells: {},
        fault: { field: 'number of cells', value: '2', allowed: 'as many as the header has, 3' },
      },
      { line: 4, cells: { measuredAt: '2026-11-20T03:20Z', temperatureC: '-0.5' } },
    ]);
  });

  it('reads what a spreadsheet saves as Unicode text', async () => {
    const path = join(tempDir(), 'u16.txt');
    writeFileSync(path, Buffer.from('\uFEFFmeasuredAt\ttemperatureC\r\n1763600000\t4,5\r\n', 'utf16le'));
    expect(await collect(readTable(path, 'csv', {}))).toEqual([
      { line: 2, cells: { measuredAt: '1763600000', temperatureC: '4.5' } },
    ]);
  });

  it('takes instants of a Parquet file that names no zone as local times', async () => {
    const path = join(tempDir(), 'naive.parquet');
    const at = new Date('2025-11-20T10:00:00Z');
    const timestamp = (name: string, isAdjustedToUTC: boolean): SchemaElement => ({
      ...{ name, type: 'INT64', repetition_type: 'REQUIRED' },
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS' },
    });
    parquetWriteFile({
      filename: path,
      columnData: ['measuredAt', 'receivedAt'].map(name => ({ name, data: [at] })),
      schema: [
        { name: 'root', num_children: 2 },
        timestamp('measuredAt', false),
        timestamp('receivedAt', true),
      ],
    });
    expect(await collect(readTable(path, 'parquet', {}))).toEqual([
      { line: 1, cells: { measuredAt: '2025-11-20T10:00:00.000', receivedAt: at } },
    ]);
  });

  it.each([
    ['', {}, /is empty/],
    ['a,b\n', {}, /no column "measuredAt", only a, b; say which it is with --map/],
    ['measuredAt,b\n', { temperatureC: 'Temp' }, /no column "Temp", only measuredAt, b/],
    ['measuredAt,measuredAt\n', {}, /name each column once, got "measuredAt" twice/],
  ])('refuses %j', async (text, map, sentence) => {
    const path = join(tempDir(), 'bad.csv');
    writeFileSync(path, text);
    await expect(collect(readTable(path, 'csv', map))).rejects.toThrow(sentence);
  });
});

describe('parseColumnMap', () => {
  it('refuses names that are no column of ours, and columns without a name', () => {
    expect(() => parseColumnMap(['temperature=T'])).toThrow(
      /--map is "temperature=T" but must be pairs such as/,
    );
    expect(() => parseColumnMap(['temperatureC='])).toThrow(/--map/);
  });
});

describe('toImportedReading', () => {
  const plain = { nodeId: 'S-01', measuredAt: '2026-11-20T03:00:00Z', temperatureC: '4' };

  it('takes a row with nothing but node, time and temperature as arrived when it was measured', () => {
    const at = Date.parse(plain.measuredAt);
    expect(toImportedReading(plain, defaults)).toEqual({
      ok: true,
      reading: aReading({ measuredAt: at, receivedAt: at, temperatureC: 4 }),
    });
  });

  it.each([
    ['1763607600', undefined],
    [1_763_607_600_000, undefined],
    ['2025-11-20T10:00:00+07:00', undefined],
    ['2025-11-20 10:00:00', 'Asia/Jakarta'],
    [new Date('2025-11-20T03:00:00Z'), undefined],
  ])('reads %j as the same instant', (measuredAt, timeZone) => {
    const row = toImportedReading({ ...plain, measuredAt }, { ...defaults, timeZone });
    expect(row).toMatchObject({ ok: true, reading: { measuredAt: Date.parse('2025-11-20T03:00:00Z') } });
  });

  it.each([
    [{ measuredAt: '20.11.2026 03:00' }, 'measuredAt', /ISO-8601/],
    [{ measuredAt: '2026-11-20 03:00:00' }, 'measuredAt', /--time-zone/],
    [{ measuredAt: '2027-01-01T00:00:00Z' }, 'measuredAt', /not later than now/],
    [{ measuredAt: '45000' }, 'measuredAt', /not before 2000/],
    [{ measuredAt: '' }, 'measuredAt', /ISO-8601/],
    [{ temperatureC: '4,5' }, 'temperatureC', /a number from -40 to 85/],
    [{ temperatureC: '-127' }, 'temperatureC', /from -40 to 85/],
    [{ temperatureC: '' }, 'temperatureC', /a number in temperatureC or humidityPct/],
    [{ humidityPct: '101' }, 'humidityPct', /from 0 to 100/],
    [{ sequence: '1.5' }, 'sequence', /whole number/],
    [{ sequence: '9007199254740993' }, 'sequence', /whole number/],
    [{ nodeId: 'a/b' }, 'nodeId', /1 to 64 letters/],
    [{ nodeId: '' }, 'nodeId', /--node/],
    [{ probe: 'a b' }, 'probe', /1 to 64 letters/],
    [{ quality: 'bad' }, 'quality', /good or suspect/],
    [{ timeSource: 'gps' }, 'timeSource', /device or arrival/],
  ])('refuses %j and says what is allowed', (fields, field, allowed) => {
    const row = toImportedReading({ ...plain, ...fields }, defaults);
    expect(row).toMatchObject({ ok: false, faults: [{ field, allowed: expect.stringMatching(allowed) }] });
  });

  it('keeps what a sensor says at power-on as suspect, unless the file says that it is good', () => {
    const row = (quality?: string) => toImportedReading({ ...plain, temperatureC: '85', quality }, defaults);
    expect(row()).toMatchObject({ reading: { quality: 'suspect' } });
    expect(row('good')).toMatchObject({ reading: { quality: 'good' } });
  });
});

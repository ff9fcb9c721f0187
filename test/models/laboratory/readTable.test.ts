import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanCell, readCell } from '../../../models/laboratory/readCell.ts';
import { readTable, type Table } from '../../../models/laboratory/readTable.ts';
import { writeTable } from '../../../models/laboratory/writeTable.ts';

function tableOf(text: string): Table {
  const { table, fault } = readTable(text);
  if (table === null) throw new Error(fault.kind);
  return table;
}

describe('readTable', () => {
  it('reads back any table we write, in every style, to the last digit', () => {
    const delimiter = fc.constantFrom(';' as const, ',' as const, '\t' as const);
    const style = fc.record({
      delimiter,
      decimal: fc.constantFrom('.' as const, ',' as const),
      lineEnd: fc.constantFrom('\n' as const, '\r\n' as const),
      byteOrderMark: fc.boolean(),
      sepLine: fc.boolean(),
    });
    const text = fc.constantFrom('vakum', 'A "B"', 'x;y', 'a,b', 'dua\nbaris', '#1', 'TNTC', '<10', '10 °C');
    const cell = fc.oneof(
      fc
        .double({ min: -20, max: 1e7, noNaN: true })
        .filter(n => !String(n).includes('e') && !Object.is(n, -0)),
      fc.integer({ min: 0, max: 500 }),
      text,
      fc.constant(null),
    );
    const rows = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 40 }), cell, cell),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(rows, style, (written, how) => {
        const header = ['time_h', 'temp_C', 'logcfu', 'catatan; dua'];
        const table = tableOf(writeTable(header, written, how));
        expect(table.header).toEqual(header);
        expect(table.delimiter).toBe(how.delimiter);
        expect(table.rows.map(row => row.cells)).toEqual(
          written.map(row =>
            row.map(one => {
              if (one === null) return '';
              return typeof one === 'number' ? String(one).replace('.', how.decimal) : cleanCell(one);
            }),
          ),
        );
        for (const [i, row] of table.rows.entries())
          for (const [j, one] of written[i]!.entries())
            if (typeof one === 'number') {
              const read = readCell(row.cells[j]!, how.decimal);
              expect(read).toMatchObject({ kind: 'number', value: one });
            }
      }),
      { numRuns: 300 },
    );
  });

  it('reads what Excel writes in Indonesia: a byte-order mark, sep=;, decimal commas, empty columns and lines', () => {
    const table = tableOf(
      '\uFEFFsep=;\r\nwaktu (jam);suhu;log CFU/g;;\r\n0;10;2,44;;\r\n24;10;3,1;;\r\n;;;;\r\n',
    );
    expect(table).toMatchObject({
      delimiter: ';',
      decimal: ',',
      header: ['waktu (jam)', 'suhu', 'log CFU/g'],
    });
    expect(table.rows).toEqual([
      { line: 3, cells: ['0', '10', '2,44'], beyond: [] },
      { line: 4, cells: ['24', '10', '3,1'], beyond: [] },
    ]);
    expect(table.skippedLines).toEqual([5]);
  });

  it('reads titles and merged cells above the header as names of all columns they span', () => {
    const table = tableOf('Takwa vakum;;;;\n;10 °C;;25 °C;\nwaktu;1;2;A;B\n0;2.4;2.5;2.4;2.6\n');
    expect(table.title).toBe('Takwa vakum');
    expect(table.header).toEqual(['waktu', '10 °C 1', '10 °C 2', '25 °C A', '25 °C B']);
    expect(table.rows.map(row => row.line)).toEqual([4]);
  });

  it('keeps what stands beyond the header beside its row, and names lines it skips', () => {
    const table = tableOf('t,logN\n# catatan\n0,2.4,oops\n,\n24,3.1\n');
    expect(table.rows[0]).toEqual({ line: 3, cells: ['0', '2.4'], beyond: ['oops'] });
    expect(table.skippedLines).toEqual([2, 4]);
  });

  it.each([
    ['', 'empty', null],
    [' \n;;\n', 'empty', null],
    ['time;logcfu\n', 'no-rows', null],
    ['angka\n1\n2\n', 'one-column', 1],
    ['a;b\n1;"2\n3;4\n', 'open-quote', 2],
    [`a;b\n${'1;2\n'.repeat(20_001)}`, 'too-many-rows', 20_002],
  ])('says of %j that it is no table: %s', (text, kind, line) => {
    expect(readTable(text).fault).toEqual({ kind, line });
  });
});

describe('readCell', () => {
  it.each([
    ['2,70', { kind: 'number', value: 2.7, as: 'decimal' }],
    ['1.200', { kind: 'number', value: 1.2 }],
    ['1,200,000', { kind: 'number', value: 1_200_000, as: 'thousands' }],
    ['1\u00a0200\u00a0000', { kind: 'number', value: 1_200_000, as: 'thousands' }],
    ['1.234,5', { kind: 'number', value: 1234.5, as: 'thousands' }],
    ['12,345', { kind: 'ambiguous', readings: [12_345, 12.345] }],
    ['1.2E+05', { kind: 'number', value: 120_000 }],
    ['1.2×10⁵', { kind: 'number', value: 120_000 }],
    ['−5', { kind: 'number', value: -5 }],
    ['１０.５', { kind: 'number', value: 10.5 }],
    ['50 °F', { kind: 'number', value: 50, unit: '°f' }],
    ['36:30', { kind: 'number', value: 36.5, as: 'clock' }],
    ['TBUD', { kind: 'too-many' }],
    ['tidak terdeteksi', { kind: 'not-detected' }],
    ['<10', { kind: 'below', value: 10 }],
    ['> 6.5', { kind: 'above', value: 6.5 }],
    ['02-Mar', { kind: 'date', readings: [2.3, 3.2] }],
    ['3月2日', { kind: 'date', readings: [2.3, 3.2] }],
    ['3.2*', { kind: 'text', reading: 3.2 }],
    ['-', { kind: 'missing' }],
  ])('reads %s in a file with decimal points', (text, expected) => {
    expect(readCell(cleanCell(text), '.')).toMatchObject(expected);
  });
});

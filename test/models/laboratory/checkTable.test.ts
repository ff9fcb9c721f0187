import { describe, expect, it } from 'vitest';
import { checkTable } from '../../../models/laboratory/checkTable.ts';
import type { Mapping } from '../../../models/laboratory/columnUse.ts';
import { guessMapping } from '../../../models/laboratory/guessMapping.ts';
import { readTable, type Table } from '../../../models/laboratory/readTable.ts';
import type { Decision, TableIssue } from '../../../models/laboratory/tableIssue.ts';

function tableOf(text: string): Table {
  const { table, fault } = readTable(text);
  if (table === null) throw new Error(fault.kind);
  return table;
}

const sure = (mapping: Mapping): Mapping => ({
  ...mapping,
  columns: mapping.columns.map(use => ({ ...use, isSure: true })),
});

function check(text: string, decisions: Record<string, Decision> = {}) {
  const table = tableOf(text);
  return checkTable(table, sure(guessMapping(table)), new Map(Object.entries(decisions)));
}

const shown = (issue: TableIssue) => [issue.row, issue.columnName, issue.kind, issue.value];

/** 2,000 measurements: four temperatures, 125 times, four replicates. */
function longTable(): string[][] {
  const rows: string[][] = [];
  for (const temperatureC of [5, 10, 15, 25])
    for (const replicate of [1, 2, 3, 4])
      for (let i = 0; i < 125; i += 1) {
        const count = 2.4 + 6.4 / (1 + Math.exp(-(i - 50 + replicate) / 9));
        rows.push([`${temperatureC}`, `${i * 2}`, `${replicate}`, count.toFixed(3)]);
      }
  return rows;
}

const names = ['temp_C', 'time_h', 'rep', 'logcfu'];
const textOf = (rows: readonly (readonly string[])[]) =>
  [names, ...rows].map(row => row.join(';')).join('\n');

/** Ten kinds, three of each; [row of the data, column, what stands there, kind]. */
const planted: readonly (readonly [number, number, string, string])[] = [
  [10, 3, '2,70', 'decimal'],
  [611, 3, '3,4', 'decimal'],
  [1812, 3, '8,125', 'ambiguous'],
  [40, 3, 'TNTC', 'too-many'],
  [641, 3, 'TBUD', 'too-many'],
  [1900, 3, 'too numerous to count', 'too-many'],
  [70, 3, 'ND', 'not-detected'],
  [671, 3, 'tidak terdeteksi', 'not-detected'],
  [1571, 3, 'n.d.', 'not-detected'],
  [100, 3, '<10', 'below'],
  [701, 3, '<1.0', 'below'],
  [1501, 3, '< 10 cfu/g', 'below'],
  [160, 0, '50', 'wrong-temperature'],
  [761, 0, '1', 'wrong-temperature'],
  [1461, 0, '51', 'wrong-temperature'],
  [190, 1, '-24', 'negative-time'],
  [791, 1, '−2', 'negative-time'],
  [1391, 1, '-0.5', 'negative-time'],
  [222, 1, '1', 'time-back'],
  [822, 1, '2', 'time-back'],
  [1322, 1, '3', 'time-back'],
  [245, 3, '02-Mar', 'date'],
  [846, 3, '2026-05-08', 'date'],
  [1245, 3, '4. Apr', 'date'],
  [280, 3, '27', 'out-of-range'],
  [881, 3, '1.2E+05', 'out-of-range'],
  [1181, 3, '-4', 'out-of-range'],
  [310, 3, '', 'missing'],
  [911, 3, 'rusak', 'not-number'],
  [1111, 1, 'tengah malam', 'not-number'],
];

const decisionsFor = (issues: readonly TableIssue[]): Record<string, Decision> =>
  Object.fromEntries(
    issues
      .filter(issue => issue.decision === null)
      .map(issue => {
        const leaveOut = { action: 'leave-out' as const, value: null };
        const option = issue.options.find(({ value }) => value !== null) ?? leaveOut;
        return [issue.id, { ...option, reason: 'salah tulis' }];
      }),
  );

describe('checkTable', () => {
  it('names every one of 30 planted faults of ten kinds in 2,000 rows by row and column, and drops no row', () => {
    const rows = longTable();
    for (const [row, column, text] of planted) rows[row]![column] = text;
    const checked = check(textOf(rows));
    expect(checked.issues.map(shown)).toEqual(
      planted
        .map(([row, column, text, kind]) => [row + 2, names[column], kind, text.replace('−', '-')])
        .sort((a, b) => Number(a[0]) - Number(b[0])),
    );
    const open = new Set(checked.issues.filter(issue => issue.decision === null).map(issue => issue.row));
    expect(checked.openRows).toBe(open.size);
    // Each of the 2,000 is in exactly one place.
    expect(checked.rows.length + open.size).toBe(2000);
    expect(checked.isClean).toBe(false);
    for (const issue of checked.issues) {
      expect(issue.allowed).toMatch(/^must /);
      expect(issue.options.length).toBeGreaterThan(0);
    }
  });

  it('is clean once each is decided, with every decision and every row left out on record', () => {
    const rows = longTable();
    for (const [row, column, text] of planted) rows[row]![column] = text;
    const decided = (before: Record<string, Decision>): Record<string, Decision> => ({
      ...before,
      ...decisionsFor(check(textOf(rows), before).issues),
    });
    // A time that is no longer negative may still stand before the one above it: that is asked then.
    const decisions = decided(decided(decided({})));
    const checked = check(textOf(rows), decisions);
    expect(checked.issues.filter(issue => issue.decision === null)).toEqual([]);
    expect(checked.isClean).toBe(true);
    expect(checked.rows.length + checked.source.leftOut.length).toBe(2000);
    expect(checked.source.decisions.length).toBeGreaterThanOrEqual(30);
    expect(checked.source.leftOut.every(({ reason }) => reason === 'salah tulis')).toBe(true);
    expect(checked.series.map(run => run.series)).toEqual(['5 °C', '10 °C', '15 °C', '25 °C']);
    // "2.70", "set to 10": what was decided is what stands in the rows.
    expect(checked.rows.find(row => row.row === 12)?.log10CfuPerG).toBe(2.7);
    expect(checked.rows.find(row => row.row === 162)?.series).toBe('5 °C');
    expect(checked.rows.find(row => row.row === 102)?.belowLog10).toBe(1);
    expect(checked.rows.find(row => row.row === 883)?.log10CfuPerG).toBeCloseTo(5.079, 3);
  });

  it('asks about rows that are there twice, and keeps them out with a reason or as another measurement', () => {
    const text = 'temp_C;time_h;rep;logcfu\n10;0;1;2.4\n10;24;1;3.1\n10;24;1;3.1\n10;48;1;4.2\n';
    expect(check(text).issues.map(shown)).toEqual([[4, null, 'duplicate', '10 | 24 | 1 | 3.1']]);
    const left = check(text, {
      '4::duplicate': { action: 'leave-out', value: null, reason: 'disalin dua kali' },
    });
    expect(left.isClean).toBe(true);
    expect(left.rows.map(row => row.excluded)).toEqual([null, null, 'disalin dua kali', null]);
    const kept = check(text, { '4::duplicate': { action: 'keep', value: null } });
    expect(kept.rows.map(row => row.excluded)).toEqual([null, null, null, null]);
    expect(kept.source.decisions).toMatchObject([{ row: 4, became: 'kept as it is' }]);
  });

  it('reads hours, days and minutes, °F, ln and counts into hours, °C and log10', () => {
    const days = check('suhu °F;hari;CFU/g\n50;0;2500\n50;1;3.1E4\n50;2;2.2E+06\n');
    expect(days.series).toEqual([{ series: '10 °C', temperature: { kind: 'constant', temperatureC: 10 } }]);
    expect(days.rows.map(row => row.timeH)).toEqual([0, 24, 48]);
    expect(days.rows.map(row => row.log10CfuPerG)).toEqual([2500, 31_000, 2_200_000].map(Math.log10));
    const logs = check('temp_C\tmenit\tlnN\n60\t0\t13.8\n60\t30\t9.2\n');
    expect(logs.rows.map(row => row.timeH)).toEqual([0, 0.5]);
    expect(logs.rows[0]?.log10CfuPerG).toBeCloseTo(13.8 / Math.LN10, 12);
  });

  it('reads a column for each temperature, with empty cells where a run was not measured', () => {
    const table = tableOf('waktu (jam);5 °C;10 °C;10 °C\n0;2,4;2,5;2,6\n24;2,5;;3,4\n48;2,7;4,8;4,9\n');
    const mapping = guessMapping(table);
    expect(mapping.columns.map(use => [use.role, use.temperatureC])).toEqual([
      ...[
        ['time', null],
        ['count', 5],
        ['count', 10],
        ['count', 10],
      ],
    ]);
    const checked = checkTable(table, sure(mapping), new Map());
    expect(checked).toMatchObject({ isClean: true, emptyCells: 1, issues: [] });
    expect(checked.rows.map(row => [row.row, row.series, row.replicate])).toEqual([
      ...[
        [2, '5 °C', null],
        [2, '10 °C', '1'],
        [2, '10 °C', '2'],
      ],
      ...[
        [3, '5 °C', null],
        [3, '10 °C', '2'],
      ],
      ...[
        [4, '5 °C', null],
        [4, '10 °C', '1'],
        [4, '10 °C', '2'],
      ],
    ]);
  });

  it('takes a temperature that changes along the time for a logged one', () => {
    const checked = check(
      'time_h;temp_C;logcfu\n0;4.1;2.4\n6;5.3;2.5\n12;7.9;2.9\n18;12.2;3.8\n24;9.5;4.9\n30;6.4;5.3\n',
    );
    expect(checked.isClean).toBe(true);
    expect(checked.series).toEqual([
      {
        series: 'log',
        temperature: {
          kind: 'points',
          points: [
            [0, 4.1],
            [6, 5.3],
            [12, 7.9],
            [18, 12.2],
            [24, 9.5],
            [30, 6.4],
          ].map(([timeH, temperatureC]) => ({
            timeH,
            temperatureC,
          })),
        },
      },
    ]);
  });

  it('counts dates and clock times from the first of their series', () => {
    const text =
      'temp_C;waktu;logcfu\n10;24/11/2026 08:00;2.4\n10;25/11/2026 08:00;3.1\n10;25/11/2026 20:30;3.9\n';
    expect(check(text).rows.map(row => row.timeH)).toEqual([0, 24, 36.5]);
  });

  it('reads shelf lives, and those that were still good at the end', () => {
    const checked = check('temp_C;shelf_life_d\n4;>30\n25;1.5\n37;0.5\n');
    expect(checked.isClean).toBe(true);
    expect(checked.rows.map(row => [row.series, row.shelfLifeH, row.shelfLifeAboveH])).toEqual([
      ...[
        ['4 °C', null, 720],
        ['25 °C', 36, null],
        ['37 °C', 12, null],
      ],
    ]);
  });

  it('asks for the unit of a column whose name does not say it', () => {
    const table = tableOf('suhu;t;hasil\n10;0;2.44\n10;1;3.12\n10;2;4.5\n');
    const mapping = guessMapping(table);
    const checked = checkTable(table, mapping, new Map());
    expect(checked.unsureColumns).toEqual([1, 2]);
    expect(checked.isClean).toBe(false);
  });

  it('says which column is missing instead of guessing', () => {
    const table = tableOf('time_h;logcfu\n0;2.4\n24;3.1\n');
    const mapping = sure(guessMapping(table));
    expect(checkTable(table, mapping, new Map()).missing).toEqual(['temperature']);
    const constant = { ...mapping, constantTemperatureC: 10 };
    expect(checkTable(table, constant, new Map())).toMatchObject({ isClean: true });
  });

  it('uses a limit of detection for all cells that say nothing was found', () => {
    const table = tableOf('temp_C;time_h;logcfu\n5;0;ND\n5;24;ND\n5;48;2.4\n');
    const mapping = { ...sure(guessMapping(table)), detectionLimitLog10: 1 };
    const checked = checkTable(table, mapping, new Map());
    expect(checked.isClean).toBe(true);
    expect(checked.rows.map(row => row.belowLog10)).toEqual([1, 1, null]);
  });

  it('does not take a decision that is out of range itself', () => {
    const text = 'temp_C;time_h;logcfu\n5;0;2.4\n5;24;99\n';
    const id = '3:2:out-of-range';
    const checked = check(text, { [id]: { action: 'read', value: 55 } });
    expect(checked.issues).toMatchObject([{ id, decision: null }]);
    expect(checked.openRows).toBe(1);
  });
});

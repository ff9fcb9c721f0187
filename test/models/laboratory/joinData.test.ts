import { describe, expect, it } from 'vitest';
import type { ExperimentRow, ExperimentSource } from '../../../models/contracts/experiment.ts';
import { checkExperiment } from '../../../models/laboratory/checkExperiment.ts';
import { joinData } from '../../../models/laboratory/joinData.ts';
import { tofuExample } from '../../../models/laboratory/tofuExample.ts';

function aRow(row: number, series: string, timeH: number, log10CfuPerG: number): ExperimentRow {
  const nothing = { belowLog10: null, aboveLog10: null, shelfLifeH: null, shelfLifeAboveH: null };
  return { row, series, replicate: null, timeH, log10CfuPerG, ...nothing, excluded: null };
}

const run = (series: string, temperatureC: number, pH: number | null = null) => ({
  ...{ series, temperature: { kind: 'constant' as const, temperatureC } },
  ...{ levers: {}, pH, aw: null, treatment: null, medium: '', method: null, costIdrPerPack: null },
});

const source = (fileName: string, leftOut: ExperimentSource['leftOut'] = []): ExperimentSource => ({
  ...{ fileName, mapping: {}, decisions: [], leftOut },
});

describe('joinData', () => {
  it('lets a run of the same temperature go on, with the facts it had, and counts lines on', () => {
    const known = {
      rows: [aRow(2, 'A', 0, 2.4)],
      series: [run('A', 10, 5.6)],
      source: source('a.csv', [{ row: 3, cells: ['x'], reason: 'rusak' }]),
    };
    const added = { rows: [aRow(2, 'A', 24, 3.1)], series: [run('A', 10)], source: source('b.csv') };
    const joined = joinData(known, added, row => `sama dengan ${row}`);
    expect(joined.series).toEqual([run('A', 10, 5.6)]);
    expect(joined.rows.map(({ row, excluded }) => [row, excluded])).toEqual([
      [2, null],
      [5, null],
    ]);
    expect(joined.source.fileName).toBe('a.csv + b.csv');
  });

  it('gives another run of a known name a number, and leaves out what is there already', () => {
    const known = { rows: [aRow(2, 'A', 0, 2.4)], series: [run('A', 10)], source: source('a.csv') };
    const warmer = { rows: [aRow(2, 'A', 0, 2.4)], series: [run('A', 25)], source: source('b.csv') };
    const joined = joinData(known, warmer, row => `sama dengan ${row}`);
    expect(joined.series.map(one => one.series)).toEqual(['A', 'A (2)']);
    expect(joined.rows.map(one => [one.series, one.excluded])).toEqual([
      ['A', null],
      ['A (2)', null],
    ]);
    const again = joinData(known, known, row => `sama dengan ${row}`);
    expect(again.rows.map(one => one.excluded)).toEqual([null, 'sama dengan 2']);
    expect(checkExperiment({ kind: 'growth', ...again })).toEqual([]);
  });
});

describe('the worked example', () => {
  it('is an experiment that can be kept, with the source of every figure', () => {
    const { kind, rows, series, note } = tofuExample();
    const kept = series.map(one => ({
      ...one,
      temperature: one.temperature as { kind: 'constant'; temperatureC: number },
    }));
    expect(checkExperiment({ kind, rows, series: kept, source: { decisions: [], leftOut: [] } })).toEqual([]);
    expect(rows.filter(row => row.shelfLifeAboveH !== null).map(row => row.shelfLifeAboveH)).toEqual([
      720, 720,
    ]);
    expect(note).toContain('10.13103/JFHS.2022.37.2.80');
    for (const { method } of series) {
      const name = /\(([^()]+)\)$/.exec(method ?? '')?.[1] ?? 'none';
      expect(note).toContain(`${name}: `);
    }
  });
});

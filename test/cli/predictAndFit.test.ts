import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCsv, toCsv } from '../../cli/csv.ts';
import { addFitCommand } from '../../cli/fit.ts';
import { addPredictCommand } from '../../cli/predict.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tahan-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
function file(name: string, content: string): string {
  writeFileSync(path(name), content);
  return path(name);
}
const run = async (...args: string[]) => {
  const program = new Command().exitOverride();
  addFitCommand(program);
  addPredictCommand(program);
  await program.parseAsync(args, { from: 'user' });
};
const result = () => JSON.parse(readFileSync(path('out'), 'utf8'));

const curve =
  'time_h,logN\n0,3.62\n2,3.63\n4,4.14\n6,5.23\n8,6.27\n10,7.57\n12,8.38\n16,8.7\n20,8.62\n24,8.44\n';

describe('tahan fit', () => {
  it('gives the estimates of nls for a growth curve in CSV', async () => {
    await run(
      'fit',
      file('c.csv', curve),
      '--free',
      'lag,mumax,logN0,logNmax',
      '--out',
      path('out'),
      '--svg',
      path('p.svg'),
    );
    expect(result().estimates.mumax).toBeCloseTo(1.3772161816, 5);
    expect(result().standard_errors.lag).toBeCloseTo(0.24282855, 4);
    expect(readFileSync(path('p.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  });
  it('writes a row for each parameter as CSV', async () => {
    await run('fit', file('c.csv', curve), '--format', 'csv', '--out', path('out'));
    const columns = parseCsv(readFileSync(path('out'), 'utf8'), 'out');
    expect(columns.parameter).toEqual(['lagH', 'muLnPerH', 'logN0', 'logNmax']);
    expect(columns.upper95).toHaveLength(4);
  });
  it('gives intervals by profile likelihood when asked', async () => {
    await run(
      'fit',
      file('c.csv', curve),
      '--free',
      'lag,mumax,logN0,logNmax',
      '--profile',
      '--out',
      path('out'),
    );
    const [lower, upper] = result().profile95.mumax;
    expect(lower).toBeLessThan(result().estimates.mumax);
    expect(upper).toBeGreaterThan(result().estimates.mumax);
  });
  it('refuses data that do not determine the parameters, and writes no estimate', async () => {
    const short = file('s.csv', curve.split('\n').slice(0, 6).join('\n'));
    await expect(run('fit', short, '--out', path('out'))).rejects.toThrow(
      /do not determine .* 5 observations for 4/,
    );
    expect(result()).not.toHaveProperty('estimates');
  });
  it('names the cell that is no number and the option that is no pair', async () => {
    await expect(run('fit', file('b.csv', 'time_h,logN\n0,3\n1,oops\n'))).rejects.toThrow(
      /logN in row 2 must be a number, got "oops"/,
    );
    await expect(run('fit', file('c.csv', curve), '--fixed', 'logN0')).rejects.toThrow(
      /--fixed must be name=number, got "logN0"/,
    );
  });
});

describe('tahan predict', () => {
  const history = 'time_h,T_c\n0,25\n1,6\n2,5\n12,5\n24,5\n';

  it('gives remaining life with its interval for a treatment', async () => {
    await run(
      'predict',
      file('h.csv', history),
      '--max-gap',
      '12',
      '--treatment',
      'none',
      '--future',
      '5',
      '--out',
      path('out'),
    );
    const { remainingH, limitedBy, history: rows } = result();
    expect(remainingH.p05).toBeLessThanOrEqual(remainingH.median);
    expect(remainingH.median).toBeLessThanOrEqual(remainingH.p95);
    expect(limitedBy).toBeTypeOf('string');
    expect(rows.time_h[0]).toBe(0);
  });
  it('gives a longer life in a colder place', async () => {
    const medianAt = async (future: string) => {
      await run(
        'predict',
        file('h.csv', history),
        '--max-gap',
        '12',
        '--future',
        future,
        '--out',
        path('out'),
      );
      return result().remainingH.median;
    };
    expect(await medianAt('4')).toBeGreaterThan(await medianAt('20'));
  });
  it('runs any model of the library on its inputs', async () => {
    const inputs = file('i.json', JSON.stringify({ b: 0.03, Tmin: -2, x: [8] }));
    await run('predict', inputs, '--kind', 'secondary', '--model', 'ratkowsky_sqrt', '--out', path('out'));
    expect(result().mu_ln_per_h).toEqual([0.09]);
  });
  it('names the columns it needs', async () => {
    await expect(run('predict', file('x.csv', 'a,b\n1,2\n'))).rejects.toThrow(
      /time_h or measuredAt .* got a, b/,
    );
  });
});

describe('parseCsv', () => {
  it('reads semicolons with decimal commas, tabs, quotes and comments', () => {
    expect(parseCsv('# note\na;"b"\n1,5;x\n', 'f')).toEqual({ a: [1.5], b: ['x'] });
    expect(parseCsv('a\tb\n1\t\n', 'f')).toEqual({ a: [1], b: [null] });
  });
  it('gives back what toCsv wrote', () => {
    const columns = { t: [0, 0.1, 1e-9], n: [3, null, 5] };
    expect(parseCsv(toCsv(columns), 'f')).toEqual(columns);
  });
  it('names the line that is too long', () => {
    expect(() => parseCsv('a,b\n1,2\n1,2,3\n', 'f.csv')).toThrow(
      'f.csv line 3 has 3 cells where the header has 2',
    );
  });
});

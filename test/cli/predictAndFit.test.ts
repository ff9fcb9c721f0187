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

describe('tahan predict for a delivery and a count', () => {
  const history = 'time_h;T_c\n0;25\n1;6\n2;5,5\n12;5\n24;5\n';
  const predict = async (...more: string[]) => {
    await run('predict', file('h.csv', history), '--max-gap', '12', '--out', path('out'), ...more);
    return result();
  };
  it('says how likely a limit is reached before, more so the later it is', async () => {
    const chance = async (at: string) => (await predict('--deliver-at', at)).limitBeforeDelivery.worst;
    expect(await chance('24')).toBeLessThan(await chance('96'));
    expect(await chance('500')).toBe(1);
  });
  it('shows the limits side by side and which one ends the life', async () => {
    const { limits, limitedBy } = await predict();
    expect(limits.map((one: { limit: string }) => one.limit)).toEqual(
      expect.arrayContaining(['spoilage', 'cap-fresh-7-days', limitedBy]),
    );
  });
  it('takes a low count for a longer life and a narrower interval than a high one', async () => {
    const lifeAfter = async (count: string) => (await predict('--count', count)).afterCounts;
    const low = await lifeAfter('4.2@24');
    const high = await lifeAfter('6.2@24');
    expect(low.remainingH.median).toBeGreaterThan(high.remainingH.median);
    const { remainingH } = await predict();
    expect(high.remainingH.p95 - high.remainingH.p05).toBeLessThan(remainingH.p95 - remainingH.p05);
  });
  it('gives the same draws for the same seed, and others for another', async () => {
    const p05 = async (seed: string) => (await predict('--seed', seed)).remainingH.p05;
    expect(await p05('7')).toBe(await p05('7'));
    expect(await p05('7')).not.toBe(await p05('8'));
  });
  it.each([
    [['--count', '5.2'], /--count must be log10 CFU.g .* got "5.2"/],
    [['--count', '5.2@30'], /--count must be at a time of the history, 0 h to 24 h, got "30 h"/],
    [['--deliver-at', '12'], /--deliver-at must not be before the last reading .24 h., got "12"/],
    [['--deliver-at', 'soon'], /--deliver-at must be hours, or a date/],
    [['--future', '400'], /--future must be a number from .* got "400"/],
    [['--seed', '1.5'], /--seed must be a whole number .* got "1.5"/],
    [['--points', '1'], /--points must be a number from 2/],
    [['--count', '11.9@1'], /counts must be near what the parameters predict/],
  ])('refuses %j, naming option, value and what is allowed', async (options, message) => {
    await expect(predict(...options)).rejects.toThrow(message);
  });
  it('refuses a date that could mean two days, and an instant that comes twice', async () => {
    const dates = file('d.csv', 'measuredAt,T_c\n24/11/2026 08:00,5\n');
    await expect(run('predict', dates)).rejects.toThrow(
      /measuredAt in row 1 must be hours, or a date such as/,
    );
    const twice = file('t.csv', 'measuredAt,T_c\n2026-11-24 08:00,5\n2026-11-24T08:00Z,6\n');
    await expect(run('predict', twice)).rejects.toThrow(/got 2026-11-24T08:00:00.000Z twice/);
  });
});

describe('tahan fit of what is uncertain', () => {
  const survival = 'time_min,logN,below\n0,6.1,0\n2,5.1,0\n4,3.9,0\n6,3.1,0\n8,2,0\n10,1,1\n12,1,1\n14,1,1\n';
  const fitted = async (...more: string[]) => {
    const table = file('s.csv', survival);
    await run('fit', table, '--model', 'log_linear', '--free', 'D,logN0', '--out', path('out'), ...more);
    return result();
  };
  it('takes censored counts from a column or from one limit, and says how many', async () => {
    const column = await fitted('--censored', 'below');
    expect(column).toMatchObject({ method: 'tobit', n_censored: 3 });
    expect((await fitted('--censored', '1')).estimates).toEqual(column.estimates);
    await expect(fitted('--censored', 'lod')).rejects.toThrow(
      /--censored must be .* time_min, logN, below, got "lod"/,
    );
    await expect(fitted('--censored', 'below', '--bootstrap')).rejects.toThrow(
      /profile and bootstrap must be absent where counts are censored/,
    );
  });
  it('gives bootstrap intervals that repeat for a seed, with goodness and residuals', async () => {
    const c = file('c.csv', curve);
    const boot = async (seed: string) => {
      await run(
        'fit',
        c,
        '--free',
        'lag,mumax,logN0,logNmax',
        '--bootstrap',
        '40',
        '--seed',
        seed,
        '--out',
        path('out'),
      );
      return result();
    };
    const first = await boot('2');
    expect(first.bootstrap95).toMatchObject({ resamples: 40, complete: true });
    expect((await boot('2')).bootstrap95).toEqual(first.bootstrap95);
    expect((await boot('3')).bootstrap95.intervals).not.toEqual(first.bootstrap95.intervals);
    const { criteria, residual_diagnostics, acceptable_zone_share } = first;
    expect(criteria).toHaveProperty('AICc');
    expect(residual_diagnostics).toHaveProperty('remarks');
    expect(acceptable_zone_share).toBe(1);
  });
  it('keeps what is done when it is stopped', async () => {
    const stop = setTimeout(() => process.emit('SIGINT'), 60);
    const c = file('c.csv', curve);
    await run('fit', c, '--bootstrap', '100000', '--out', path('out'));
    clearTimeout(stop);
    const { resamples, complete, intervals } = result().bootstrap95;
    expect(complete).toBe(false);
    expect(resamples).toBeLessThan(100_000);
    expect(Object.keys(intervals)).toContain('muLnPerH');
  });
});

describe('parseCsv', () => {
  it('reads what Excel adds: a separator line, empty rows and columns, quotes with separators inside', () => {
    const text = '\uFEFFsep=;\r\ntime_h;T_c;note;;\r\n0;4,5;"a;b";;\r\n;;;;\r\n';
    expect(parseCsv(text, 'f')).toEqual({ time_h: [0], T_c: [4.5], note: ['a;b'] });
    expect(parseCsv('a;b\n1.234,5;1\n', 'f')).toEqual({ a: ['1.234,5'], b: [1] });
  });
  it('refuses a header with a gap or a name twice', () => {
    expect(() => parseCsv('a,,b\n1,2,3\n', 'f')).toThrow(/column 2 of the header must have a name/);
    expect(() => parseCsv('a,a\n1,2\n', 'f')).toThrow(/once, got "a" twice/);
  });
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

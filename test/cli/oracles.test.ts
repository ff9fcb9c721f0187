import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runOracles } from '../../cli/oracles.ts';

describe('runOracles', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'oracles-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (kind: string, cases: unknown) => {
    writeFileSync(join(folder, 'a.json'), JSON.stringify({ schema: 'tahu-oracle/1', kind, cases }));
    const lines: string[] = [];
    return { ...runOracles(folder, line => lines.push(line)), lines };
  };
  const good = {
    id: 'r1',
    model: 'ratkowsky_sqrt',
    inputs: { b: 0.03, Tmin: -2, x: [8] },
    expected: { mu_ln_per_h: [0.09] },
    tolerance: { abs: 1e-12 },
  };

  it('counts what passes', () => {
    expect(run('secondary', [good])).toEqual({ passed: 1, failed: 0, lines: [] });
  });
  it('prints a line with got and expected for a case that fails', () => {
    const { failed, lines } = run('secondary', [good, { ...good, expected: { mu_ln_per_h: [0.1] } }]);
    expect(failed).toBe(1);
    expect(lines).toEqual([
      'FAIL a.json r1 (secondary, ratkowsky_sqrt): mu_ln_per_h[0] got 0.09, expected 0.1',
    ]);
  });
  it('fails a case of a kind or a model it does not know', () => {
    expect(run('tea_leaves', [good]).failed).toBe(1);
    expect(run('secondary', [{ ...good, model: 'tea_leaves' }]).failed).toBe(1);
  });
  it('fails a file that is no JSON or of another schema', () => {
    writeFileSync(join(folder, 'b.json'), '{');
    writeFileSync(join(folder, 'c.json'), '{"schema":"other/9","kind":"secondary","cases":[]}');
    expect(run('secondary', [good])).toMatchObject({ passed: 1, failed: 2 });
  });
});

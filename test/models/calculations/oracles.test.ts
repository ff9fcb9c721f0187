import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differences, type Tolerance } from '../../../cli/compareOracle.ts';
import { calculate, calculations } from '../../../models/calculations/calculationRegistry.ts';

interface Case {
  id: string;
  model: string;
  response?: string;
  inputs: Record<string, unknown>;
  expected: Record<string, unknown>;
  tolerance: Tolerance;
}

const folder = new URL('../fixtures/oracles/', import.meta.url);
const files = readdirSync(folder)
  .sort()
  .map(name => ({
    name,
    ...(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as {
      kind: string;
      about: string;
      cases: Case[];
    }),
  }));

function run(kind: string, one: Case): Record<string, unknown> {
  const parameters = (one.expected.parameter_order ?? Object.keys(one.expected.estimates ?? {})) as string[];
  return calculate(
    kind,
    one.model,
    one.inputs,
    { names: Object.keys(one.expected), parameters },
    one.response,
  );
}

describe.each(files)('the models against $name', ({ kind, about, cases }) => {
  it('says where its numbers come from', () => {
    expect(about.length).toBeGreaterThan(40);
  });
  it.each(cases)('$id agrees ($model)', one => {
    expect(differences(run(kind, one), one.expected, one.tolerance)).toEqual([]);
  });
});

describe('the comparison', () => {
  const all = files.flatMap(({ kind, cases }) => cases.map(one => ({ kind, one })));

  it('holds every case of the fixtures', () => {
    expect(all.length).toBe(550);
  });
  it('notices one number that is off by three times its tolerance, in every case', () => {
    for (const { kind, one } of all) {
      const spoilt = spoil(one.expected, one.tolerance);
      expect(spoilt, one.id).not.toBeNull();
      expect(differences(run(kind, one), spoilt, one.tolerance), one.id).not.toEqual([]);
    }
  });
  it('calls an answer that was not computed a difference', () => {
    expect(differences({}, { logN: [1] }, { abs: 1 })).toEqual([
      { path: 'logN', got: undefined, expected: [1] },
    ]);
    expect(differences({ time_h: 4 }, { time_h: null }, { abs: 9 })).toHaveLength(1);
  });
  it('passes a fit whose sum of squares is lower, not one whose is higher', () => {
    const expected = { estimates: { b: 1 }, rss: 1 };
    expect(differences({ estimates: { b: 1 }, rss: 0.5 }, expected, { rss_rel: 1e-6 })).toEqual([]);
    expect(differences({ estimates: { b: 1 }, rss: 1.1 }, expected, { rss_rel: 1e-6 })).toHaveLength(1);
  });
});

/** The expected record with its last plain number moved; null when it has none. */
function spoil(expected: Record<string, unknown>, tolerance: Tolerance): Record<string, unknown> | null {
  const copy = structuredClone(expected);
  const holder = (copy.estimates ?? copy) as Record<string, unknown>;
  for (const [name, value] of Object.entries(holder).reverse()) {
    // Of lists in a list, the last is moved.
    const inner = Array.isArray(value) && Array.isArray(value.at(-1)) ? (value.at(-1) as unknown[]) : value;
    const list = (Array.isArray(inner) ? inner : [inner]) as number[];
    const index = list.findLastIndex(item => typeof item === 'number' && item !== 0);
    if (index < 0) continue;
    const { abs = 0, rel = 0, estimate_rel = 0, estimate_in_SE = 0 } = tolerance;
    const error = ((copy.standard_errors ?? {}) as Record<string, number>)[name] ?? 0;
    const slack = abs + (rel + estimate_rel) * Math.abs(list[index]!) + estimate_in_SE * error;
    list[index]! += 3 * slack + 1e-12 * Math.abs(list[index]!);
    holder[name] = Array.isArray(value) ? value : list[0];
    return copy;
  }
  // A case of states only: another state.
  return typeof copy.status === 'string' ? { ...copy, status: 'of another mind' } : null;
}

describe('the registry of calculations', () => {
  it('refuses an unknown kind and an unknown model, naming them', () => {
    expect(() => calculate('astrology', 'baranyi', {})).toThrow(/kind must be one of .*got "astrology"/);
    expect(() => calculate('static_growth', 'crystal_ball', {})).toThrow(
      /model must be .*got "crystal_ball"/,
    );
    expect(() => calculate('fit', 'crystal_ball', { data: {} })).toThrow(/crystal_ball/);
  });
  it('names the input that is missing or malformed', () => {
    const inputs = { logN0: 3, mu_ln_per_h: 0.25, lag_h: 10, logNmax: 9, times_h: [0] };
    expect(() => calculate('static_growth', 'baranyi', { ...inputs, logN0: undefined })).toThrow(
      /inputs.logN0/,
    );
    expect(() => calculate('static_growth', 'baranyi', { ...inputs, times_h: [0, null] })).toThrow(
      /inputs.times_h\[1\]/,
    );
    expect(() => calculate('static_growth', 'baranyi', { ...inputs, mu_ln_per_h: '0.25' })).toThrow(/"0.25"/);
  });
  it('has no model that goes by two entries of one kind', () => {
    const seen = new Set<string>();
    for (const { kinds, model } of calculations)
      for (const kind of kinds) {
        expect(seen.has(`${kind} ${model}`), `${kind} ${model}`).toBe(false);
        seen.add(`${kind} ${model}`);
      }
  });
  it('reads mu in log10 units as 2.3026 times as much in ln units', () => {
    const shared = { logN0: 3, lag_h: 0, logNmax: 9, times_h: [10] };
    const log10 = calculate('static_growth', 'baranyi', { ...shared, mu_log10_per_h: 0.1 }).logN as number[];
    const ln = calculate('static_growth', 'baranyi', { ...shared, mu_ln_per_h: 0.1 * Math.LN10 })
      .logN as number[];
    expect(log10[0]).toBeCloseTo(ln[0]!, 12);
  });
});

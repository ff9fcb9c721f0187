import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineLevers } from '../../../models/preservation/combineLevers.ts';
import { legalVerdict } from '../../../models/preservation/legalGate.ts';
import { leverOf, levers, neverOffered } from '../../../models/preservation/levers.ts';

const room = { temperatureC: 28, ph: 6 };
const fridge = { temperatureC: 5, ph: 6 };

describe('levers', () => {
  it('each have evidence with a source, and a value within its range', () => {
    for (const lever of levers) {
      expect(lever.evidence.length, lever.id).toBeGreaterThan(0);
      for (const { seen, source } of lever.evidence)
        expect(seen.length * source.length, lever.id).toBeGreaterThan(0);
      for (const dose of [0, 0.05, 1, 5, 5.5])
        for (const { value, range } of Object.values(lever.effect({ ...fridge, dose }))) {
          expect(value, lever.id).toBeGreaterThanOrEqual(range[0]);
          expect(value, lever.id).toBeLessThanOrEqual(range[1]);
        }
    }
  });
  it('never make growth faster, whatever the dose, temperature and pH', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...levers),
        fc.record({
          temperatureC: fc.double({ min: 0, max: 40, noNaN: true }),
          ph: fc.double({ min: 4, max: 8, noNaN: true }),
          // The dose of a coagulant is a pH.
          dose: fc.double({ min: 0, max: 14, noNaN: true }),
        }),
        (lever, conditions) => {
          const { rateFactor, logReduction, addedH0 } = lever.effect(conditions);
          expect(rateFactor?.range[1] ?? 1).toBeLessThanOrEqual(1);
          expect(rateFactor?.range[0] ?? 0).toBeGreaterThanOrEqual(0);
          expect(logReduction?.range[0] ?? 0).toBeGreaterThanOrEqual(0);
          expect(addedH0?.range[0] ?? 0).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
  it('do not offer formaldehyde, borax or hydrogen peroxide', () => {
    for (const id of neverOffered) {
      expect(levers.map(lever => lever.id)).not.toContain(id);
      expect(() => leverOf(id)).toThrow(/never offered/);
    }
  });
  it('give 1 g/kg benzoic acid at pH 6.0 a factor near 0.64, and stop growth at pH 5.3', () => {
    const benzoic = leverOf('benzoic-acid');
    expect(benzoic.effect({ ...fridge, dose: 1 }).rateFactor!.value).toBeCloseTo(0.64, 1);
    expect(benzoic.effect({ temperatureC: 5, ph: 5.3, dose: 1 }).rateFactor!.value).toBe(0);
  });
  it('give 2 % salt in the water phase a factor of 0.86', () => {
    expect(leverOf('salt').effect({ ...room, dose: 2 }).rateFactor!.value).toBeCloseTo(0.86, 2);
  });
  it('slow growth more the sourer the coagulant is', () => {
    const factor = (dose: number) => leverOf('coagulant-ph').effect({ ...fridge, dose }).rateFactor!.value;
    expect(factor(6)).toBe(1);
    expect(factor(5.3)).toBeLessThan(factor(5.7));
  });
  it('let the chitosan dip work at 10 and 20 C and not at 30 C', () => {
    const work = (temperatureC: number) =>
      leverOf('chitosan-dip').effect({ temperatureC, ph: 6 }).addedH0!.value;
    expect([work(10), work(20), work(30)]).toEqual([2.3, 2.3, 0]);
  });
});

describe('legalVerdict', () => {
  it('blocks every additive in Indonesia until its limit is entered', () => {
    for (const lever of levers) {
      const verdict = legalVerdict(lever, 'indonesia');
      expect(verdict.allowed, lever.id).toBe(lever.legalClass === 'process');
      const entered = [
        { leverId: lever.id, law: 'indonesia' as const, maxDose: 1, source: 'row read by the maker' },
      ];
      expect(legalVerdict(lever, 'indonesia', entered)).toEqual({
        allowed: true,
        maxDose: 1,
        why: 'row read by the maker',
      });
    }
  });
  it('blocks benzoate and sorbate under Codex, where they are not listed', () => {
    expect(legalVerdict(leverOf('benzoic-acid'), 'codex').allowed).toBe(false);
    expect(legalVerdict(leverOf('sorbic-acid'), 'codex').allowed).toBe(false);
    expect(legalVerdict(leverOf('lactic-acid'), 'codex').allowed).toBe(true);
  });
});

describe('combineLevers', () => {
  it('multiplies factors, adds reductions, and tells the weakest mark', () => {
    const { rateFactor, logReduction } = combineLevers(
      [
        { leverId: 'spice-soak-all-three' },
        { leverId: 'salt', dose: 2 },
        { leverId: 'water-changed' },
        { leverId: 'high-pressure' },
      ],
      fridge,
      'codex',
    );
    expect(rateFactor.value).toBeCloseTo(0.62 * 0.8627, 3);
    expect(logReduction.value).toBe(2);
    expect(logReduction.mark).toBe('assumed');
  });
  it('does nothing without levers', () => {
    expect(combineLevers([], fridge, 'codex')).toMatchObject({
      rateFactor: { value: 1 },
      logReduction: { value: 0 },
    });
  });
  it('refuses a lever the law blocks, and a dose above the limit', () => {
    expect(() => combineLevers([{ leverId: 'benzoic-acid', dose: 1 }], fridge, 'codex')).toThrow(
      /not listed/,
    );
    const entered = [{ leverId: 'benzoic-acid', law: 'indonesia' as const, maxDose: 1, source: 'row 1' }];
    expect(() => combineLevers([{ leverId: 'benzoic-acid', dose: 2 }], fridge, 'indonesia', entered)).toThrow(
      /at most 1/,
    );
  });
  it('refuses assumed factors that together promise more than five times the life', () => {
    const many = Array.from({ length: 8 }, () => ({ leverId: 'chitosan-coagulant' }));
    const entered = [{ leverId: 'chitosan-coagulant', law: 'codex' as const, maxDose: 1, source: 'row' }];
    expect(() => combineLevers(many, fridge, 'codex', entered)).toThrow(/0.2 or more/);
  });
});

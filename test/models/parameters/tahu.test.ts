import { describe, expect, it } from 'vitest';
import { treatmentSchema } from '../../../models/contracts/batch.ts';
import { limitIdSchema } from '../../../models/contracts/estimate.ts';
import { tahuParametersFor } from '../../../models/parameters/tahu.ts';
import { organismsOf } from '../../../models/shelf-life/organism.ts';

const all = treatmentSchema.options.map(treatment => tahuParametersFor(treatment));

/** Every record below a value that looks like a parameter, with the path to it. */
function parametersIn(value: unknown, path: string): [string, Record<string, unknown>][] {
  if (typeof value !== 'object' || value === null) return [];
  const record = value as Record<string, unknown>;
  const inner = Object.entries(record).flatMap(([key, below]) => parametersIn(below, `${path}.${key}`));
  return 'value' in record ? [[path, record], ...inner] : inner;
}

describe('tahuParametersFor', () => {
  it('tahuParametersFor knows every treatment of the contract and refuses others', () => {
    expect(all.map(({ treatment }) => treatment)).toEqual(treatmentSchema.options);
    expect(() => tahuParametersFor('smoked' as never)).toThrow(
      'treatment must be one of none, water-immersed',
    );
    expect(() => tahuParametersFor('constructor' as never)).toThrow('treatment must be one of');
  });

  it('tahuParametersFor gives one frozen object per treatment', () => {
    expect(tahuParametersFor('none')).toBe(tahuParametersFor('none'));
    for (const parameters of all) {
      expect(Object.isFrozen(parameters.spoilage.b)).toBe(true);
      expect(Object.isFrozen(parameters.pathogens[0]!.rate)).toBe(true);
      expect(Object.isFrozen(parameters.caps)).toBe(true);
    }
  });

  it('a parameter carries its unit, where it comes from and what it was seen in', () => {
    for (const parameters of all)
      for (const [path, parameter] of parametersIn(parameters, parameters.treatment)) {
        expect(parameter, path).toMatchObject({ unit: /./, mark: /^(seen|computed|general|assumed)$/ });
        expect(`${parameter.source}`, path).toMatch(/.{3,}/);
        expect(`${parameter.matrix}`, path).toMatch(/.{3,}/);
        if ('sd' in parameter) expect(parameter.sdMark, path).toBeDefined();
      }
  });

  it('a limit of a parameter set is a limit of the contract', () => {
    for (const parameters of all) {
      const limits = [...organismsOf(parameters), ...parameters.caps].map(({ limit }) => limit);
      for (const limit of limits) expect(limitIdSchema.options).toContain(limit);
      expect(new Set(limits).size).toBe(limits.length);
      expect(limits[0]).toBe('spoilage');
    }
  });

  it('sealed packs without proof of heating are chilled goods', () => {
    const sealed = all.filter(({ sealedWithoutP90 }) => sealedWithoutP90).map(({ treatment }) => treatment);
    expect(sealed).toEqual(['vacuum', 'packed-heated']);
    for (const parameters of all)
      expect(parameters.outOfRangeAboveC).toBe(/vacuum|packed/.test(parameters.treatment) ? 8 : 35);
  });
});

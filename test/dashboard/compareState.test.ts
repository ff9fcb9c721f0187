import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CompareState,
  doseSlides,
  firstState,
  otherLevers,
  planSlides,
  readChoice,
  readState,
  startSlide,
  temperatureSlide,
  within,
  writeState,
} from '../../dashboard/compare/compareState.ts';
import { comparisonCsv } from '../../dashboard/compare/compareTable.ts';
import {
  blockedTexts,
  changeName,
  printedIn,
  printedRange,
  timesText,
  unitFor,
} from '../../dashboard/compare/compareWords.ts';
import { Comparer } from '../../dashboard/compare/comparison.ts';
import { type ComparedSet, parametersFor } from '../../dashboard/compare/floraOfSet.ts';
import { createFormat } from '../../dashboard/format.ts';
import { createZone } from '../../dashboard/zone.ts';
import { type TreatmentChoice, treatmentChanges } from '../../models/laboratory/treatmentChanges.ts';
import { parameterViews } from '../../models/parameters/setParameters.ts';
import { freshSpoilage, tahuParametersFor } from '../../models/parameters/tahu.ts';
import { translateIn } from './words.ts';

const format = createFormat('id', translateIn('id'), createZone('Asia/Jakarta'));
const english = createFormat('en', translateIn('en'), createZone('Asia/Jakarta'));

const doses = fc
  .uniqueArray(fc.constantFrom(...otherLevers, 'turmeric', 'acid-whey'), { maxLength: 4 })
  .chain(ids =>
    fc.tuple(...ids.map(() => fc.double({ min: -1, max: 9, noNaN: true }))).map(values =>
      Object.fromEntries(
        ids.map((id, i) => {
          const slide = doseSlides[id];
          return [id, slide === undefined ? null : within(values[i]!, slide)];
        }),
      ),
    ),
  );
const choices: fc.Arbitrary<TreatmentChoice> = fc.record({
  base: fc.constantFrom('turmeric-boiled', 'water-immersed', 'none'),
  heating: fc.constantFrom('none', 'in-pack', 'p90'),
  packaging: fc.constantFrom('open', 'vacuum', 'carbon-dioxide'),
  levers: doses,
  initialLog10Cfu: fc.option(fc.double({ min: 0, max: 9, noNaN: true }).map(n => within(n, startSlide))),
});
const states: fc.Arbitrary<CompareState> = fc.record({
  set: fc.option(fc.constantFrom('takwa@4', 'set 1@2')),
  temperatureC: fc.double({ min: 0, max: 50, noNaN: true }).map(n => within(n, temperatureSlide)),
  law: fc.constantFrom('codex', 'indonesia'),
  baseline: choices,
  whatIf: choices,
  entered: fc.constantFrom(
    [],
    [{ leverId: 'salt', law: 'codex' as const, maxDose: 2.5, source: 'Row 3, page 4 & more' }],
  ),
  costs: fc.record({ baseline: fc.option(fc.nat(90_000)), whatIf: fc.option(fc.nat(90_000)) }),
  plan: fc.option(
    fc.record({
      plates: fc.integer({ min: 3, max: 60 }).map(n => within(4 * n, planSlides.plates)),
      lots: fc.integer({ min: 1, max: 8 }),
      incubators: fc.integer({ min: 2, max: 6 }),
      aim: fc.constantFrom('life', 'rate'),
    }),
  ),
});

describe('the address of a comparison', () => {
  test('holds the whole state: what is written is read again', () => {
    fc.assert(
      fc.property(states, state => {
        expect(readState(`?${writeState(state)}`, firstState('codex'))).toEqual(state);
      }),
    );
  });

  test('is never trusted: poison, unknown levers and wild numbers are left out or brought within bounds', () => {
    const first = firstState('codex');
    expect(
      readChoice('turmeric-boiled,formalin:3,borax,nonsense,salt:900', first.baseline).levers,
    ).toStrictEqual({
      salt: 6,
    });
    expect(readChoice('x', first.baseline)).toBe(first.baseline);
    const state = readState('suhu=900&hukum=mars&batas=salt,codex,-1,x&biaya=a,b&rencana=9999,,x,y', first);
    expect(state).toMatchObject({
      temperatureC: 35,
      law: 'codex',
      entered: [],
      plan: { plates: 240, lots: 2 },
    });
    fc.assert(
      fc.property(fc.string(), text => {
        expect(() =>
          readState(`andai=${text}&acuan=${text}&batas=${text}&rencana=${text}`, first),
        ).not.toThrow();
      }),
    );
  });
});

describe('Comparer', () => {
  const state = firstState('codex');

  test('gives both sides, a row for each change, and the same again without working it out anew', () => {
    const comparer = new Comparer();
    const first = comparer.compare(state, null);
    expect(first.rows).toHaveLength(treatmentChanges.length);
    expect(first.rows.map(row => row.range!.medianH)).toStrictEqual(
      first.rows.map(row => row.range!.medianH).sort((a, b) => b - a),
    );
    expect(first.ratio!.atLeast).toBeGreaterThan(1);
    expect(first.whatIf.curve).toHaveLength(40);
    expect(comparer.compare({ ...state, temperatureC: 9 }, null).whatIf.curve).toBe(first.whatIf.curve);
    expect(comparer.compare(state, null)).toStrictEqual(first);
  });

  test('gives no figure for what the law does not let pass, until its limit is entered', () => {
    const whatIf = { ...state.baseline, levers: { 'acetic-acid': 1 } };
    const blocked = new Comparer().compare({ ...state, law: 'indonesia', whatIf }, null);
    expect(blocked.whatIf).toMatchObject({ range: null, curve: [] });
    expect(blocked.ratio).toBeNull();
    expect(blockedTexts(blocked.whatIf.blocked!, format)[0]).toMatch(/^Asetat: batas hukumnya/);
    const entered = [{ leverId: 'acetic-acid', law: 'indonesia' as const, maxDose: 2, source: 'row 1' }];
    expect(
      new Comparer().compare({ ...state, law: 'indonesia', whatIf, entered }, null).whatIf.range,
    ).not.toBeNull();
  });

  test('refuses guesses that together promise five times the life', () => {
    const levers = { 'chitosan-coagulant': null, 'acid-whey': 4.8, 'coagulant-ph': 4.8 };
    const entered = [{ leverId: 'chitosan-coagulant', law: 'codex' as const, maxDose: 1, source: 'row 1' }];
    const { whatIf } = new Comparer().compare(
      { ...state, whatIf: { ...state.baseline, levers }, entered },
      null,
    );
    expect(whatIf.blocked).toStrictEqual({ faults: [], tooManyGuesses: true });
  });

  test('uses the numbers of a set for its class only, and says what a day costs at least', () => {
    const set: ComparedSet = {
      ...{
        parameterSetId: 'takwa',
        version: 4,
        treatment: 'turmeric-boiled',
        title: 'Takwa',
        isBuiltIn: false,
      },
      ...{ testedRangeC: { min: 5, max: 25 }, testedLevers: { vacuum: 0 } },
      parameters: parameterViews({ ...freshSpoilage, b: { ...freshSpoilage.b, value: 0.01 } }),
    };
    expect(parametersFor('none', set).spoilage.b.value).toBe(0.01);
    expect(parametersFor('packed-heated-p90', set)).toBe(tahuParametersFor('packed-heated-p90'));
    const costs = { baseline: 1_000, whatIf: 1_500 };
    const { baseline, cost, ratio } = new Comparer().compare({ ...state, costs, temperatureC: 30 }, set);
    expect(baseline.isOutsideTestedRange).toBe(true);
    expect(cost!.more).toBe(500);
    const days = ratio!.gainedAtLeastH / 24;
    expect(cost!.perDay).toBe(days > 0.05 ? 500 / days : null);
  });

  test('writes every figure of the page as CSV', () => {
    const lines = comparisonCsv(new Comparer().compare(state, null), state, english).trim().split('\n');
    expect(lines[0]).toBe('series,treatment,temperature_c,life_p05_h,life_median_h,life_p95_h');
    expect(lines).toHaveLength(1 + 2 + treatmentChanges.length + 2 * 40);
    expect(lines.find(line => line.startsWith('coagulant-gdl,"GDL, pH 5.7",8,'))).toBeDefined();
  });
});

describe('compared lives in words', () => {
  test('share a unit and are rounded down', () => {
    expect([unitFor(23), unitFor(24)]).toStrictEqual(['hours', 'days']);
    expect(printedRange('days', { p05H: 35.9, medianH: 60, p95H: 168 }, format)).toBe('1–7');
    expect(printedIn('days', 36, format)).toBe('1½');
    expect(printedIn('days', 13, format)).toBe('½');
    expect(printedIn('days', 36, english)).toBe('1.5');
    expect(printedIn('hours', 0.4, format)).toBe('<1');
    expect(timesText(1.999, format)).toBe('1,9×');
    expect(timesText(2, english)).toBe('2.0×');
  });

  test('name every change', () => {
    for (const change of treatmentChanges)
      for (const shown of [format, english])
        expect(changeName(change, shown)).not.toMatch(/compare\.|\{|\s%/);
  });
});

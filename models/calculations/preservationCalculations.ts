import { ModelDomainError } from '../errors.ts';
import { type ChosenLever, combineLevers } from '../preservation/combineLevers.ts';
import { type EnteredLimit, type FoodLaw, legalVerdict } from '../preservation/legalGate.ts';
import { leverOf } from '../preservation/levers.ts';
import type { Calculation } from './calculation.ts';
import type { Inputs } from './inputs.ts';

const kinds = ['preservation', 'levers'];

/** `levers: ["vacuum", { lever: "salt", dose: 2 }]`, or a record of doses by lever. */
function chosenOf(inputs: Inputs): ChosenLever[] {
  const { name, value } = inputs.raw('levers');
  if (!Array.isArray(value)) {
    return Object.entries(inputs.record('levers').json).map(([leverId, dose]) =>
      typeof dose === 'number' ? { leverId, dose } : { leverId },
    );
  }
  return value.map((item, i) => {
    if (typeof item === 'string') return { leverId: item };
    const one = inputs.recordOfItem(item, `${name}[${i}]`);
    const leverId = one.text('lever', 'id', 'leverId');
    return one.has('dose') ? { leverId, dose: one.number('dose') } : { leverId };
  });
}

function lawOf(inputs: Inputs): FoodLaw {
  const law = inputs.textOr('codex', 'law', 'country');
  if (law === 'codex' || law === 'indonesia') return law;
  throw new ModelDomainError(`${inputs.path}.law`, law, '"codex" or "indonesia"');
}

/** Limits of the law that the user has read: `entered: [{ lever, max_dose, source }]`. */
function enteredOf(inputs: Inputs, law: FoodLaw): EnteredLimit[] {
  if (!inputs.has('entered', 'entered_limits')) return [];
  return inputs.records('entered', 'entered_limits').map(({ inputs: one }) => ({
    leverId: one.text('lever', 'id', 'leverId'),
    law,
    maxDose: one.number('max_dose', 'maxDose'),
    source: one.text('source'),
  }));
}

/** Preservation levers: what they do together, and whether the law lets them. */
export const preservationCalculations: readonly Calculation[] = [
  {
    kinds,
    model: 'combine_levers',
    aliases: ['levers', 'levers_combined', 'combined_levers', 'lever_effect'],
    run: inputs => {
      const conditions = {
        temperatureC: inputs.number('T_c', 'temperature_c'),
        ph: inputs.numberOr(6, 'pH'),
      };
      const law = lawOf(inputs);
      const effect = combineLevers(chosenOf(inputs), conditions, law, enteredOf(inputs, law));
      return {
        ...{ f: effect.rateFactor.value, f_range: effect.rateFactor.range, f_mark: effect.rateFactor.mark },
        ...{ dN: -effect.logReduction.value, log_reduction: effect.logReduction.value },
        log_reduction_range: effect.logReduction.range,
        ...{ h: effect.addedH0.value, added_h0: effect.addedH0.value, h_range: effect.addedH0.range },
        caveats: effect.caveats,
      };
    },
  },
  {
    kinds,
    model: 'legal_verdict',
    aliases: ['legal_gate', 'legal_limit'],
    run: inputs => {
      const law = lawOf(inputs);
      const verdict = legalVerdict(leverOf(inputs.text('lever', 'id')), law, enteredOf(inputs, law));
      return {
        allowed: verdict.allowed,
        why: verdict.why,
        max_dose: verdict.allowed ? verdict.maxDose : null,
      };
    },
  },
];

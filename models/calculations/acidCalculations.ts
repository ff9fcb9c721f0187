import { ModelDomainError } from '../errors.ts';
import { inhibitorGamma, pKa, undissociatedAcid } from '../secondary/inhibitors.ts';
import type { Calculation, Outputs } from './calculation.ts';
import { rateOutputs } from './cardinalInputs.ts';
import type { Inputs } from './inputs.ts';

const kinds = ['secondary'];
const totals = ['total_mmol_L', 'total_mM', 'total', 'total_mmol_kg', 'concentration_mM', 'total_mmol_per_L'];
const mics = ['MIC_undissociated', 'MIC', 'mic', 'MIC_mM', 'MIC_mmol_L', 'MIC_undissociated_mM'];

/** One acid of a file: how much of it, how strong it is, and what stops growth. */
interface Acid {
  readonly name: string;
  /** At each pH: a number for all of them stands in every place. */
  readonly totalMmol: number;
  readonly pKa: number;
  readonly mic: number | null;
  readonly alpha: number;
}

const knownPKa = (name: string): number | undefined =>
  (pKa as Readonly<Record<string, number>>)[name.toLowerCase().replace(/_?acid$/, '')];

/** A quantity of the file for one acid: a number for all, or a record by acid. */
function valueFor(acid: string, inputs: Inputs, names: readonly string[]): number | null {
  const { name, value } = inputs.raw(...names);
  if (value === undefined) return null;
  if (typeof value === 'number') return value;
  return new Map(Object.entries(inputs.record(...names).json)).has(acid)
    ? inputs.record(...names).number(acid)
    : (() => {
        throw new ModelDomainError(`${name}.${acid}`, undefined, 'a finite number');
      })();
}

function acidOf(name: string, inputs: Inputs, own: Inputs = inputs): Acid {
  const strength = valueFor(name, own, ['pKa']) ?? knownPKa(name);
  if (strength === undefined)
    throw new ModelDomainError(
      `${own.path}.pKa`,
      undefined,
      `given for ${name}, which is none of ${Object.keys(pKa).join(', ')}`,
    );
  const totalMmol = valueFor(name, own, totals);
  if (totalMmol === null)
    throw new ModelDomainError(`${own.path}.${totals[0]}`, undefined, 'a finite number');
  return {
    name,
    totalMmol,
    pKa: strength,
    mic: valueFor(name, own, mics),
    alpha: valueFor(name, own, ['alpha']) ?? inputs.numberOr(1, 'alpha'),
  };
}

/** Acids listed under `acids`, or those named by the records of total, pKa or MIC; a single one has no name. */
function acidsOf(inputs: Inputs): Acid[] {
  if (inputs.has('acids'))
    return inputs
      .records('acids')
      .map(({ key, inputs: own }) => acidOf(own.textOr(key, 'acid'), inputs, own));
  for (const names of [totals, mics, ['pKa']]) {
    const { value } = inputs.raw(...names);
    if (typeof value === 'object' && value !== null)
      return Object.keys(value).map(name => acidOf(name, inputs));
  }
  const named = inputs.textOr('HA', 'acid');
  // Without a pKa the usual acids are meant, all at the same total.
  if (!inputs.has('pKa') && knownPKa(named) === undefined)
    return Object.keys(pKa).map(name => acidOf(name, inputs));
  return [acidOf(named, inputs)];
}

const phsOf = (inputs: Inputs): number[] => inputs.numbers('pH', 'x');

function undissociated(inputs: Inputs): Outputs {
  const phs = phsOf(inputs);
  const each = acidsOf(inputs).map(acid => ({
    acid,
    free: phs.map(ph => undissociatedAcid(acid.totalMmol, ph, acid.pKa)),
  }));
  const outputs: Record<string, unknown> = Object.fromEntries(
    each.map(({ acid, free }) => [acid.name, free]),
  );
  const [only] = each;
  if (each.length === 1 && only) {
    for (const name of [
      'HA',
      'HA_mmol_L',
      'undissociated',
      'undissociated_mmol_L',
      'HA_mM',
      'undissociated_mM',
    ])
      outputs[name] = only.free;
    outputs.fraction = only.free.map(value => value / only.acid.totalMmol);
    outputs.fraction_undissociated = outputs.fraction;
  }
  return outputs;
}

/** gamma of all acids together: the product of one for each. */
function acidGammas(inputs: Inputs): Outputs {
  const phs = phsOf(inputs);
  const product = phs.map(() => 1);
  const outputs: Record<string, unknown> = {};
  for (const acid of acidsOf(inputs)) {
    const mic = acid.mic;
    if (mic === null) throw new ModelDomainError(`${inputs.path}.MIC`, undefined, `given for ${acid.name}`);
    const free = phs.map(ph => undissociatedAcid(acid.totalMmol, ph, acid.pKa));
    const gammas = free.map(value => inhibitorGamma(value, { mic, alpha: acid.alpha }));
    for (const [i, gamma] of gammas.entries()) product[i]! *= gamma;
    outputs[`gamma_${acid.name}`] = gammas;
    outputs[`HA_${acid.name}`] = free;
    outputs[acid.name] = free;
  }
  const muOpt = inputs.numberOr(1, 'mu_opt_ln_per_h', 'mu_opt');
  const mu = product.map(gamma => gamma * muOpt);
  return { ...outputs, ...rateOutputs(mu), gamma: product, gamma_HA: product, gamma_acids: product };
}

/** Weak acids: what of them is undissociated, and how far that slows growth. */
export const acidCalculations: readonly Calculation[] = [
  {
    kinds,
    model: 'undissociated_acid',
    aliases: ['undissociated', 'henderson_hasselbalch'],
    run: undissociated,
  },
  {
    kinds,
    model: 'gamma_undissociated_acids',
    aliases: [
      'gamma_acids',
      'gamma_organic_acids',
      'gamma_undissociated',
      'gamma_weak_acids',
      'acids',
      'several_acids',
      'gamma_acid_mixture',
      'gamma_ha_product',
    ],
    run: acidGammas,
  },
];

/** A single acid by its total and the pH, as against its undissociated concentration under x. */
export const givesTotalAcid = (inputs: Inputs): boolean => inputs.has(...totals) || inputs.has('acids');
export { acidGammas };

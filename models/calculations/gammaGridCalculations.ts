import { cardinalTemperatureGamma } from '../growth/cardinalTemperature.ts';
import { phGamma } from '../secondary/cardinalParameter.ts';
import { gammaConcept } from '../secondary/gammaConcept.ts';
import { carbonDioxideGamma, inhibitorGamma } from '../secondary/inhibitors.ts';
import { type PhiConvention, phiOfDistance, phiOfGamma } from '../secondary/interaction.ts';
import { waterActivityCardinalGamma, waterActivityGamma } from '../secondary/waterActivity.ts';
import type { Calculation, Outputs } from './calculation.ts';
import { awMin, phCardinals, rateOutputs, temperatureCardinals } from './cardinalInputs.ts';
import type { Inputs } from './inputs.ts';
import { muOptOf } from './temperatureModelOf.ts';

const kinds = ['secondary'];

interface GridPoint {
  readonly gammas: Readonly<Record<string, number>>;
  readonly phis: Readonly<Record<string, number>>;
}

/** Gammas of one point of a grid of conditions, for each factor whose cardinal values are given. */
export function gridPoint(inputs: Inputs, point: Inputs, leMarc: boolean): GridPoint {
  const gammas: Record<string, number> = {};
  const phis: Record<string, number> = {};
  const put = (factor: string, gamma: number, distance: () => number) => {
    gammas[factor] = gamma;
    phis[factor] = leMarc ? distance() : phiOfGamma(gamma);
  };
  if (inputs.has('Topt', 'T_opt')) {
    const t = point.number('T', 'T_c');
    const cardinal = temperatureCardinals(inputs);
    put('T', cardinalTemperatureGamma(t, cardinal), () =>
      phiOfDistance(t, { min: cardinal.tMinC, opt: cardinal.tOptC }),
    );
  }
  if (inputs.has('pHopt', 'pH_opt')) {
    const ph = point.number('pH');
    const cardinals = phCardinals(inputs);
    put('pH', phGamma(ph, cardinals), () => phiOfDistance(ph, cardinals));
  }
  if (inputs.has('awmin', 'aw_min')) {
    const aw = point.number('aw');
    const min = awMin(inputs);
    const opt = inputs.numberOr(1, 'awopt', 'aw_opt');
    const cardinal = inputs.has('awopt', 'aw_opt') && !/linear/.test(inputs.textOr('', 'aw_model'));
    put('aw', cardinal ? waterActivityCardinalGamma(aw, { min, opt }) : waterActivityGamma(aw, { min }), () =>
      phiOfDistance(aw, { min, opt }),
    );
  }
  if (inputs.has('CO2max', 'CO2_max')) {
    const co2 = point.numberOr(0, 'CO2', 'CO2_pct');
    const max = inputs.number('CO2max', 'CO2_max');
    put('CO2', carbonDioxideGamma(co2, { max }), () => phiOfDistance(co2, { min: max, opt: 0 }));
  }
  const acids = point.recordOrSelf('HA', 'acids');
  for (const [factor, mic] of Object.entries(inhibitorsOf(inputs))) {
    const acid = acids.numberOr(0, factor);
    put(factor, inhibitorGamma(acid, { mic, alpha: inputs.numberOr(1, 'alpha') }), () =>
      phiOfDistance(Math.min(acid, mic), { min: mic, opt: 0 }),
    );
  }
  return { gammas, phis };
}

function inhibitorsOf(inputs: Inputs): Record<string, number> {
  const { value } = inputs.raw('MIC_undissociated', 'MIC', 'mic');
  if (typeof value === 'number') return { HA: value };
  return value === undefined
    ? {}
    : (inputs.record('MIC_undissociated', 'MIC', 'mic').json as Record<string, number>);
}

function gammaGrid(model: string, aliases: readonly string[], interaction: boolean): Calculation {
  return { kinds, model, aliases, run: inputs => runGammaGrid(inputs, interaction) };
}

/** Which phi the file asks for; the default is that of Mejlholm and Dalgaard. */
export const phiConventionOf = (inputs: Inputs): PhiConvention =>
  /le_?marc/i.test(inputs.textOr('', 'phi_convention', 'convention', 'phi'))
    ? 'le-marc'
    : 'mejlholm-dalgaard';

function runGammaGrid(inputs: Inputs, interaction: boolean): Outputs {
  const convention = phiConventionOf(inputs);
  const points = gridOf(inputs).map(point => gridPoint(inputs, point, convention === 'le-marc'));
  const muOpt = muOptOf(inputs);
  const results = points.map(({ gammas, phis }) =>
    gammaConcept(
      muOpt,
      Object.values(gammas),
      interaction ? { convention, phis: Object.values(phis) } : 'none',
    ),
  );
  const mu = results.map(result => result.muLnPerH);
  const outputs: Record<string, unknown> = { ...rateOutputs(mu), gamma: results.map(result => result.gamma) };
  for (const factor of Object.keys(points[0]?.gammas ?? {})) {
    outputs[`gamma_${factor}`] = points.map(point => point.gammas[factor]);
    outputs[`phi_${factor}`] = points.map(point => point.phis[factor]);
  }
  return { ...outputs, psi: results.map(result => result.psi), xi: results.map(result => result.xi) };
}

/** A list of points, or columns side by side. */
function gridOf(inputs: Inputs): Inputs[] {
  if (inputs.has('grid', 'conditions', 'points'))
    return inputs.records('grid', 'conditions', 'points').map(({ inputs: point }) => point);
  const columns = ['T', 'T_c', 'pH', 'aw', 'HA', 'CO2'].filter(name => inputs.has(name));
  const lists = columns.map(name => inputs.numbers(name));
  const length = Math.max(...lists.map(list => list.length));
  return Array.from({ length }, (_, i) =>
    inputs.with(Object.fromEntries(columns.map((name, j) => [name, lists[j]![i] ?? lists[j]![0]]))),
  );
}

/** The gamma concept on grids of conditions, with and without interaction. */
export const gammaGridCalculations: readonly Calculation[] = [
  gammaGrid(
    'gamma_concept_interaction',
    [
      'gamma_interaction',
      'gamma_concept_xi',
      'gamma_concept_with_interaction',
      'gamma_concept_interaction_le_marc',
    ],
    true,
  ),
  gammaGrid('gamma_concept', ['gamma_product', 'gamma_concept_no_interaction'], false),
  gammaGrid('cpm_T_pH_aw', ['cpm_t_ph', 'cpm_t_aw', 'cpm_ph_aw', 'cardinal_t_ph_aw'], false),
];

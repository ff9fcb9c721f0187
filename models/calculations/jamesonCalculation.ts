import { jamesonCounts } from '../growth/jameson.ts';
import type { RateOf } from '../integrate.ts';
import type { Profile } from '../profile.ts';
import type { Outputs } from './calculation.ts';
import { rateOfInputs } from './environmentRateOf.ts';
import type { Inputs } from './inputs.ts';

export function runJameson(inputs: Inputs): Outputs {
  const timesH = inputs.timesH();
  const floras = florasOf(inputs);
  const logNmax =
    inputs.recordOrSelf('primary').logCount('Nmax') ??
    inputs.logCount('Nmax') ??
    inputs.number('logNmax', 'logNmax_total');
  const constant: Profile = {
    times: [Math.min(0, ...timesH)],
    values: [inputs.numberOr(0, 'T_c')],
    interpolation: 'step',
  };
  const profile = inputs.has('profile', 'history') ? inputs.profile('h') : constant;
  const counts = jamesonCounts(
    profile,
    floras.map(({ flora }) => flora),
    logNmax,
    timesH,
  );
  const total = timesH.map((_, i) => Math.log10(counts.reduce((sum, list) => sum + 10 ** list[i]!, 0)));
  const outputs: Record<string, unknown> = { logN: counts, logN_total: total, logN_sum: total };
  for (const [i, list] of counts.entries())
    for (const name of [`logN_${i + 1}`, `logN${i + 1}`, `logN_${floras[i]!.key}`, floras[i]!.key])
      outputs[name] = list;
  return outputs;
}

const floraNames = ['flora', 'floras', 'organisms', 'populations', 'species'];

function florasOf(inputs: Inputs): { key: string; flora: { logN0: number; h0: number; growth: RateOf } }[] {
  if (inputs.has(...floraNames))
    return inputs.records(...floraNames).map(({ key, inputs: one }) => ({ key, flora: floraOf(one) }));
  const nested = inputs.recordsWith('secondary', 'mu_ln_per_h', 'mu');
  if (nested.length > 1)
    return nested.map(({ key, inputs: one }) => ({
      key: key.replace(/^flora_?(?=.)/, ''),
      flora: floraOf(one),
    }));
  // Fields with a number behind them: logN0_1, mu_ln_per_h_2; or lists of two.
  return [1, 2].map(which => {
    const fields: Record<string, unknown> = { ...inputs.recordOrSelf('primary').json, ...inputs.json };
    if (!Array.isArray(fields.primary)) fields.primary = undefined;
    const own = Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) => {
        if (name.endsWith(`_${which}`)) return [[name.slice(0, -2), value]];
        if (name.endsWith(`${which}`) && !name.endsWith('_1') && !name.endsWith('_2'))
          return [[name.slice(0, -1), value]];
        return Array.isArray(value) && value.length === 2 && name !== 'times_h'
          ? [[name, value[which - 1]]]
          : [];
      }),
    );
    return { key: String(which), flora: floraOf(inputs.with({ ...fields, ...own })) };
  });
}

function floraOf(inputs: Inputs): { logN0: number; h0: number; growth: RateOf } {
  const primary = inputs.recordOrSelf('primary');
  const constant = inputs.growthRate() ?? primary.growthRate();
  const growth: RateOf = constant === undefined ? rateOfInputs(inputs) : { rate: () => constant, kinks: [] };
  return { logN0: primary.logN0(), h0: primary.h0(constant), growth };
}

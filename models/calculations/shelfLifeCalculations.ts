import { baranyiCount } from '../growth/baranyi.ts';
import { integralAt, timeOfIntegral } from '../integrate.ts';
import type { TimeToLimit } from '../shelf-life/timeToLimit.ts';
import type { Calculation, Outputs } from './calculation.ts';
import { countOutputs, populationOf } from './growthCalculations.ts';
import type { Inputs } from './inputs.ts';
import { capHoursOf, cappedHours, lifeAt, organismOf, statusOf } from './organismLife.ts';
import { severalLimitsCalculations } from './severalLimitsCalculations.ts';
import { withTahuDefaults } from './tahuDefaults.ts';

const days = (hours: number | null): number | null => (hours === null ? null : hours / 24);

/** 0 to 1; null where no growth is enough, so that there is nothing to use up. */
const usedOf = (life: TimeToLimit): number | null =>
  life.muIntegralRequired === null ? null : life.lifeUsed;

const staticLife =
  (primaryName = '') =>
  (given: Inputs): Outputs => {
    const inputs = withTahuDefaults(given);
    const organism = organismOf(inputs, inputs, primaryName);
    const { value } = inputs.raw('T_c', 'temperature_c', 'T');
    const temperatures = value === undefined ? [0] : inputs.numbers('T_c', 'temperature_c', 'T');
    const capH = capHoursOf(inputs);
    const lives = temperatures.map(t => lifeAt(organism, t));
    const hours = lives.map(life => cappedHours(life.remainingH, capH));
    const shaped = <T>(values: readonly T[]) => (Array.isArray(value) ? values : values[0]!);
    return {
      mu_ln_per_h: shaped(lives.map(life => life.mu)),
      // A start and a limit that are the same everywhere need the same growth at every temperature.
      M_required: lives[0]!.muIntegralRequired,
      ...{ time_h: shaped(hours), shelf_life_h: shaped(hours) },
      ...{ time_d: shaped(hours.map(days)), shelf_life_d: shaped(hours.map(days)) },
      uncapped_h: shaped(lives.map(life => life.remainingH)),
      capped: shaped(lives.map((life, i) => hours[i] !== life.remainingH)),
      status: shaped(lives.map(statusOf)),
    };
  };

function remainingLife(given: Inputs): Outputs {
  const inputs = withTahuDefaults(given);
  const organism = organismOf(inputs);
  const profile = inputs.profile('h');
  const now = inputs.numberOr(profile.times.at(-1)!, 'now_h', 'until_h');
  const futureC = inputs.numberOr(null, 'future_T_c', 'T_future_c', 'future_c');
  const integral = integralAt(profile, organism.rate, [now])[0]!;
  const life = lifeAt(organism, futureC ?? profile.values.at(-1)!, integral);
  const logN = baranyiCount(integral, populationOf(organism.inputs, life.mu));
  const reference = inputs.numberOr(null, 'reference_T_c', 'T_ref_c');
  const atReference = reference === null ? 0 : organism.rate.rate(reference);
  const age = atReference > 0 ? integral / atReference : null;
  const capH = capHoursOf(inputs);
  const remaining = cappedHours(life.remainingH, capH === null ? null : Math.max(0, capH - now));
  const past = life.muIntegralRequired !== null && integral >= life.muIntegralRequired;
  return {
    ...countOutputs([logN]),
    logN_now: logN,
    ...{ integral_mu_now: integral, integral_mu: integral },
    M_required: life.muIntegralRequired,
    ...{ remaining_h: remaining, time_h: remaining, remaining_d: days(remaining) },
    capped: remaining !== life.remainingH,
    crossed_at_h: past ? timeOfIntegral(profile, organism.rate, life.muIntegralRequired!, now) : null,
    ...{ equivalent_age_h_at_reference: age, equivalent_age_h: age, equivalent_age_d: days(age) },
    ...{ fraction_of_life_used: usedOf(life), life_used: usedOf(life) },
    ...{ mu_future_ln_per_h: life.mu, mu_ln_per_h: life.mu },
    status: statusOf(life),
  };
}

/** When a limit is crossed on a history that goes on: by the profile, then by its last temperature. */
function timeAlongProfile(given: Inputs): Outputs {
  const inputs = withTahuDefaults(given);
  const organism = organismOf(inputs);
  const profile = inputs.profile('h');
  const end = profile.times.at(-1)!;
  const life = lifeAt(organism, profile.values.at(-1)!, integralAt(profile, organism.rate, [end])[0]!);
  const crossed =
    life.status === 'past_limit'
      ? timeOfIntegral(profile, organism.rate, life.muIntegralRequired!, end)
      : null;
  const grown =
    life.status === 'already_at_limit'
      ? 0
      : (crossed ?? (life.remainingH === null ? null : end + life.remainingH));
  const time = cappedHours(grown, capHoursOf(inputs));
  const status = life.status === 'past_limit' ? 'ok' : statusOf(life);
  return {
    ...{ time_h: time, time_d: days(time), shelf_life_h: time, shelf_life_d: days(time) },
    crossed_at_h: grown,
    M_required: life.muIntegralRequired,
    status,
  };
}

/** Time to a limit, remaining life after a history, several limits. */
export const shelfLifeCalculations: readonly Calculation[] = [
  {
    kinds: ['shelf_life', 'tahu_default', 'static_growth'],
    model: 'time_to_limit_static',
    aliases: [
      'time_to_limit',
      'time_to_count',
      'time_to_limit_baranyi',
      'shelf_life_static',
      'static_shelf_life',
      'time_to_limit_constant',
    ],
    run: staticLife(),
  },
  {
    kinds: ['tahu_default', 'shelf_life'],
    model: 'tahu_default',
    aliases: ['tahu_default_table', 'tahu_default_life'],
    run: inputs => staticLife()(withTahuDefaults(inputs, 'packed')),
  },
  ...(['packed', 'fresh'] as const).map(
    (kind): Calculation => ({
      kinds: ['tahu_default', 'shelf_life'],
      model: `tahu_default_${kind}`,
      aliases: [`tahu_default_table_${kind}`, `tahu_${kind}`],
      run: inputs => staticLife()(withTahuDefaults(inputs, kind)),
    }),
  ),
  ...(['huang', 'gompertz', 'logistic', 'trilinear'] as const).map(
    (primary): Calculation => ({
      kinds: ['shelf_life', 'static_growth'],
      model: `time_to_limit_${primary}`,
      aliases: [`time_to_limit_static_${primary}`, `shelf_life_${primary}`, `time_to_count_${primary}`],
      run: staticLife(primary),
    }),
  ),
  {
    kinds: ['shelf_life', 'cold_chain', 'tahu_default'],
    model: 'remaining_shelf_life',
    aliases: [
      ...['remaining_life', 'remaining_shelf_life_with_gaps', 'remaining_life_after_history'],
      ...['life_used', 'fraction_of_life_used', 'life_fraction'],
    ],
    run: remainingLife,
  },
  {
    kinds: ['shelf_life'],
    model: 'time_to_limit_dynamic',
    aliases: ['dynamic_shelf_life', 'time_to_limit_profile', 'shelf_life_dynamic'],
    run: timeAlongProfile,
  },
  ...severalLimitsCalculations,
];

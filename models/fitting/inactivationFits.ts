import { linearRegression } from 'simple-statistics';
import { decimalReductionMin } from '../inactivation/bigelow.ts';
import { bigelowCounts, geeraerdCounts, weibullMafartCounts } from '../inactivation/dynamicInactivation.ts';
import { geeraerdCount } from '../inactivation/geeraerd.ts';
import { threePhaseSurvivalCount } from '../inactivation/threePhase.ts';
import { weibullMafartCount } from '../inactivation/weibullMafart.ts';
import type { Profile } from '../profile.ts';
import type { EnvironmentProfile } from '../secondary/environment.ts';
import { type FitData, type FitModel, type Parameters, rowwise } from './fitModel.ts';
import { byTemperature, guessSurvival } from './startValues.ts';

const tail = (given: Parameters) => (given.logNres === undefined ? {} : { logNres: given.logNres });

function survivalFit(
  id: string,
  parameters: readonly string[],
  count: (timeMin: number, given: Parameters) => number,
  kinked = false,
): FitModel {
  return {
    id,
    parameters,
    columns: ['timeMin'],
    quantity: 'log-count',
    kinked,
    predict: rowwise(given => row => count(row.timeMin!, given)),
    guess: data => {
      const guess = guessSurvival(data.rows, data.observed);
      const decimalMin = Math.LN10 / guess.kMaxLnPerMin;
      return [1, 1.6, 0.6].map(p => ({ ...guess, decimalMin, deltaMin: decimalMin + guess.shoulderMin, p }));
    },
  };
}

const geeraerd = (timeMin: number, given: Parameters) =>
  geeraerdCount(timeMin, {
    logN0: given.logN0!,
    kMaxLnPerMin: given.kMaxLnPerMin!,
    shoulderMin: given.shoulderMin ?? 0,
    ...tail(given),
  });

const weibull = (timeMin: number, given: Parameters) =>
  weibullMafartCount(timeMin, {
    logN0: given.logN0!,
    deltaMin: given.deltaMin!,
    p: given.p!,
    ...tail(given),
  });

const threePhase = (timeMin: number, given: Parameters) =>
  threePhaseSurvivalCount(timeMin, {
    logN0: given.logN0!,
    kMaxLnPerMin: given.kMaxLnPerMin!,
    shoulderMin: given.shoulderMin ?? 0,
    ...tail(given),
  });

/** Isothermal survival at several temperatures in one regression: D or delta by Bigelow. */
function oneStepSurvival(id: string, parameters: readonly string[], weibullShape: boolean): FitModel {
  return {
    id,
    parameters,
    columns: ['timeMin', 'temperatureC'],
    quantity: 'log-count',
    predict: rowwise(given => row => {
      const scale = decimalReductionMin(row.temperatureC!, {
        decimalMinAtReference: (given.decimalMin ?? given.deltaMin)!,
        referenceC: given.referenceC!,
        zC: given.zC!,
      });
      return weibull(row.timeMin!, { ...given, deltaMin: scale, p: weibullShape ? given.p! : 1 });
    }),
    guess: guessBigelow,
  };
}

function guessBigelow(data: FitData): Parameters[] {
  const points = byTemperature(data).map(group => {
    const { kMaxLnPerMin } = guessSurvival(group.rows, group.observed);
    return [group.temperatureC, Math.log10(Math.LN10 / kMaxLnPerMin)];
  });
  const line = points.length > 1 ? linearRegression(points) : { m: -0.1, b: points[0]?.[1] ?? 0 };
  const zC = line.m < 0 ? -1 / line.m : 10;
  const referenceC = points.reduce((sum, point) => sum + point[0]!, 0) / points.length;
  const { logN0 } = guessSurvival(data.rows, data.observed);
  const decimalMin = 10 ** (line.m * referenceC + line.b);
  return [1, 1.5, 0.7].map(p => ({
    logN0,
    decimalMin,
    deltaMin: decimalMin,
    zC,
    referenceC,
    p,
    logNres: logN0 - 8,
  }));
}

type DynamicCounts = (profile: Profile, given: Parameters, timesMin: readonly number[]) => number[];

/** Survival under changing heat: each experiment has its own temperature history. */
function dynamicSurvival(id: string, parameters: readonly string[], counts: DynamicCounts): FitModel {
  return {
    id,
    parameters,
    defaults: { shoulderLn: 0 },
    columns: ['timeMin'],
    quantity: 'log-count',
    predict: (given, data) => {
      const answers = data.rows.map(() => 0);
      for (const [experiment, history] of (data.histories ?? []).entries()) {
        const index = data.rows.flatMap((row, i) => ((row.experiment ?? 0) === experiment ? [i] : []));
        const predicted = counts(
          temperatureOf(history),
          given,
          index.map(i => data.rows[i]!.timeMin!),
        );
        for (const [k, i] of index.entries()) answers[i] = predicted[k]!;
      }
      return answers;
    },
    guess: data => {
      const warmest = Math.max(
        ...(data.histories ?? []).flatMap(history => history.factors.temperatureC ?? [70]),
      );
      const { logN0, logNres } = guessSurvival(data.rows, data.observed);
      const shared = { logN0, logNres, referenceC: warmest - 5, p: 1, shoulderLn: 1 };
      return [0.5, 2, 10].flatMap(d => [6, 12].map(zC => ({ ...shared, decimalMin: d, deltaMin: d, zC })));
    },
  };
}

export const temperatureOf = ({ times, factors, interpolation }: EnvironmentProfile): Profile => ({
  times,
  values: factors.temperatureC ?? [],
  interpolation,
});

const bigelow = (given: Parameters) => ({
  decimalMinAtReference: (given.decimalMin ?? given.deltaMin)!,
  referenceC: given.referenceC!,
  zC: given.zC!,
  logN0: given.logN0!,
  ...tail(given),
});

/** Inactivation models that can be fitted. */
export const inactivationFits: readonly FitModel[] = [
  survivalFit('log_linear', ['decimalMin', 'logN0'], (t, given) =>
    weibull(t, { ...given, deltaMin: given.decimalMin!, p: 1 }),
  ),
  survivalFit('weibull_mafart', ['p', 'deltaMin', 'logN0'], weibull),
  survivalFit('weibull_mafart_tail', ['p', 'deltaMin', 'logN0', 'logNres'], weibull),
  survivalFit('geeraerd', ['shoulderMin', 'kMaxLnPerMin', 'logN0', 'logNres'], geeraerd),
  survivalFit('geeraerd_no_tail', ['shoulderMin', 'kMaxLnPerMin', 'logN0'], geeraerd),
  survivalFit('geeraerd_no_shoulder', ['kMaxLnPerMin', 'logN0', 'logNres'], geeraerd),
  survivalFit('three_phase_survival', ['shoulderMin', 'kMaxLnPerMin', 'logN0', 'logNres'], threePhase, true),
  survivalFit('three_phase_survival_no_tail', ['shoulderMin', 'kMaxLnPerMin', 'logN0'], threePhase, true),
  survivalFit('three_phase_survival_no_shoulder', ['kMaxLnPerMin', 'logN0', 'logNres'], threePhase, true),
  oneStepSurvival('one_step_bigelow', ['decimalMin', 'zC', 'logN0', 'referenceC'], false),
  oneStepSurvival('one_step_weibull_mafart', ['deltaMin', 'zC', 'p', 'logN0', 'referenceC'], true),
  dynamicSurvival('dynamic_bigelow', ['decimalMin', 'zC', 'logN0', 'referenceC'], (profile, given, times) =>
    bigelowCounts(profile, bigelow(given), times),
  ),
  dynamicSurvival(
    'dynamic_weibull_mafart',
    ['deltaMin', 'zC', 'p', 'logN0', 'referenceC', 'logNres'],
    (profile, given, times) => weibullMafartCounts(profile, { ...bigelow(given), p: given.p! }, times),
  ),
  dynamicSurvival(
    'dynamic_geeraerd',
    ['decimalMin', 'zC', 'logN0', 'shoulderLn', 'logNres', 'referenceC'],
    (profile, given, times) =>
      geeraerdCounts(profile, { ...bigelow(given), shoulderLn: given.shoulderLn ?? 0 }, times),
  ),
];

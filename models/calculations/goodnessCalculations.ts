import { acceptableZoneShare, biasAccuracy, fitCriteria } from '../fitting/criteria.ts';
import type { Calculation } from './calculation.ts';

const kinds = ['cold_chain', 'fit', 'goodness', 'goodness_of_fit'];
const predicted = ['predicted', 'predicted_logN', 'pred', 'logN_predicted'];
const observed = ['observed', 'observed_logN', 'obs', 'logN_observed'];

/** Bias, accuracy, the acceptable zone of Moller and others: from a share of 0.7 up. */
const acceptedFrom = 0.7;

/** How predictions agree with observations. */
export const goodnessCalculations: readonly Calculation[] = [
  {
    kinds,
    model: 'bias_accuracy_ross1996',
    aliases: ['bias_accuracy', 'bf_af', 'bias_factor', 'bias_accuracy_ross_1996', 'bias_accuracy_rates'],
    run: inputs => {
      const of = /rate/i.test(inputs.textOr('times', 'of', 'quantity', 'what')) ? 'rates' : 'times';
      const { biasFactor, accuracyFactor } = biasAccuracy(
        inputs.numbers(...predicted),
        inputs.numbers(...observed),
        of,
      );
      return {
        Bf: biasFactor,
        Af: accuracyFactor,
        bias_factor: biasFactor,
        accuracy_factor: accuracyFactor,
        accepted_spoilage: biasFactor > 0.75 && biasFactor < 1.25,
        accepted_pathogen: biasFactor > 0.87 && biasFactor < 1.43,
      };
    },
  },
  {
    kinds,
    model: 'acceptable_simulation_zone',
    aliases: ['acceptable_zone', 'asz'],
    run: inputs => {
      const width = [
        'half_width_log10',
        'half_width_log',
        'half_width',
        'distance',
        'width_log10',
        'zone_log10',
      ];
      const share = acceptableZoneShare(
        inputs.numbers(...predicted),
        inputs.numbers(...observed),
        inputs.numberOr(0.5, ...width),
      );
      const percent = 100 * share;
      const accepted = share >= acceptedFrom;
      return {
        ...{ share, fraction: share, fraction_within: share, share_within: share, within: share },
        ...{ percent, percent_within: percent, accepted, acceptable: accepted },
      };
    },
  },
  {
    kinds,
    model: 'goodness_of_fit',
    aliases: ['goodness', 'information_criteria', 'fit_criteria', 'rmse', 'aicc', 'aic_bic'],
    run: inputs => {
      const seen = inputs.numbers(...observed);
      const given = inputs.has('rss') ? inputs.number('rss') : null;
      const rss =
        given ?? inputs.numbers(...predicted).reduce((sum, value, i) => sum + (value - seen[i]!) ** 2, 0);
      const n = seen.length;
      const parameters = inputs.number('p', 'n_parameters', 'parameters', 'k', 'n_par');
      const criteria = fitCriteria(rss, n, parameters);
      return { ...criteria, rss, n, df: n - parameters, sigma: criteria.RMSE_df };
    },
  },
];

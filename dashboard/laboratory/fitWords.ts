import type { VerdictReason } from '../../models/laboratory/fitVerdict.ts';
import type { ResidualPattern } from '../../models/laboratory/residualPatterns.ts';
import type { Format } from '../format.ts';
import type { MessageId } from '../i18n/catalogues.ts';

/** Names of people who made them are no words. */
const modelNames: Readonly<Record<string, string>> = {
  baranyi: 'Baranyi',
  huang: 'Huang',
  gompertz_zwietering: 'Gompertz',
  ratkowsky_sqrt: 'Ratkowsky',
  huang_sqrt: 'Huang √µ',
  arrhenius: 'Arrhenius',
  q10: 'Q10',
  ctmi: 'CTMI',
  one_step_bigelow: 'Bigelow',
  dynamic_bigelow: 'Bigelow',
  one_step_weibull_mafart: 'Weibull–Mafart',
  dynamic_weibull_mafart: 'Weibull–Mafart',
  weibull_mafart: 'Weibull–Mafart',
  geeraerd: 'Geeraerd',
};

const worded: Readonly<Record<string, MessageId>> = {
  trilinear: 'fit.model.trilinear',
  logistic_zwietering: 'fit.model.logistic',
  log_linear: 'fit.model.logLinear',
  baranyi_no_lag: 'fit.model.baranyiNoLag',
  geeraerd_no_tail: 'fit.model.geeraerdNoTail',
  geeraerd_no_shoulder: 'fit.model.geeraerdNoShoulder',
};

/** What a model is called in a list of its kind: "Baranyi" among one-step models of Ratkowsky. */
export function modelName(model: string, { t }: Format): string {
  const own = /^(?:one_step|two_step)_(.+?)_(?:ratkowsky|huang_sqrt|arrhenius|q10|ctmi)/.exec(model)?.[1];
  const family = /^dynamic_baranyi_(.+)$/.exec(model)?.[1];
  const name = own ?? family ?? model;
  const word = worded[name];
  const found = word === undefined ? (modelNames[name] ?? name) : t(word);
  return model.startsWith('two_step_') ? t('fit.model.twoStep', { model: found }) : found;
}

interface Symbol {
  /** Before and below the line. */
  readonly letter: string;
  readonly index?: string;
  readonly unit: string;
  readonly digits: number;
  readonly named?: MessageId;
}

const symbols: Readonly<Record<string, Symbol>> = {
  b: { letter: 'b', unit: '°C⁻¹ h⁻½', digits: 4 },
  a: { letter: 'a', unit: '', digits: 4 },
  tMinC: { letter: 'T', index: 'min', unit: '°C', digits: 1 },
  tOptC: { letter: 'T', index: 'opt', unit: '°C', digits: 1 },
  tMaxC: { letter: 'T', index: 'max', unit: '°C', digits: 1 },
  h0: { letter: 'h', index: '0', unit: '', digits: 2, named: 'fit.symbol.h0' },
  logN0: { letter: 'y', index: '0', unit: 'log CFU/g', digits: 2 },
  logNmax: { letter: 'y', index: 'max', unit: 'log CFU/g', digits: 2 },
  logNres: { letter: 'y', index: 'res', unit: 'log CFU/g', digits: 2 },
  muLnPerH: { letter: 'µ', index: 'max', unit: 'h⁻¹', digits: 4 },
  muOptLnPerH: { letter: 'µ', index: 'opt', unit: 'h⁻¹', digits: 4 },
  lagH: { letter: 'λ', unit: 'h', digits: 1 },
  decimalMin: { letter: 'D', unit: 'min', digits: 2 },
  deltaMin: { letter: 'δ', unit: 'min', digits: 2 },
  zC: { letter: 'z', unit: '°C', digits: 1 },
  p: { letter: 'p', unit: '', digits: 2 },
  q10: { letter: 'Q', index: '10', unit: '', digits: 2 },
  rateAtReference: { letter: 'k', index: 'ref', unit: 'h⁻¹', digits: 5 },
  activationJPerMol: { letter: 'E', index: 'a', unit: 'J/mol', digits: 0 },
  kMaxLnPerMin: { letter: 'k', index: 'max', unit: 'min⁻¹', digits: 3 },
  shoulderMin: { letter: 'S', index: 'l', unit: 'min', digits: 2 },
};

export const symbolOf = (name: string): Symbol => symbols[name] ?? { letter: name, unit: '', digits: 3 };

/** A symbol in one line of text: "Tmin". */
export const plainSymbol = (name: string): string => {
  const { letter, index = '' } = symbolOf(name);
  return `${letter}${index}`;
};

/** A pattern in one sentence with its numbers. */
export function patternText(pattern: ResidualPattern, format: Format): string {
  const { t, number } = format;
  const signed = (value: number) => `${value > 0 ? '+' : ''}${number(value, 2)}`;
  switch (pattern.kind) {
    case 'late':
      return t(pattern.mean < 0 ? 'fit.pattern.lateAhead' : 'fit.pattern.lateBehind', {
        temperature: format.plainTemperature(pattern.temperatureC),
        ...{ above: number(pattern.above, 0), mean: signed(pattern.mean), n: pattern.n },
      });
    case 'temperature':
      return t(pattern.mean < 0 ? 'fit.pattern.temperatureHigh' : 'fit.pattern.temperatureLow', {
        temperature: format.plainTemperature(pattern.temperatureC),
        ...{ mean: signed(pattern.mean), n: pattern.n },
      });
    case 'runs':
      return t('fit.pattern.runs', { runs: pattern.runs, expected: number(pattern.expected, 0) });
    case 'funnel':
      return t(pattern.highSd > pattern.lowSd ? 'fit.pattern.funnelHigh' : 'fit.pattern.funnelLow', {
        low: number(pattern.lowSd, 2),
        high: number(pattern.highSd, 2),
      });
    case 'outlier':
      return t('fit.pattern.outlier', {
        ...{ row: pattern.row, residual: signed(pattern.residual), sds: number(pattern.sds) },
      });
  }
}

/** The same, as short as a label in the drawing. */
export function patternLabel(pattern: ResidualPattern | undefined, format: Format): string {
  if (pattern === undefined) return '';
  const { t, number } = format;
  if (pattern.kind === 'late')
    return t('fit.label.late', {
      temperature: format.plainTemperature(pattern.temperatureC),
      ...{ above: number(pattern.above, 0), mean: number(pattern.mean, 2) },
    });
  if (pattern.kind === 'temperature')
    return t('fit.label.temperature', {
      temperature: format.plainTemperature(pattern.temperatureC),
      mean: number(pattern.mean, 2),
    });
  return t(`fit.label.${pattern.kind}`);
}

/** Why parameters are not, or only just, determined, and what would help. */
export function reasonText(reason: VerdictReason, format: Format): string {
  const { t, number } = format;
  switch (reason.code) {
    case 'few':
      return t('fit.reason.few', { n: reason.n, parameters: reason.parameters, needed: reason.needed });
    case 'condition':
    case 'apart':
      return t('fit.reason.apart');
    case 'no-effect':
      return t('fit.reason.noEffect', { names: reason.names.split(', ').map(plainSymbol).join(', ') });
    case 'wide':
    case 'unknown':
    case 'uncertain': {
      const { digits } = symbolOf(reason.name);
      return t(`fit.reason.${reason.code}`, {
        name: plainSymbol(reason.name),
        estimate: number(reason.estimate, digits),
        error: number(reason.error, digits),
      });
    }
    case 'cold':
      return t('fit.reason.cold', { temperature: format.plainTemperature(reason.coldestC) });
    case 'warm':
      return t('fit.reason.warm', { temperature: format.plainTemperature(reason.warmestC) });
    case 'correlated':
      return t('fit.reason.correlated', {
        ...{ first: plainSymbol(reason.first), second: plainSymbol(reason.second), r: number(reason.r, 2) },
      });
    case 'failed-resamples':
      return t('fit.reason.failedResamples', { failed: reason.failed, of: reason.of });
    case 'other':
      return reason.text;
  }
}

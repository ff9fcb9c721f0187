import type { EnvironmentProfile } from '../secondary/environment.ts';

/** One observation: factor values and time by name (timeH, temperatureC, ph, waterActivity, concentration, flora). */
export type Row = Readonly<Record<string, number>>;

/** What is fitted: rows and the observed quantity, with the histories behind them when the factors changed. */
export interface FitData {
  readonly rows: readonly Row[];
  /** In the natural scale of the model: log10 count, rate, or quality. */
  readonly observed: readonly number[];
  /** For dynamic models: row.experiment is the index of its history. */
  readonly histories?: readonly EnvironmentProfile[];
}

/** Parameters by their names in the code. */
export type Parameters = Readonly<Record<string, number>>;

/** A model that can be fitted. Names of parameters are those of fitting/parameterNames.ts. */
export interface FitModel {
  readonly id: string;
  readonly parameters: readonly string[];
  /** Values a parameter takes when it is neither fitted nor given. */
  readonly defaults?: Parameters;
  /** Columns a row must have. */
  readonly columns: readonly string[];
  /** What is observed, and so which transformations of the response make sense. */
  readonly quantity: 'log-count' | 'rate' | 'quality';
  readonly predict: (parameters: Parameters, data: FitData) => number[];
  /** Starting values from the data, best first. */
  readonly guess: (data: FitData) => Parameters[];
  /** Kinks in the surface: standard errors are approximate. */
  readonly kinked?: boolean;
}

/** A model whose prediction of a row needs nothing but the row. */
export const rowwise =
  (predictor: (parameters: Parameters) => (row: Row) => number) =>
  (parameters: Parameters, data: FitData): number[] => {
    const predict = predictor(parameters);
    return data.rows.map(predict);
  };

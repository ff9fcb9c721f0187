import { ModelDomainError } from '../errors.ts';
import { type FitCriteria, fitCriteria } from './criteria.ts';
import type { FitData, FitModel, Parameters } from './fitModel.ts';
import { type Identifiability, identifiabilityOf } from './identifiability.ts';
import { type LeastSquaresResult, leastSquares } from './leastSquares.ts';
import { inverseOfCrossProduct } from './linearAlgebra.ts';
import { type Spelling, spellingOf } from './parameterNames.ts';
import { checkObserved, type Response, responseOf } from './response.ts';
import { spreadStarts } from './startValues.ts';
import { studentTQuantile } from './studentT.ts';

export interface FitRequest {
  readonly model: FitModel;
  /** Observed values on the scale of `response`. */
  readonly data: FitData;
  /** Parameters to estimate, in the spelling the answer shall have. */
  readonly free: readonly string[];
  /** Parameters known beforehand, in any spelling. */
  readonly fixed?: Parameters;
  /** logN, sqrt_mu, ln_k ...: the sum of squares is taken on this scale. */
  readonly response: string;
  /** ln 10 where rates in `free`, `fixed` and `start` count in log10 units; 1 when absent. */
  readonly rateFactor?: number;
  /** Where to begin, in the spelling of `free`. Without it: guesses from the data and eight starts around them, 24 for a kinked model. */
  readonly start?: Parameters;
}

export interface FitResult {
  readonly modelId: string;
  readonly parameterOrder: readonly string[];
  readonly estimates: Parameters;
  /** null where the data do not determine them. */
  readonly standardErrors: Parameters | null;
  readonly covariance: readonly (readonly number[])[] | null;
  readonly correlation: readonly (readonly number[])[] | null;
  readonly wald95: Readonly<Record<string, readonly [number, number]>> | null;
  readonly rss: number;
  readonly sigma: number;
  readonly n: number;
  readonly df: number;
  readonly criteria: FitCriteria;
  readonly predicted: readonly number[];
  readonly residuals: readonly number[];
  readonly converged: boolean;
  readonly identifiability: Identifiability;
}

export interface FitProgress {
  readonly done: number;
  readonly of: number;
  /** Smallest sum of squares so far; null before the first start that could be computed. */
  readonly bestRss: number | null;
}

/**
 * Fits a model by least squares.
 *
 * Covariance V = s^2 (J'J)^-1 at the optimum, s^2 = rss/(n - p); Wald interval with t(n - p). When the data cannot tell
 * the parameters apart, `identifiability.status` is 'not_identifiable' and says why: then the estimates are one of
 * many that fit as well, and must not be shown as a result.
 *
 * @throws {ModelDomainError} for an unknown parameter, one that is neither free, fixed nor has a default, fewer
 *   observations than parameters, or data no start can be computed on
 */
export function fitParameters(request: FitRequest): FitResult {
  const steps = fitSteps(request);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** Starts that must agree on the smallest sum of squares before the others are spared. */
const agreeing = 3;
/** Iterations of a start; the best one is then taken to the end. */
const iterationsOfStart = 60;

/** The same step by step: yields after each start, so that a long fit can report and be abandoned. */
export function* fitSteps(request: FitRequest): Generator<FitProgress, FitResult> {
  const problem = problemOf(request);
  const starts = startsOf(request, problem);
  const floor = 1e-20 * request.data.observed.reduce((sum, value) => sum + value * value, 0);
  const reached: number[] = [];
  let best: LeastSquaresResult | null = null;
  for (const [i, start] of starts.entries()) {
    const result = tryFrom(problem, start, iterationsOfStart);
    if (result) reached.push(result.rss);
    if (result && (!best || result.rss < best.rss)) best = result;
    yield { done: i + 1, of: starts.length, bestRss: best?.rss ?? null };
    if (request.start && i === 0 && best?.converged) break;
    const smallest = best?.rss ?? 0;
    // A kinked surface has more than one floor on which starts agree: there all are tried.
    if (
      !request.model.kinked &&
      reached.filter(rss => rss - smallest <= 1e-6 * smallest + floor).length >= agreeing
    )
      break;
  }
  if (best && !best.converged) best = tryFrom(problem, best.parameters, 300) ?? best;
  if (!best)
    throw new ModelDomainError(
      'start',
      request.start,
      `a point where ${request.model.id} can be computed on these data`,
    );
  return resultOf(request, problem, best);
}

/** A fit as numbers: what leastSquares sees. */
export interface FitProblem {
  readonly spellings: readonly Spelling[];
  readonly response: Response;
  readonly predict: (values: readonly number[]) => number[];
  readonly residuals: (values: readonly number[]) => number[];
  readonly lower: readonly number[];
}

/** Turns a request into residuals of a vector. Throws on anything that is missing or unknown. */
export function problemOf({
  model,
  data,
  free,
  fixed = {},
  response,
  rateFactor = 1,
}: FitRequest): FitProblem {
  checkObserved(data.observed, data.rows.length);
  checkColumns(model, data);
  const spellings = free.map(spelled => spellingOf(spelled, model.parameters, rateFactor));
  const known: Record<string, number> = { ...model.defaults };
  for (const [spelled, value] of Object.entries(fixed)) {
    const spelling = spellingOf(spelled, model.parameters, rateFactor);
    known[spelling.name] = spelling.toCode(value);
  }
  for (const name of model.parameters)
    if (!(name in known) && !mayBeAbsent.has(name) && !spellings.some(spelling => spelling.name === name))
      throw new ModelDomainError(`parameter ${name}`, undefined, 'free, fixed, or one with a default');
  if (data.observed.length < free.length)
    throw new ModelDomainError(
      'observed',
      data.observed.length,
      `as many as free parameters (${free.length}) or more`,
    );
  const transform = responseOf(response, model.quantity);
  const predict = (values: readonly number[]) => {
    const parameters = { ...known };
    for (const [j, spelling] of spellings.entries()) parameters[spelling.name] = spelling.toCode(values[j]!);
    return model.predict(parameters, data).map(transform.toObserved);
  };
  return {
    spellings,
    response: transform,
    predict,
    residuals: values => predict(values).map((value, i) => value - data.observed[i]!),
    lower: spellings.map(({ name, spelled }) =>
      /^(lagH|h0)/.test(name) && !/q0$/i.test(spelled) ? 0 : -Infinity,
    ),
  };
}

/** Without them there is no lag, no stationary phase, no tail, no shoulder; without phMax the pH curve is symmetric. */
const mayBeAbsent = new Set(['lagH', 'h0', 'logNmax', 'logNres', 'shoulderMin', 'shoulderLn', 'phMax']);

function checkColumns(model: FitModel, data: FitData): void {
  for (const column of model.columns)
    for (const [i, row] of data.rows.entries())
      if (!Number.isFinite(row[column]))
        throw new ModelDomainError(`rows[${i}].${column}`, row[column], 'finite');
}

function startsOf({ model, data, start }: FitRequest, { spellings, response }: FitProblem): number[][] {
  const natural: FitData = { ...data, observed: data.observed.map(response.toNatural) };
  const guesses = model.guess(natural);
  const vectorOf = (guess: Parameters) =>
    spellings.map(({ spelled, name, fromCode }) => {
      const given = start?.[spelled];
      return given ?? fromCode(guess[name] ?? 1);
    });
  const inSpelling = (guess: Parameters) => spellings.map(({ name, fromCode }) => fromCode(guess[name] ?? 1));
  const first = start ? guesses.slice(0, 1).map(vectorOf) : [];
  return [
    ...first,
    ...guesses.map(inSpelling),
    ...guesses
      .slice(0, 1)
      .flatMap(g => spreadStarts(g, model.kinked ? 24 : 8))
      .map(inSpelling),
  ];
}

function tryFrom(
  problem: FitProblem,
  start: readonly number[],
  maxIterations: number,
): LeastSquaresResult | null {
  try {
    return leastSquares(problem.residuals, start, { lower: problem.lower, maxIterations });
  } catch (error) {
    // A start outside the domain of the model is no start; the others are tried.
    if (error instanceof ModelDomainError && error.parameter === 'start') return null;
    throw error;
  }
}

function resultOf(
  { model, data, free }: FitRequest,
  problem: FitProblem,
  best: LeastSquaresResult,
): FitResult {
  const n = data.observed.length;
  const df = n - free.length;
  const s2 = df > 0 ? best.rss / df : 0;
  const unscaled = inverseOfCrossProduct(best.jacobian);
  const covariance = unscaled?.map(row => row.map(value => value * s2)) ?? null;
  const errors = covariance?.map((row, j) => Math.sqrt(Math.max(0, row[j]!))) ?? null;
  const named = (values: readonly number[]) =>
    Object.fromEntries(free.map((spelled, j) => [spelled, values[j]!]));
  const t = df > 0 ? studentTQuantile(0.975, df) : Number.NaN;
  const predicted = problem.predict(best.parameters);
  return {
    modelId: model.id,
    parameterOrder: free,
    estimates: named(best.parameters),
    standardErrors: errors ? named(errors) : null,
    covariance,
    correlation: covariance && errors ? correlationOf(covariance, errors) : null,
    wald95:
      errors && df > 0
        ? Object.fromEntries(
            free.map((spelled, j) => [
              spelled,
              [best.parameters[j]! - t * errors[j]!, best.parameters[j]! + t * errors[j]!] as const,
            ]),
          )
        : null,
    rss: best.rss,
    sigma: Math.sqrt(s2),
    n,
    df,
    criteria: fitCriteria(best.rss, n, free.length),
    predicted,
    residuals: predicted.map((value, i) => data.observed[i]! - value),
    converged: best.converged,
    identifiability: identifiabilityOf({
      names: problem.spellings.map(spelling => spelling.name),
      spelled: free,
      estimates: best.parameters,
      errors,
      jacobian: best.jacobian,
      rows: data.rows,
      histories: data.histories ?? [],
    }),
  };
}

const correlationOf = (covariance: readonly (readonly number[])[], errors: readonly number[]): number[][] =>
  covariance.map((row, i) => row.map((value, j) => (i === j ? 1 : value / (errors[i]! * errors[j]!))));

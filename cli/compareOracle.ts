/** How far a number may be off; in a fit the estimates and standard errors have tolerances of their own. */
export interface Tolerance {
  readonly abs?: number;
  readonly rel?: number;
  readonly estimate_rel?: number;
  readonly estimate_in_SE?: number;
  readonly se_rel?: number;
  readonly rss_rel?: number;
}

export interface Difference {
  readonly path: string;
  readonly got: unknown;
  readonly expected: unknown;
}

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Every place where what was computed is not what was expected. What was not computed differs; what was computed
 * besides is not looked at.
 *
 * @param expected  numbers, null (never, undefined), text, lists and records of these
 */
export function differences(got: unknown, expected: unknown, tolerance: Tolerance, path = ''): Difference[] {
  if (isRecord(expected) && isRecord(expected.estimates)) return fitDifferences(got, expected, tolerance);
  return plainDifferences(got, expected, limit => within(limit.got, limit.expected, tolerance), path);
}

type Judge = (numbers: { got: number; expected: number; path: string }) => boolean;

function within(got: number, expected: number, { abs = 0, rel = 0 }: Tolerance): boolean {
  return Math.abs(got - expected) <= abs + rel * Math.abs(expected);
}

function plainDifferences(got: unknown, expected: unknown, judge: Judge, path: string): Difference[] {
  // One number, and a list of one, say the same.
  if (Array.isArray(got) && got.length === 1 && !Array.isArray(expected) && !isRecord(expected))
    return plainDifferences(got[0], expected, judge, path);
  if (Array.isArray(expected) && expected.length === 1 && (typeof got === 'number' || got === null))
    return plainDifferences([got], expected, judge, path);
  if (typeof expected === 'number')
    return typeof got === 'number' && judge({ got, expected, path }) ? [] : [{ path, got, expected }];
  if (expected === null) return got === null ? [] : [{ path, got, expected }];
  if (typeof expected === 'string')
    return typeof got === 'string' && got.toLowerCase() === expected.toLowerCase()
      ? []
      : [{ path, got, expected }];
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) return [{ path, got, expected }];
    return expected.flatMap((item, i) => plainDifferences(got[i], item, judge, `${path}[${i}]`));
  }
  if (isRecord(expected)) {
    if (!isRecord(got)) return [{ path, got, expected }];
    return Object.entries(expected).flatMap(([key, value]) =>
      plainDifferences(fieldOf(got, key), value, judge, path ? `${path}.${key}` : key),
    );
  }
  return got === expected ? [] : [{ path, got, expected }];
}

/**
 * A fit: an estimate is right within estimate_rel or within estimate_in_SE standard errors, a standard error within
 * se_rel, the sum of squares when it is not larger by more than rss_rel. What follows from these (covariance, criteria,
 * intervals) is held to what these tolerances allow it.
 */
function fitDifferences(got: unknown, expected: Json, tolerance: Tolerance): Difference[] {
  const { estimate_rel = 1e-4, estimate_in_SE = 0, se_rel = 0.02, rss_rel = 1e-6 } = tolerance;
  const errors = (isRecord(expected.standard_errors) ? expected.standard_errors : {}) as Record<
    string,
    number
  >;
  const order = (expected.parameter_order ?? Object.keys(expected.estimates as Json)) as string[];
  const errorOf = (name: string) => Math.abs(errors[name] ?? 0);
  const estimateSlack = (name: string, value: number) =>
    Math.max(estimate_rel * Math.abs(value), estimate_in_SE * errorOf(name));
  const n = typeof expected.n === 'number' ? expected.n : 0;
  const judges: Readonly<Record<string, Judge>> = {
    estimates: ({ got: g, expected: e, path }) =>
      Math.abs(g - e) <= estimateSlack(path.slice('estimates.'.length), e),
    standard_errors: ({ got: g, expected: e }) => Math.abs(g - e) <= se_rel * Math.abs(e),
    covariance: ({ got: g, expected: e, path }) => {
      const [i = 0, j = 0] = [...path.matchAll(/\[(\d+)\]/g)].map(match => Number(match[1]));
      return Math.abs(g - e) <= 3 * se_rel * errorOf(order[i]!) * errorOf(order[j]!) + 1e-300;
    },
    correlation: ({ got: g, expected: e }) => Math.abs(g - e) <= 3 * se_rel,
    rss: ({ got: g, expected: e }) => g <= e * (1 + rss_rel),
    sigma: ({ got: g, expected: e }) => g <= e * (1 + rss_rel),
    criteria: ({ got: g, expected: e }) =>
      Math.abs(g - e) <= (n + 1) * Math.max(rss_rel, 1e-9) + 1e-9 * Math.abs(e),
    wald95: ({ got: g, expected: e, path }) => {
      const name = path.slice('wald95.'.length).replace(/\[\d+\]$/, '');
      return Math.abs(g - e) <= 2 * estimateSlack(name, e) + 3 * se_rel * errorOf(name);
    },
  };
  if (!isRecord(got)) return [{ path: '', got, expected }];
  return Object.entries(expected).flatMap(([key, value]) => {
    const judge =
      judges[key] ??
      (numbers =>
        within(numbers.got, numbers.expected, { abs: tolerance.abs ?? 0, rel: tolerance.rel ?? 1e-6 }));
    return plainDifferences(fieldOf(got, key), value, judge, key);
  });
}

/** The field of a name, exactly or but for case and underscores. */
function fieldOf(record: Json, name: string): unknown {
  if (name in record) return record[name];
  const loose = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const field = Object.keys(record).find(candidate => loose(candidate) === loose(name));
  return field === undefined ? undefined : record[field];
}

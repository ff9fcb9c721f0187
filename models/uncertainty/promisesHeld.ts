import type { Agreement, VerdictAgreement } from '../contracts/parameterSetEvidence.ts';

/** Median and ends of a 90 % interval. */
interface Predicted {
  readonly median: number;
  readonly p05: number;
  readonly p95: number;
}

export interface CountSeen {
  /** Of the true count of the flora, log10 CFU/g. */
  readonly predicted: Predicted;
  readonly log10Cfu: number | null;
  /** Nothing was found at this limit of detection. */
  readonly belowLog10: number | null;
  /** Analyst and sample together. */
  readonly sdLog10: number;
}

export interface VerdictSeen {
  /** When the life ends, by the prediction; any unit of time, the same as `at`. */
  readonly endsAt: Predicted;
  readonly at: number;
  readonly isSpoiled: boolean;
}

/** 95 % of a normal distribution lie below this many standard deviations. */
const z95 = 1.6448536269514722;

/**
 * Whether counts lie within their 90 % prediction intervals, and how far off they are. An interval of the true count is
 * widened by the error of the count itself: the half-widths add as squares. A count below a limit of detection agrees
 * with any interval that reaches below it, and has no part in bias and error.
 */
export function countAgreement(seen: readonly CountSeen[]): Agreement {
  const covered = seen.filter(({ predicted, log10Cfu, belowLog10, sdLog10 }) => {
    const error = z95 * sdLog10;
    const low = predicted.median - Math.hypot(predicted.median - predicted.p05, error);
    const high = predicted.median + Math.hypot(predicted.p95 - predicted.median, error);
    if (log10Cfu === null) return low <= (belowLog10 ?? Number.NEGATIVE_INFINITY);
    return log10Cfu >= low && log10Cfu <= high;
  });
  const off = seen.flatMap(({ predicted, log10Cfu }) =>
    log10Cfu === null ? [] : [log10Cfu - predicted.median],
  );
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  return {
    n: seen.length,
    coverage: seen.length === 0 ? null : covered.length / seen.length,
    bias: off.length === 0 ? null : sum(off) / off.length,
    rmse: off.length === 0 ? null : Math.sqrt(sum(off.map(value => value * value)) / off.length),
  };
}

/**
 * Whether what people saw agrees with the 90 % interval of the end of the life: spoiled before its lower end broke the
 * promise, still good after its upper end kept longer than was thought. Anything in between agrees with it.
 */
export function verdictAgreement(seen: readonly VerdictSeen[]): VerdictAgreement {
  const spoiledEarly = seen.filter(({ isSpoiled, at, endsAt }) => isSpoiled && at < endsAt.p05).length;
  const keptLonger = seen.filter(({ isSpoiled, at, endsAt }) => !isSpoiled && at > endsAt.p95).length;
  const n = seen.length;
  return { n, coverage: n === 0 ? null : (n - spoiledEarly - keptLonger) / n, spoiledEarly, keptLonger };
}

/** Wilson's 95 % interval of a share; null of nothing. */
export function shareInterval(share: number | null, n: number): [number, number] | null {
  if (share === null || n === 0) return null;
  const z = 1.959963984540054;
  const middle = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const all = 1 + (z * z) / n;
  return [Math.max(0, (middle - half) / all), Math.min(1, (middle + half) / all)];
}

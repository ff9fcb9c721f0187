/** Rows of numbers: element (i, j) is rows[i][j]. */
export type Matrix = readonly (readonly number[])[];

/**
 * Upper triangle R and Q'y of a tall matrix by Householder reflections. Normal equations would square its condition
 * number, and Tmin against b is badly conditioned to begin with.
 *
 * @param rows  n rows of p numbers, n >= p
 * @param right  n numbers
 */
export function triangularise(rows: Matrix, right: readonly number[]): { r: number[][]; qty: number[] } {
  const a = rows.map(row => [...row]);
  const y = [...right];
  const p = a[0]?.length ?? 0;
  for (let j = 0; j < p; j += 1) {
    let norm = 0;
    for (let i = j; i < a.length; i += 1) norm = Math.hypot(norm, a[i]![j]!);
    if (norm === 0) continue;
    const alpha = a[j]![j]! > 0 ? -norm : norm;
    const v = a.map((row, i) => (i < j ? 0 : row[j]!));
    v[j] = v[j]! - alpha;
    let vv = 0;
    for (let i = j; i < a.length; i += 1) vv += v[i]! * v[i]!;
    if (vv === 0) continue;
    for (let k = j; k < p; k += 1) {
      let dot = 0;
      for (let i = j; i < a.length; i += 1) dot += v[i]! * a[i]![k]!;
      const factor = (2 * dot) / vv;
      for (let i = j; i < a.length; i += 1) a[i]![k] = a[i]![k]! - factor * v[i]!;
    }
    let dot = 0;
    for (let i = j; i < a.length; i += 1) dot += v[i]! * y[i]!;
    const factor = (2 * dot) / vv;
    for (let i = j; i < a.length; i += 1) y[i] = y[i]! - factor * v[i]!;
  }
  return { r: a.slice(0, p), qty: y.slice(0, p) };
}

/** x with R x = right, R upper triangular; null when R is singular. */
export function backSubstitute(r: Matrix, right: readonly number[]): number[] | null {
  const x = [...right];
  for (let i = x.length - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < x.length; k += 1) x[i] = x[i]! - r[i]![k]! * x[k]!;
    if (r[i]![i] === 0) return null;
    x[i] = x[i]! / r[i]![i]!;
  }
  return x;
}

/** (J'J)^-1 by way of J = QR; null when a column of J depends on the others. */
export function inverseOfCrossProduct(jacobian: Matrix): number[][] | null {
  const p = jacobian[0]?.length ?? 0;
  // Columns of unit length first: parameters as far apart as 0.02 and 130000 would lose digits.
  const lengths = Array.from({ length: p }, (_, j) => Math.hypot(...jacobian.map(row => row[j]!)));
  if (lengths.some(length => !(length > 0))) return null;
  const { r } = triangularise(
    jacobian.map(row => row.map((value, j) => value / lengths[j]!)),
    jacobian.map(() => 0),
  );
  const columns: number[][] = [];
  for (let j = 0; j < p; j += 1) {
    const column = backSubstitute(
      r,
      Array.from({ length: p }, (_, i) => (i === j ? 1 : 0)),
    );
    if (!column?.every(Number.isFinite)) return null;
    columns.push(column);
  }
  return columns.map((_, i) =>
    columns.map(
      (_, j) =>
        columns.reduce((sum, column) => sum + column[i]! * column[j]!, 0) / (lengths[i]! * lengths[j]!),
    ),
  );
}

/** Eigenvalues of a symmetric matrix, ascending, by Jacobi rotations. */
export function symmetricEigenvalues(symmetric: Matrix): number[] {
  const a = symmetric.map(row => [...row]);
  const n = a.length;
  for (let sweep = 0; sweep < 60; sweep += 1) {
    let off = 0;
    for (let i = 0; i < n; i += 1) for (let j = 0; j < i; j += 1) off += a[i]![j]! ** 2;
    if (off < 1e-30) break;
    for (let i = 0; i < n; i += 1) for (let j = 0; j < i; j += 1) rotate(a, i, j);
  }
  return a.map((row, i) => row[i]!).sort((x, y) => x - y);
}

function rotate(a: number[][], p: number, q: number): void {
  const apq = a[p]![q]!;
  if (apq === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < a.length; k += 1) {
    const akp = a[k]![p]!;
    const akq = a[k]![q]!;
    a[k]![p] = c * akp - s * akq;
    a[k]![q] = s * akp + c * akq;
  }
  for (let k = 0; k < a.length; k += 1) {
    const apk = a[p]![k]!;
    const aqk = a[q]![k]!;
    a[p]![k] = c * apk - s * aqk;
    a[q]![k] = s * apk + c * aqk;
  }
}

/**
 * Lower triangle L with L L' = symmetric (Cholesky); a variance of 0 gives a column of 0, so that a fixed parameter may
 * stand among uncertain ones. null when the matrix is not positive semi-definite.
 */
export function choleskyFactor(symmetric: Matrix): number[][] | null {
  const n = symmetric.length;
  const l = symmetric.map(() => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let sum = symmetric[i]![j]!;
      for (let k = 0; k < j; k += 1) sum -= l[i]![k]! * l[j]![k]!;
      if (i === j) {
        if (sum < -1e-12 * Math.abs(symmetric[i]![i]!)) return null;
        l[i]![i] = Math.sqrt(Math.max(0, sum));
      } else l[i]![j] = l[j]![j]! > 0 ? sum / l[j]![j]! : 0;
    }
  return l;
}

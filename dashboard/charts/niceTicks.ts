/** Round numbers from 0 to `most` or a little above, at most about `count` steps. */
export function niceTicks(most: number, count: number): number[] {
  const rough = most / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(n => n * power).find(one => one >= rough) ?? rough;
  const whole = Math.max(step, 1);
  return Array.from({ length: Math.ceil(most / whole - 1e-9) + 1 }, (_, i) => i * whole);
}

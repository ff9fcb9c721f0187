/** Answers whether leaving at an instant is safe; once it is not, it is not at any later one. */
export type SafeAt = (departureAt: number) => Promise<boolean>;

const hourMs = 3_600_000;
const minuteMs = 60_000;

/**
 * The latest instant, to the minute, at which something that gets worse with time is still safe: by doubling steps
 * forward and then by halving.
 *
 * @param from  the earliest instant
 * @param to  the latest that is looked at, at or after `from`
 * @returns null when not even `from` is safe
 */
export async function latestSafe(isSafe: SafeAt, from: number, to: number): Promise<number | null> {
  if (!(await isSafe(from))) return null;
  let safe = from;
  let step = hourMs;
  let unsafe: number;
  for (;;) {
    const next = Math.min(to, safe + step);
    if (next <= safe) return to;
    if (!(await isSafe(next))) {
      unsafe = next;
      break;
    }
    safe = next;
    step *= 2;
  }
  while (unsafe - safe > minuteMs) {
    const middle = safe + Math.floor((unsafe - safe) / 2);
    if (await isSafe(middle)) safe = middle;
    else unsafe = middle;
  }
  return safe;
}

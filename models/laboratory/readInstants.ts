const hourMs = 3_600_000;

const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?.*)?$/;
const local = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[ T]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?.*)?$/;

/** Hours of a clock on the wall that stand in cells as date and time; null where there is none. The day comes first. */
export function readInstants(cells: readonly string[]): (number | null)[] {
  // 11/14/2026 has no month 14: then the month comes first everywhere.
  const monthFirst = cells.some(cell => Number(local.exec(cell)?.[2] ?? 0) > 12);
  return cells.map(cell => {
    const whole = iso.exec(cell);
    const [, first, second, year, ...clock] = local.exec(cell) ?? [];
    const parts =
      whole !== null
        ? whole.slice(1)
        : year === undefined
          ? null
          : [
              year.length === 2 ? `20${year}` : year,
              ...(monthFirst ? [first, second] : [second, first]),
              ...clock,
            ];
    if (parts === null) return null;
    const [y = 0, month = 0, day = 0, hour = 0, minute = 0, sec = 0] = parts.map(part => Number(part ?? 0));
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59) return null;
    return Date.UTC(y, month - 1, day, hour, minute, sec) / hourMs;
  });
}

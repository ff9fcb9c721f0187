/** Where a figure comes from: this machine, arithmetic, somebody else's page, or nobody knows yet. */
export type Mark = 'measured' | 'computed' | 'published' | 'assumed';

export interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly mark: Mark;
  /** A file of results with its date, an address with the date it says, or the reason of an assumption. */
  readonly source: string;
}

const digits = 2;

/** Rounded as it should be read: two figures, more for whole numbers below a thousand. */
export function numberText(value: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(value >= 100 && value < 1_000 ? digits + 1 : digits));
  if (Math.abs(rounded) >= 1) return rounded.toLocaleString('en-US', { maximumFractionDigits: 1 });
  return String(rounded);
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in the unit that leaves one to three figures before the point; steps of 1,000. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${numberText(value)} ${byteUnits[unit]}`;
}

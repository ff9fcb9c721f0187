/** How much one experiment may hold. */
export const mostRows = 20_000;
export const mostSeries = 200;
export const mostLeftOut = 20_000;
export const mostDecisions = 20_000;
/** Of the temperatures of one series. */
export const mostTemperaturePoints = 5_000;

interface Span {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

const tenYearsH = 87_600;

/** What a number may be, by the kind of experiment where that matters. Outside of these a value is a slip of the pen. */
export const experimentSpans = {
  timeH: { min: 0, max: tenYearsH, unit: 'hours' },
  shelfLifeH: { min: 0.1, max: tenYearsH, unit: 'hours' },
  /** No food holds 10^13 cells in a gram, and no plate sees less than one in 100 g. */
  growthLog10: { min: -2, max: 13, unit: 'log10 CFU/g' },
  /** Survivors may be given against the start: log10 S begins at 0 and falls. */
  inactivationLog10: { min: -12, max: 13, unit: 'log10 CFU/g' },
  storageC: { min: -20, max: 60, unit: 'degrees Celsius' },
  heatC: { min: -20, max: 150, unit: 'degrees Celsius' },
  pH: { min: 2, max: 10, unit: 'pH' },
  aw: { min: 0.5, max: 1, unit: 'water activity' },
  costIdrPerPack: { min: 0, max: 10_000_000, unit: 'rupiah' },
} as const satisfies Readonly<Record<string, Span>>;

type Kind = 'growth' | 'inactivation' | 'shelf-life';

export const countSpan = (kind: Kind): Span =>
  kind === 'inactivation' ? experimentSpans.inactivationLog10 : experimentSpans.growthLog10;

export const temperatureSpan = (kind: Kind): Span =>
  kind === 'inactivation' ? experimentSpans.heatC : experimentSpans.storageC;

export const isWithin = (value: number, { min, max }: Span): boolean => value >= min && value <= max;

export const allowedSpan = ({ min, max, unit }: Span): string => `must be from ${min} to ${max} ${unit}`;

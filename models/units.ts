/**
 * The one place where units change. Inside the models: hours, degrees Celsius, log10 CFU/g for counts, and growth
 * rates in natural-log units per hour. Times are epoch milliseconds.
 */
export const msPerHour = 3_600_000;

/** 0 degrees Celsius in kelvin. */
export const zeroCelsiusK = 273.15;

/** Molar gas constant in J/(mol K), exact since the 2019 redefinition of the SI to the digits given. */
export const gasConstantJPerMolK = 8.314462618;

/** A span between two instants (epoch ms) in hours. */
export const hoursBetween = (from: number, to: number): number => (to - from) / msPerHour;

/** log10 units as natural-log units: x * ln 10. For counts and for rates. */
export const lnFromLog10 = (log10Value: number): number => log10Value * Math.LN10;

/** Natural-log units as log10 units: x / ln 10. For counts and for rates. */
export const log10FromLn = (lnValue: number): number => lnValue / Math.LN10;

export const kelvinFromCelsius = (temperatureC: number): number => temperatureC + zeroCelsiusK;

export const celsiusFromKelvin = (temperatureK: number): number => temperatureK - zeroCelsiusK;

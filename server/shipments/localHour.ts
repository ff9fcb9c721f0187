/** Where an instant lies in a place's year and day. */
export interface LocalHour {
  /** 1 to 12. */
  readonly month: number;
  /** [0, 24). */
  readonly hour: number;
}

/** Keyed by zone: making one takes longer than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

export function localHour(at: number, timeZone: string): LocalHour {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const parts = { month: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...parts });
    formats.set(timeZone, format);
  }
  const value: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const part of format.formatToParts(at)) value[part.type] = Number(part.value);
  const { month = 1, hour = 0, minute = 0 } = value;
  return { month, hour: hour + minute / 60 };
}

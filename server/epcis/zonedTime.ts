/** An instant on the clocks of a zone. */
export interface ZonedTime {
  /** ISO-8601 with the offset of the zone. */
  readonly eventTime: string;
  /** "+07:00" */
  readonly eventTimeZoneOffset: string;
}

/** Keyed by zone: making one takes longer than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

export function zonedTime(at: number, timeZone: string): ZonedTime {
  const offsetMs = zoneOffsetMs(at, timeZone);
  const minutes = Math.abs(offsetMs) / 60_000;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const offset = `${offsetMs < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
  return {
    eventTime: new Date(at + offsetMs).toISOString().replace('Z', offset),
    eventTimeZoneOffset: offset,
  };
}

/** How far the clocks of a zone are ahead of UTC at an instant, in whole minutes as EPCIS writes it. */
export function zoneOffsetMs(at: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, format);
  const name = format.formatToParts(at).find(part => part.type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0'] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

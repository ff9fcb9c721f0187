import type { Zone } from './zone.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/** A local time of the firm as an input of the kind datetime-local wants it. */
export function toLocalInput(at: number, zone: Zone): string {
  const { year, month, day, hour, minute } = zone.local(at);
  return `${year}-${two(month + 1)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** The value of an input of the kind datetime-local or date (its midnight); `null` while it is not filled in. */
export function fromLocalInput(value: string, zone: Zone): number | null {
  const [year, month, day, hour, minute] = value.split(/\D/).map(Number);
  if (year === undefined || month === undefined || day === undefined) return null;
  return zone.at(year, month - 1, day, hour ?? 0, minute ?? 0);
}

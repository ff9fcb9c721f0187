import type { NewOffset } from './api.ts';
import { fromLocalInput } from './dateInput.ts';
import type { Translate } from './i18n/catalogues.ts';
import type { Zone } from './zone.ts';

/** An offset as it stands in its fields. */
export interface OffsetForm {
  readonly probe: string;
  readonly value: string;
  /** Of a datetime-local input; `null`: now, whenever it is saved. */
  readonly from: string | null;
  /** Of a date input; empty without one. */
  readonly due: string;
  readonly note: string;
}

const largestC = 10;

/** A number as people write it, with comma or dot and any minus sign; `null` for anything else. */
export function readOffset(typed: string): number | null {
  const text = typed.trim().replace(/^[−–]/, '-').replace(',', '.');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return null;
  const value = Number(text);
  return Math.abs(value) <= largestC ? value : null;
}

/** One step up or down, kept to tenths and within what the server takes; what is unreadable starts from 0. */
export function stepOffset(typed: string, stepC: number): number {
  const stepped = Math.round(((readOffset(typed) ?? 0) + stepC) * 10) / 10;
  return Math.max(-largestC, Math.min(largestC, stepped)) || 0;
}

/** What is sent, or what has to be mended first. */
export function readOffsetForm(
  form: OffsetForm,
  now: number,
  zone: Zone,
  t: Translate,
): { offset: NewOffset } | { wrong: string } {
  const temperatureOffsetC = readOffset(form.value);
  if (temperatureOffsetC === null) return { wrong: t('sensors.offset.invalid') };
  const from = form.from === null ? now : fromLocalInput(form.from, zone);
  if (from === null || from > now) return { wrong: t('sensors.offset.fromInvalid') };
  const due = fromLocalInput(form.due, zone);
  if (due !== null && due <= from) return { wrong: t('sensors.offset.dueInvalid') };
  const note = form.note.trim();
  if (note.length > 500) return { wrong: t('sensors.offset.noteTooLong') };
  return {
    offset: {
      probe: form.probe,
      temperatureOffsetC,
      from: new Date(from).toISOString(),
      ...(due === null ? {} : { calibrationDueAt: new Date(due).toISOString() }),
      ...(note === '' ? {} : { note }),
    },
  };
}

import type { AlertSeverity } from '../contracts/alert.ts';
import type { Condition } from './stepAlert.ts';

const opensBelowH = 24;
const clearsAboveH = 48;
const riskBelowH = 4;

/** A journal that is full within a day; within four hours it is a risk. Nothing coming in fills nothing. */
export function journalFilling(hoursLeft: number | null, severity: AlertSeverity): Condition {
  if (hoursLeft === null || hoursLeft >= clearsAboveH) return { sign: 'clear', severity };
  if (hoursLeft >= opensBelowH) return { sign: 'between', severity };
  return { sign: 'over', severity: hoursLeft < riskBelowH ? 'risk' : severity };
}

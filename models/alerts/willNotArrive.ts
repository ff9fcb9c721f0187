import type { AlertSeverity } from '../contracts/alert.ts';
import type { ArrivalVerdict } from '../contracts/shipment.ts';
import type { Condition } from './stepAlert.ts';

/** Median below the need: a risk. Only the lower end below it: as the rule says. Without data nothing is decided. */
export function willNotArrive(verdict: ArrivalVerdict, severity: AlertSeverity): Condition {
  if (verdict === 'unsure') return { sign: 'unknown', severity };
  if (verdict === 'enough') return { sign: 'clear', severity };
  return { sign: 'over', severity: verdict === 'short' ? 'risk' : severity };
}

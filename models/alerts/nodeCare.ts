import type { AlertSeverity } from '../contracts/alert.ts';
import type { Condition } from './stepAlert.ts';

/** A battery that recovers a little in the sun must not ring twice. */
const batteryClearsAbove = 10;

/** Below `levelPct`, or told to be low by the device itself; clear 10 points above. */
export function batteryLow(
  batteryPct: number | null,
  deviceSaysLow: boolean,
  levelPct: number,
  severity: AlertSeverity,
): Condition {
  if (deviceSaysLow) return { sign: 'over', severity };
  if (batteryPct === null) return { sign: 'unknown', severity };
  if (batteryPct < levelPct) return { sign: 'over', severity };
  return { sign: batteryPct >= levelPct + batteryClearsAbove ? 'clear' : 'between', severity };
}

export function calibrationDue(dueAt: number | null, now: number, severity: AlertSeverity): Condition {
  return dueAt !== null && dueAt <= now
    ? { sign: 'over', since: dueAt, severity }
    : { sign: 'clear', severity };
}

/** Its readings count by their arrival meanwhile. */
export function clockWrong(wrongSince: number | null, severity: AlertSeverity): Condition {
  return wrongSince === null ? { sign: 'clear', severity } : { sign: 'over', since: wrongSince, severity };
}

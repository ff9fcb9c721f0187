import type { AlertSeverity } from '../contracts/alert.ts';

/**
 * What is seen of a condition at an instant.
 *   over     beyond its level
 *   between  no longer beyond the level, not yet below the clear level: keeps what fires firing, and starts nothing
 *   clear    below the clear level
 *   unknown  nobody can tell: decides nothing, and what was only pending begins anew
 */
export type ConditionSign = 'over' | 'between' | 'clear' | 'unknown';

export interface Condition {
  readonly sign: ConditionSign;
  readonly severity: AlertSeverity;
  /** Too bad to wait for the hold time. */
  readonly urgent?: boolean;
  /** Since when it is over, where the data say so; default: since it was first seen. */
  readonly since?: number;
}

export interface StepRule {
  /** How long a condition must be over before it opens; null: time alone never opens it. */
  readonly holdMs: number | null;
  /** How long it must be clear before it is over. */
  readonly clearHoldMs: number;
}

export type AlertState =
  | { readonly phase: 'quiet' }
  | { readonly phase: 'pending'; readonly since: number }
  | {
      readonly phase: 'firing';
      readonly since: number;
      readonly openedAt: number;
      readonly severity: AlertSeverity;
      readonly clearingSince: number | null;
    };

export type AlertTransition =
  | { readonly what: 'opened'; readonly at: number; readonly since: number; readonly severity: AlertSeverity }
  | { readonly what: 'worsened'; readonly at: number; readonly severity: AlertSeverity }
  | { readonly what: 'cleared'; readonly at: number; readonly endedAt: number };

export interface Step {
  readonly state: AlertState;
  readonly transitions: readonly AlertTransition[];
}

export const quiet: AlertState = { phase: 'quiet' };

const rank: Record<AlertSeverity, number> = { info: 0, warning: 1, risk: 2 };

export function isWorse(a: AlertSeverity, b: AlertSeverity): boolean {
  return rank[a] > rank[b];
}

export function worseOf(a: AlertSeverity, b: AlertSeverity): AlertSeverity {
  return isWorse(b, a) ? b : a;
}

/**
 * One step of an alert: quiet → pending → firing → quiet.
 *
 * Opens when the condition has been over for `holdMs` without a break, or at once when it is urgent; worsens when its
 * severity rises; clears when it has been clear for `clearHoldMs` without a break. The clear level acts only after
 * firing: what is merely pending ends as soon as it is no longer over. The same step again changes nothing.
 *
 * @param now  epoch ms; may run backwards (a clock was set): holds then begin anew and never last longer for it
 * @example
 * stepAlert({ phase: 'pending', since: 0 }, { sign: 'over', severity: 'warning' }, 9, { holdMs: 9, clearHoldMs: 0 }).state.phase; // => 'firing'
 */
export function stepAlert(state: AlertState, condition: Condition, now: number, rule: StepRule): Step {
  if (state.phase === 'firing') return stepFiring(state, condition, now, rule);
  if (condition.sign !== 'over') return { state: quiet, transitions: [] };
  const { severity, urgent = false } = condition;
  const since = Math.min(condition.since ?? now, state.phase === 'pending' ? state.since : now, now);
  const held = rule.holdMs !== null && now - since >= rule.holdMs;
  if (!held && !urgent) return { state: { phase: 'pending', since }, transitions: [] };
  return {
    state: { phase: 'firing', since, openedAt: now, severity, clearingSince: null },
    transitions: [{ what: 'opened', at: now, since, severity }],
  };
}

function stepFiring(
  state: AlertState & { readonly phase: 'firing' },
  { sign, severity }: Condition,
  now: number,
  rule: StepRule,
): Step {
  if (sign === 'unknown') return { state: { ...state, clearingSince: null }, transitions: [] };
  if (sign === 'clear') {
    const clearingSince = Math.min(state.clearingSince ?? now, now);
    if (now - clearingSince < rule.clearHoldMs)
      return { state: { ...state, clearingSince }, transitions: [] };
    return { state: quiet, transitions: [{ what: 'cleared', at: now, endedAt: clearingSince }] };
  }
  const kept = { ...state, clearingSince: null };
  if (sign !== 'over' || !isWorse(severity, state.severity)) return { state: kept, transitions: [] };
  return { state: { ...kept, severity }, transitions: [{ what: 'worsened', at: now, severity }] };
}

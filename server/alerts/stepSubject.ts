import { type AlertState, type Condition, quiet, stepAlert } from '../../models/alerts/stepAlert.ts';
import type { AlertFacts, AlertKind } from '../../models/contracts/alert.ts';
import type { FullRule } from '../../models/contracts/alertRule.ts';
import type { Alert } from '../store/metadata/alerts.ts';
import type { Decision } from './decide.ts';

export interface SubjectStep {
  readonly orgId: string;
  readonly kind: AlertKind;
  readonly subject: string;
  /** The incident that is open; undefined when none is. */
  readonly open: Alert | undefined;
  readonly condition: Condition;
  readonly rule: FullRule;
  /** When it began, where the data say so. */
  readonly beganAt?: number | undefined;
  readonly facts: AlertFacts;
  readonly gatherKey?: string | undefined;
}

/** What has to be kept of an incident that goes on: it has begun to clear, or no longer clears. */
export interface Clearing {
  readonly alert: Alert;
  readonly clearingSince: number | null;
}

/** One step of a condition that has no hold of its own: what follows from it. */
export function stepSubject(
  { orgId, kind, subject, open, condition, rule, beganAt, facts, gatherKey }: SubjectStep,
  now: number,
): { readonly decisions: readonly Decision[]; readonly clearing: Clearing | null } {
  const before: AlertState =
    open === undefined
      ? quiet
      : {
          phase: 'firing',
          since: open.beganAt,
          openedAt: open.openedAt,
          severity: open.severity,
          clearingSince: open.clearingSince,
        };
  const seen: Condition = rule.enabled ? condition : { ...condition, sign: 'clear' };
  const timing = { holdMs: 0, clearHoldMs: rule.enabled ? rule.clearHoldMin * 60_000 : 0 };
  const { state, transitions } = stepAlert(before, seen, now, timing);
  const decisions = transitions.map((transition): Decision => {
    if (transition.what === 'opened') {
      const { severity, since } = transition;
      const times = { beganAt: beganAt ?? since, endedAt: null, clearedAt: null };
      return {
        what: 'open',
        alert: { orgId, kind, subject, severity, ...times, knownLate: false, facts },
        ...(gatherKey === undefined ? {} : { gatherKey }),
      };
    }
    const { alertId } = open!;
    if (transition.what === 'worsened')
      return { what: 'worsen', orgId, alertId, severity: transition.severity, facts };
    return { what: 'clear', orgId, alertId, endedAt: transition.endedAt, facts };
  });
  const clears = state.phase === 'firing' ? state.clearingSince : null;
  const isNews = open !== undefined && state.phase === 'firing' && clears !== open.clearingSince;
  return { decisions, clearing: isNews ? { alert: open, clearingSince: clears } : null };
}

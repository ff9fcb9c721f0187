import type { AlertKind, AlertView } from '../models/contracts/alert.ts';
import type { BatchView } from '../models/contracts/batch.ts';
import type { Format } from './format.ts';
import type { MessageId } from './i18n/catalogues.ts';
import { hourMs } from './zone.ts';

/** One line for lists: "K-07 sempat 22,3 °C". */
export function alertTitle(alert: AlertView, format: Format, now: number): string {
  const { kind, state, facts } = alert;
  const { t } = format;
  const name = facts.subjectName;
  const open = state === 'open';
  switch (kind) {
    case 'too-warm': {
      if (facts.peakC === undefined) return t('alerts.title.warmNoFigure', { name });
      const peak = format.temperature(facts.peakC);
      return t(open ? 'alerts.title.warmNow' : 'alerts.title.warmOver', { name, peak });
    }
    case 'spoilage-near': {
      if (!open) return t('alerts.title.nearOver', { name });
      const leftH = lifeLeftH(alert, now);
      if (leftH <= 0) return t('alerts.title.past', { name });
      return t('alerts.title.near', { name, life: format.remainingText(leftH) });
    }
    case 'will-not-arrive':
      return t(open ? 'alerts.title.short' : 'alerts.title.shortOver', { name });
    case 'no-data':
      return t(open ? 'alerts.title.silent' : 'alerts.title.silentOver', { name });
    case 'battery-low':
      return t('alerts.title.battery', { name });
    case 'calibration-due':
      return t('alerts.title.calibration', { name });
    case 'clock-wrong':
      return t('alerts.title.clock', { name });
    case 'journal-filling':
      return t('alerts.title.journal', { name });
  }
}

/** The lead of its page: what and how long. */
export function alertHeadline(alert: AlertView, format: Format, now: number): string {
  const { kind, facts } = alert;
  if (kind !== 'too-warm' || facts.peakC === undefined) return alertTitle(alert, format, now);
  const values = { name: facts.subjectName, peak: format.temperature(facts.peakC) };
  const duration = aboveText(alert, format, now);
  if (!hasLevel(alert) || duration === null) return format.t('alerts.headline.warmRoom', values);
  return format.t('alerts.headline.warm', { ...values, duration });
}

/** What a list says below the title. */
export function alertDetail(alert: AlertView, format: Format, now: number): string {
  const { kind, state, facts } = alert;
  const { t } = format;
  const at = (instant: string | undefined): string =>
    format.moment(Date.parse(instant ?? alert.beganAt), now);
  switch (kind) {
    case 'too-warm':
      return warmDetail(alert, format, now);
    case 'spoilage-near': {
      const until = sellUntil(alert, format, now);
      if (state === 'cleared') return t('alerts.fineAgain', { at: at(alert.clearedAt ?? undefined) });
      return until === null ? t('alerts.detail.checkFirst') : t('alerts.detail.sellBefore', { until });
    }
    case 'will-not-arrive': {
      const { arrivesWithP05H, needH } = facts;
      if (arrivesWithP05H === undefined || needH === undefined) return t('alerts.detail.arrivalUnsure');
      const [life, need] = pairText(arrivesWithP05H, needH, format);
      return t('alerts.detail.arrival', { life, need });
    }
    case 'no-data': {
      if (state === 'open') return t('alerts.detail.lastData', { at: at(facts.since) });
      const ms = Date.parse(alert.clearedAt ?? alert.openedAt) - Date.parse(facts.since ?? alert.beganAt);
      return t('alerts.detail.silentFor', { duration: format.duration(ms), at: at(facts.since) });
    }
    case 'battery-low':
      return facts.batteryPct === undefined
        ? t('alerts.detail.batterySaid')
        : t('alerts.detail.battery', { percent: Math.floor(facts.batteryPct) });
    case 'calibration-due':
      return t('alerts.detail.due', { date: format.date(Date.parse(facts.dueAt ?? alert.beganAt)) });
    case 'clock-wrong':
      return t('alerts.detail.clock', { at: at(facts.since) });
    case 'journal-filling':
      return facts.journalHoursLeft === undefined
        ? t('alerts.detail.journalSoon')
        : t('alerts.detail.journal', { duration: format.remainingText(facts.journalHoursLeft) });
  }
}

function warmDetail(alert: AlertView, format: Format, now: number): string {
  const { facts } = alert;
  const duration = aboveText(alert, format, now);
  const above =
    duration === null || facts.levelC === undefined || !hasLevel(alert)
      ? []
      : [format.t('alerts.detail.above', { duration, level: format.plainTemperature(facts.levelC) })];
  const lost =
    facts.lifeLostH === undefined || facts.lifeLostH <= 0
      ? []
      : [format.t('alerts.detail.lifeLost', { life: format.lossText(facts.lifeLostH) })];
  return format.sentences([...above, ...lost]);
}

/** Above this a level is a warm room's, not a limit that people know of. */
const limitsUpToC = 20;
export const hasLevel = ({ facts: { levelC } }: AlertView): boolean =>
  levelC !== undefined && levelC <= limitsUpToC;

function aboveText(alert: AlertView, format: Format, now: number): string | null {
  const { aboveH } = alert.facts;
  if (aboveH !== undefined) return aboveDuration(aboveH, format);
  if (alert.state === 'open') return aboveDuration((now - Date.parse(alert.beganAt)) / hourMs, format);
  return null;
}

/** How long above a limit, rounded up: whole hours from 3 h on. */
export function aboveDuration(hours: number, format: Format): string {
  const up = hours < 3 ? Math.ceil(hours * 60) / 60 : Math.ceil(hours);
  return format.duration(Math.round(up * hourMs));
}

/** Hours of life left at least, counted down since the alert was last heard of. */
export function lifeLeftH({ facts }: AlertView, now: number): number {
  if (facts.keepsUntilP05 === undefined) return facts.remainingP05H ?? 0;
  return (Date.parse(facts.keepsUntilP05) - now) / hourMs;
}

/** "hari ini 18.00"; null when nothing may be promised any more. */
export function sellUntil({ facts }: AlertView, format: Format, now: number): string | null {
  if (facts.keepsUntilP05 === undefined) return null;
  const until = format.until(Date.parse(facts.keepsUntilP05), now);
  return until.passed ? null : format.t('alerts.until', { day: until.day, clock: until.clock });
}

/** Two figures that are compared share one unit: hours while the smaller is under 48 h. */
export function pairText(aH: number, bH: number, format: Format): readonly [string, string] {
  if (Math.min(aH, bH) >= 48) return [format.remainingText(aH), format.remainingText(bH)];
  const hours = (h: number): string => format.t('time.hours', { n: Math.max(0, Math.floor(h)) });
  return [hours(aH), hours(bH)];
}

const stepGroups = {
  'battery-low': 'battery',
  'calibration-due': 'calibration',
  'clock-wrong': 'clock',
  'journal-filling': 'journal',
  'no-data': 'silent',
} as const satisfies Partial<Record<AlertKind, string>>;

type StepGroup =
  | (typeof stepGroups)[keyof typeof stepGroups]
  | 'road'
  | 'planned'
  | 'cold'
  | 'coldOver'
  | 'room'
  | 'near'
  | 'past';

/** @param where  whether it is on the road, waits to leave, or is at a place */
export function stepGroup(alert: AlertView, where: 'road' | 'planned' | 'place', now: number): StepGroup {
  const { kind, state } = alert;
  if (kind in stepGroups) return stepGroups[kind as keyof typeof stepGroups];
  if (kind === 'will-not-arrive') return where === 'planned' ? 'planned' : 'road';
  if (alert.facts.keepsUntilP05 !== undefined && lifeLeftH(alert, now) <= 0) return 'past';
  if (where === 'road') return 'road';
  if (kind === 'spoilage-near') return 'near';
  if (!hasLevel(alert)) return 'room';
  return state === 'open' ? 'cold' : 'coldOver';
}

/** What to do, in the order in which to do it. */
export function alertSteps(group: StepGroup, until: string | null, format: Format): string[] {
  return ([1, 2, 3] as const).map(n => {
    const id: MessageId = `alerts.step.${group}.${n}`;
    const asksUntil = format.t(id, { until: '\u0000' }).includes('\u0000');
    if (asksUntil && until === null) return format.t('alerts.step.past.1');
    return format.t(id, { until: until ?? '' });
  });
}

/** When the condition ended, by the readings; null while it lasts. */
export function endedAt({ state, clearedAt, knownLate, beganAt, facts }: AlertView): number | null {
  if (state === 'open' || clearedAt === null) return null;
  // Known late it was cleared when it was told, which is not when it ended.
  return knownLate && facts.aboveH !== undefined
    ? Date.parse(beganAt) + facts.aboveH * hourMs
    : Date.parse(clearedAt);
}

/** With the life as it is calculated now: an alert says what it was when it was last told. */
export function withLiveLife(alert: AlertView, batch: BatchView | undefined): AlertView {
  if (batch === undefined || alert.shipmentId !== null || batch.estimate.status === 'unknown') return alert;
  const { keepsUntil, remainingH } = batch.estimate;
  return {
    ...alert,
    facts: { ...alert.facts, keepsUntilP05: keepsUntil.p05, remainingP05H: remainingH.p05 },
  };
}

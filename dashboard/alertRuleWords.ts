import type { AlertKind } from '../models/contracts/alert.ts';
import type { AlertRule, RuleSettings } from '../models/contracts/alertRule.ts';
import type { Format } from './format.ts';

export type Presets = Readonly<Record<string, RuleSettings>>;

/** In the order in which people care. */
export const ruleKinds: readonly AlertKind[] = [
  'too-warm',
  'spoilage-near',
  'will-not-arrive',
  'no-data',
  'battery-low',
  'calibration-due',
  'clock-wrong',
  'journal-filling',
];

/** The figures a rule of this kind may have, in the order of its form. */
export const fieldsOf = {
  'too-warm': ['levelC', 'holdMin', 'doseLifeLostH', 'mildBelowLifeLostH', 'clearLevelC', 'clearHoldMin'],
  'spoilage-near': [],
  'will-not-arrive': [],
  'no-data': ['patienceMin'],
  'battery-low': ['batteryPct'],
  'calibration-due': [],
  'clock-wrong': [],
  'journal-filling': [],
} as const satisfies Record<AlertKind, readonly (keyof RuleSettings)[]>;

export type RuleField = (typeof fieldsOf)[AlertKind][number];

/** Parts that can be switched off; the others always have a figure. */
export const canBeOff: readonly RuleField[] = ['holdMin', 'doseLifeLostH', 'mildBelowLifeLostH'];

/** What holds for a kind where nobody has written anything; of goods kept cold unless said otherwise. */
export function presetOf(
  presets: Presets,
  kind: AlertKind,
  kept: 'chilled' | 'room' = 'chilled',
): RuleSettings {
  return presets[kind === 'too-warm' ? `too-warm-${kept}` : kind] ?? {};
}

/** The rule of the whole firm for a kind, with what is not written taken from the preset. */
export function generalRule(
  presets: Presets,
  rules: readonly AlertRule[],
  kind: AlertKind,
  kept: 'chilled' | 'room' = 'chilled',
): RuleSettings {
  const own = rules.find(rule => rule.kind === kind && rule.scope === 'organisation');
  return { ...presetOf(presets, kind, kept), ...own?.settings };
}

/** A whole rule in plain sentences: "Beri tahu kalau lebih dari 8 °C selama 30 menit." */
export function ruleSentences(kind: AlertKind, rule: RuleSettings, format: Format): string {
  const { t } = format;
  if (rule.enabled === false) return t('alertRules.say.off');
  switch (kind) {
    case 'too-warm':
      return format.sentences(warmSentences(rule, format));
    case 'spoilage-near':
      return t('alertRules.say.near');
    case 'will-not-arrive':
      return t('alertRules.say.arrive');
    case 'no-data':
      return rule.patienceMin == null
        ? t('alertRules.say.silentLearnt')
        : t('alertRules.say.silent', { hold: minutesText(rule.patienceMin, format) });
    case 'battery-low':
      return t('alertRules.say.battery', { percent: rule.batteryPct ?? 0 });
    case 'calibration-due':
      return t('alertRules.say.calibration');
    case 'clock-wrong':
      return t('alertRules.say.clock');
    case 'journal-filling':
      return t('alertRules.say.journal');
  }
}

function warmSentences(rule: RuleSettings, format: Format): string[] {
  const { t } = format;
  const { levelC, holdMin, doseLifeLostH, doseLifeLostShare, clearLevelC, clearHoldMin, mildBelowLifeLostH } =
    rule;
  const hold = holdMin == null ? null : minutesText(holdMin, format);
  const level = levelC == null ? null : format.plainTemperature(levelC);
  const sentences: string[] = [];
  if (hold !== null)
    sentences.push(
      level === null ? t('alertRules.say.warmAssumed', { hold }) : t('alertRules.say.warm', { level, hold }),
    );
  else if (level !== null) sentences.push(t('alertRules.say.warmNoHold', { level }));
  if (doseLifeLostH != null)
    sentences.push(
      t(hold === null ? 'alertRules.say.doseOnly' : 'alertRules.say.dose', {
        life: hoursText(doseLifeLostH, format),
      }),
    );
  if (doseLifeLostShare != null)
    sentences.push(t('alertRules.say.share', { percent: Math.round(doseLifeLostShare * 100) }));
  if (mildBelowLifeLostH != null && mildBelowLifeLostH > 0)
    sentences.push(t('alertRules.say.mild', { life: hoursText(mildBelowLifeLostH, format) }));
  if (level !== null && levelC != null)
    sentences.push(
      t('alertRules.say.clear', {
        level: format.plainTemperature(clearLevelC ?? levelC - 1),
        hold: minutesText(clearHoldMin ?? 0, format),
      }),
    );
  return sentences;
}

/** A length that is a setting, exact: "30 menit", "2 jam". */
export function minutesText(minutes: number, format: Format): string {
  return minutes >= 120 && minutes % 60 === 0
    ? format.duration(minutes * 60_000)
    : format.t('alertRules.minutes', { n: minutes });
}

function hoursText(hours: number, format: Format): string {
  if (hours < 1) return minutesText(Math.round(hours * 60), format);
  const minutes = Math.round(hours * 60);
  const [h, min] = [Math.floor(minutes / 60), minutes % 60];
  return min === 0 ? format.t('time.hours', { n: h }) : format.t('time.hoursAndMinutes', { h, min });
}

/** A number as people type it, with a comma or a point; NaN for what is none. */
export function typedNumber(text: string): number {
  const plain = text.trim().replace('−', '-').replace(',', '.');
  return plain === '' ? Number.NaN : Number(plain);
}

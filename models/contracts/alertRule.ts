import { z } from 'zod';
import { type AlertKind, alertKindSchema, alertSeveritySchema } from './alert.ts';

/** What a rule is for; the more specific wins, field by field: leg over place over product over organisation. */
export const ruleScopeSchema = z.enum(['organisation', 'product', 'place', 'leg'], {
  error: 'must be one of organisation, product, place, leg',
});
export type RuleScope = z.infer<typeof ruleScopeSchema>;

const between = (min: number, max: number, what: string) => {
  const error = `must be from ${min} to ${max} ${what}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
};

/** Null switches a part off; left out, the less specific rule holds. */
export const ruleSettingsSchema = z
  .strictObject({
    enabled: z.boolean(),
    severity: alertSeveritySchema,
    /** too-warm: above this. Null: 2 °C above what the batch is assumed to be kept at. */
    levelC: between(-20, 60, 'degrees Celsius').nullable(),
    /** too-warm: over when below this. Null: 1 °C below the level. */
    clearLevelC: between(-20, 60, 'degrees Celsius').nullable(),
    /** too-warm: minutes above the level before it is told. Null: time alone never tells. */
    holdMin: between(0, 1440, 'minutes').nullable(),
    /** Minutes the condition must be gone before it is over. */
    clearHoldMin: between(0, 1440, 'minutes'),
    /** too-warm: hours of life lost at which nobody waits for the hold time. */
    doseLifeLostH: between(0.1, 1440, 'hours').nullable(),
    /** The same as a share of the life at making; the smaller of the two counts. */
    doseLifeLostShare: between(0.005, 1, '(a share of the life at making)').nullable(),
    /** too-warm: while it has cost fewer hours of life than this it pages nobody. */
    mildBelowLifeLostH: between(0, 1440, 'hours').nullable(),
    /** no-data: minutes of silence. Null: learnt from the node's own cadence. */
    patienceMin: between(5, 4320, 'minutes').nullable(),
    /** battery-low: below this. */
    batteryPct: between(1, 90, '%'),
  })
  .partial();
export type RuleSettings = z.infer<typeof ruleSettingsSchema>;

/** One rule as it is written: what it is for, and what it says otherwise than the less specific ones. */
export const alertRuleSchema = z
  .strictObject({
    kind: alertKindSchema,
    scope: ruleScopeSchema,
    /** A product id, a place id, or a shipment id (with `/<n>` for one of its legs). */
    scopeId: z.string().min(1).max(80).optional(),
    settings: ruleSettingsSchema,
  })
  .refine(rule => (rule.scope === 'organisation') === (rule.scopeId === undefined), {
    error: 'must be given for a product, place or leg, and only then',
    path: ['scopeId'],
  })
  .refine(({ settings: { levelC, clearLevelC } }) => levelC == null || !(clearLevelC! > levelC), {
    error: 'must not be above levelC',
    path: ['settings', 'clearLevelC'],
  });
export type AlertRule = z.infer<typeof alertRuleSchema>;

export const newAlertRulesSchema = z.strictObject({
  rules: z.array(alertRuleSchema).max(500, { error: 'must be at most 500 rules' }),
});

/** Everything a rule can say, with nothing left out. */
export type FullRule = { readonly [Field in keyof RuleSettings]-?: Exclude<RuleSettings[Field], undefined> };

export const alertRulesViewSchema = z.object({
  rules: z.array(alertRuleSchema),
  /** What holds where no rule says otherwise; `too-warm` for goods kept chilled and at room temperature. */
  presets: z.record(z.string(), ruleSettingsSchema),
});

/** How long each sensor may be silent where no rule says: learnt from how often it reports. Null: never heard. */
export const learntPatienceSchema = z.object({
  sensors: z.array(z.object({ nodeId: z.string(), name: z.string(), patienceMin: z.number().nullable() })),
});
export type LearntPatience = z.infer<typeof learntPatienceSchema>['sensors'];

const off = {
  levelC: null,
  clearLevelC: null,
  holdMin: null,
  doseLifeLostH: null,
  doseLifeLostShare: null,
  mildBelowLifeLostH: null,
  patienceMin: null,
  batteryPct: 15,
} as const;

const plain = (severity: FullRule['severity'], clearHoldMin: number): FullRule => ({
  ...off,
  enabled: true,
  severity,
  clearHoldMin,
});

export type PresetName = Exclude<AlertKind, 'too-warm'> | 'too-warm-chilled' | 'too-warm-room';

/**
 * What holds without any rule. Fresh tahu in a besek at 30 °C is normal: goods kept at room temperature have no level,
 * only what more warmth than assumed costs them.
 */
export const presetRules: Readonly<Record<PresetName, FullRule>> = {
  'too-warm-chilled': {
    ...plain('warning', 10),
    levelC: 8,
    clearLevelC: 7,
    holdMin: 30,
    doseLifeLostH: 3,
    mildBelowLifeLostH: 0.5,
  },
  'too-warm-room': { ...plain('warning', 30), doseLifeLostShare: 0.1 },
  'spoilage-near': plain('warning', 0),
  'will-not-arrive': plain('warning', 5),
  'no-data': plain('warning', 0),
  'battery-low': plain('info', 0),
  'calibration-due': plain('info', 0),
  'clock-wrong': plain('info', 0),
  'journal-filling': plain('warning', 0),
};

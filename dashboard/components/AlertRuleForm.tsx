import type { JSX } from 'preact';
import type { AlertKind } from '../../models/contracts/alert.ts';
import type { AlertRule, RuleScope, RuleSettings } from '../../models/contracts/alertRule.ts';
import {
  canBeOff,
  fieldsOf,
  generalRule,
  presetOf,
  type RuleField,
  ruleKinds,
  ruleSentences,
  typedNumber,
} from '../alertRuleWords.ts';
import { alertsApi, type AlertRulesView as Rules } from '../alertsApi.ts';
import { t } from '../i18n/messages.ts';
import { fleet, format } from '../state.ts';
import { type FieldErrors, type Form, useForm } from '../useForm.ts';
import type { RuleScopes } from '../views/AlertRulesView.tsx';
import { CheckField, SelectField, TextField } from './Field.tsx';
import { Note } from './Note.tsx';

export interface EditedRule {
  readonly kind: AlertKind;
  readonly scope: RuleScope;
  readonly scopeId?: string;
  /** Its place among the written rules; null for a new one. */
  readonly index: number | null;
}

type FigureTexts = Record<RuleField, string>;

/** What is typed: an empty figure follows the more general rule. */
interface RuleTexts extends FigureTexts {
  readonly kind: AlertKind;
  readonly scope: RuleScope;
  readonly scopeId: string;
  readonly enabled: 'follow' | 'on' | 'off';
  readonly severity: 'follow' | 'info' | 'warning' | 'risk';
  /** Parts that are switched off, by name, with spaces between. */
  readonly off: string;
}

const figures = Object.values(fieldsOf).flat();

interface AlertRuleFormProps {
  readonly edited: EditedRule;
  readonly rules: Rules;
  readonly scopes: RuleScopes;
  onClose(): void;
  onSaved(rules: Rules): void;
}

/** One rule: what it is for, its figures, and the sentence it comes to while it is typed. */
export function AlertRuleForm({ edited, rules, scopes, onClose, onSaved }: AlertRuleFormProps): JSX.Element {
  const written = edited.index === null ? undefined : rules.rules[edited.index];
  const form = useForm<RuleTexts>({
    start: () => textsOf(edited, written?.settings ?? {}),
    rules: fieldRules,
    check: texts => checkTexts(texts, rules, edited.index),
    refused: () => t('alertRules.notSaved'),
    async save(texts) {
      const rule = ruleOf(texts, written?.settings ?? {});
      const others = rules.rules.filter((_, index) => index !== edited.index);
      const isEmpty = Object.keys(rule.settings).length === 0;
      onSaved(await alertsApi.saveRules(isEmpty ? others : [...others, rule]));
    },
  });
  const { values } = form;
  const general = values.scope === 'organisation';
  const below = general
    ? presetOf(rules.presets, values.kind)
    : generalRule(rules.presets, rules.rules, values.kind);
  const whole = { ...below, ...ruleOf(values, {}).settings };
  return (
    <form class="rule-form" ref={form.element} onSubmit={form.submit} noValidate>
      <h3>{t('alertRules.formTitle', { kind: t(`alertKind.${values.kind}`) })}</h3>
      {!general && <Subject form={form} scopes={scopes} isNew={edited.index === null} />}
      <SelectField
        form={form}
        name="enabled"
        label={t('alertRules.enabled')}
        options={[
          { value: 'follow', label: t('alertRules.follow') },
          { value: 'on', label: t('alertRules.enabledOn') },
          { value: 'off', label: t('alertRules.enabledOff') },
        ]}
      />
      {values.enabled !== 'off' && (
        <>
          {fieldsOf[values.kind].map(field => (
            <FigureField key={field} form={form} field={field} below={below} />
          ))}
          <SelectField
            form={form}
            name="severity"
            label={t('alertRules.severity')}
            options={[
              { value: 'follow', label: t('alertRules.follow') },
              ...(['info', 'warning', 'risk'] as const).map(value => ({
                value,
                label: t(`alertRules.severity.${value}`),
              })),
            ]}
          />
        </>
      )}
      <p class="rule-example" role="status">
        <b>{t('alertRules.example')}</b> {ruleSentences(values.kind, whole, format.value)}
      </p>
      {form.failure !== null && (
        <Note status="risk" alert>
          {form.failure}
        </Note>
      )}
      <div class="row">
        <button type="submit" class="button primary" disabled={form.busy}>
          {t(form.busy ? 'common.saving' : 'common.save')}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t('common.cancel')}
        </button>
      </div>
    </form>
  );
}

interface SubjectProps {
  readonly form: Form<RuleTexts>;
  readonly scopes: RuleScopes;
  readonly isNew: boolean;
}

/** What a special rule is about and for. Of one that is there only its figures change. */
function Subject({ form, scopes, isNew }: SubjectProps): JSX.Element | null {
  if (!isNew) return null;
  const { scope } = form.values;
  const things =
    scope === 'product'
      ? Object.values(fleet.value.products).map(({ productId, name }) => ({ value: productId, label: name }))
      : scope === 'place'
        ? scopes.places.map(({ placeId, name }) => ({ value: placeId, label: name }))
        : scopes.shipments.map(({ shipmentId, name }) => ({ value: shipmentId, label: name }));
  return (
    <>
      <SelectField
        form={form}
        name="kind"
        label={t('alertRules.kind')}
        options={ruleKinds.map(value => ({ value, label: t(`alertKind.${value}`) }))}
      />
      <SelectField
        form={form}
        name="scope"
        label={t('alertRules.scope')}
        options={(['product', 'place', 'leg'] as const).map(value => ({
          value,
          label: t(`alertRules.scope.${value}`),
        }))}
      />
      <SelectField
        form={form}
        name="scopeId"
        label={t('alertRules.which')}
        options={[{ value: '', label: '–' }, ...things]}
      />
    </>
  );
}

interface FigureFieldProps {
  readonly form: Form<RuleTexts>;
  readonly field: RuleField;
  /** What holds where the figure is left empty. */
  readonly below: RuleSettings;
}

function FigureField({ form, field, below }: FigureFieldProps): JSX.Element {
  const inherited = below[field];
  const off = form.values.off.split(' ').includes(field);
  const hint =
    inherited == null
      ? t('alertRules.followOff')
      : t('alertRules.followIs', { value: format.value.number(inherited, inherited % 1 === 0 ? 0 : 1) });
  return (
    <div class="rule-figure">
      {!off && (
        <TextField
          form={form}
          name={field}
          label={t(`alertRules.field.${field}`)}
          hint={hint}
          inputMode="decimal"
        />
      )}
      {off && <p class="strong">{t(`alertRules.field.${field}`)}</p>}
      {canBeOff.includes(field) && (
        <CheckField
          checked={off}
          onChange={checked => form.set({ off: toggled(form.values.off, field, checked) })}
        >
          {t('alertRules.off')}
        </CheckField>
      )}
    </div>
  );
}

function toggled(off: string, field: RuleField, on: boolean): string {
  const others = off.split(' ').filter(name => name !== '' && name !== field);
  return (on ? [...others, field] : others).join(' ');
}

function textsOf({ kind, scope, scopeId = '' }: EditedRule, settings: RuleSettings): RuleTexts {
  const texts = Object.fromEntries(
    figures.map(field => [field, settings[field] == null ? '' : figureText(settings[field])]),
  ) as FigureTexts;
  return {
    ...texts,
    ...{ kind, scope, scopeId },
    enabled: settings.enabled === undefined ? 'follow' : settings.enabled ? 'on' : 'off',
    severity: settings.severity ?? 'follow',
    off: figures.filter(field => settings[field] === null).join(' '),
  };
}

const figureText = (value: number): string => format.value.number(value, value % 1 === 0 ? 0 : 2);

/** @param before  what was written: parts that this form does not show stay */
function ruleOf(texts: RuleTexts, before: RuleSettings): AlertRule {
  const own: readonly RuleField[] = fieldsOf[texts.kind];
  const off = texts.off.split(' ');
  const kept = Object.entries(before).filter(
    ([name]) => name !== 'enabled' && name !== 'severity' && !own.includes(name as RuleField),
  );
  const typed = own.flatMap((field): [string, number | null][] => {
    if (off.includes(field)) return [[field, null]];
    return texts[field].trim() === '' ? [] : [[field, typedNumber(texts[field])]];
  });
  return {
    kind: texts.kind,
    scope: texts.scope,
    ...(texts.scope === 'organisation' ? {} : { scopeId: texts.scopeId }),
    settings: {
      ...(Object.fromEntries([...kept, ...typed]) as RuleSettings),
      ...(texts.enabled === 'follow' ? {} : { enabled: texts.enabled === 'on' }),
      ...(texts.severity === 'follow' ? {} : { severity: texts.severity }),
    },
  };
}

/** What the phone can tell by itself; limits are the server's to judge. */
function checkTexts(texts: RuleTexts, { rules }: Rules, index: number | null): FieldErrors<RuleTexts> {
  const errors: FieldErrors<RuleTexts> = {};
  if (texts.scope !== 'organisation' && texts.scopeId === '') errors.scopeId = t('alertRules.chooseWhich');
  const same = rules.findIndex(
    ({ kind, scope, scopeId = '' }) =>
      kind === texts.kind && scope === texts.scope && (scope === 'organisation' || scopeId === texts.scopeId),
  );
  if (same >= 0 && same !== index) errors.scopeId = t('alertRules.rule.twice');
  const off = texts.off.split(' ');
  for (const field of fieldsOf[texts.kind])
    if (!off.includes(field) && texts[field].trim() !== '' && !Number.isFinite(typedNumber(texts[field])))
      errors[field] = t('alertRules.rule.number');
  return errors;
}

/** What each figure may be, in the words of this language, shown where the server refuses it. */
function fieldRules(): FieldErrors<RuleTexts> {
  return {
    levelC: t('alertRules.rule.temperature'),
    clearLevelC: t('alertRules.rule.clear'),
    holdMin: t('alertRules.rule.minutes'),
    clearHoldMin: t('alertRules.rule.minutes'),
    doseLifeLostH: t('alertRules.rule.hours'),
    mildBelowLifeLostH: t('alertRules.rule.hours'),
    patienceMin: t('alertRules.rule.patience'),
    batteryPct: t('alertRules.rule.battery'),
  };
}

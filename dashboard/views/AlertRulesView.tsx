import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AlertKind } from '../../models/contracts/alert.ts';
import type { AlertRule } from '../../models/contracts/alertRule.ts';
import type { PlaceView } from '../../models/contracts/place.ts';
import type { ShipmentSummary } from '../../models/contracts/shipment.ts';
import { generalRule, presetOf, ruleKinds, ruleSentences } from '../alertRuleWords.ts';
import { alertsApi, type AlertRulesView as Rules } from '../alertsApi.ts';
import { ApiError } from '../api.ts';
import { AlertChainCard } from '../components/AlertChainCard.tsx';
import { AlertRuleForm, type EditedRule } from '../components/AlertRuleForm.tsx';
import { Icon } from '../components/Icon.tsx';
import { LearntPatienceCard } from '../components/LearntPatienceCard.tsx';
import { Note } from '../components/Note.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { RetryNote } from '../components/RetryNote.tsx';
import { t } from '../i18n/messages.ts';
import { said } from '../snack.ts';
import { fleet, format, me } from '../state.ts';
import '../style/alerts.css';

const mayChange = (): boolean => me.value?.role === 'owner' || me.value?.role === 'producer';

/** What special rules can be about, by name. */
export interface RuleScopes {
  readonly places: readonly PlaceView[];
  readonly shipments: readonly ShipmentSummary[];
}

/** Aturan peringatan: when people are told, in plain sentences; rules of their own for a product, place or shipment. */
export function AlertRulesView(): JSX.Element {
  const { rules, scopes, failed, retry, setRules } = useRules();
  const [edited, setEdited] = useState<EditedRule | null>(null);
  if (failed && rules === null) return <RetryNote text={t('failed.load')} onRetry={retry} />;
  if (rules === null) return <Placeholder rows={4} />;
  const close = (): void => setEdited(null);
  const form = edited !== null && (
    <AlertRuleForm
      key={`${edited.kind}${edited.scope}${edited.index}`}
      edited={edited}
      rules={rules}
      scopes={scopes}
      onClose={close}
      onSaved={saved => {
        setRules(saved);
        close();
        said.value = { text: t('alertRules.saved') };
      }}
    />
  );
  const special = rules.rules.flatMap((rule, index) =>
    rule.scope === 'organisation' ? [] : [{ rule, index }],
  );
  return (
    <div class="alert-rules">
      <p class="second">{t('alertRules.intro')}</p>
      {!mayChange() && <Note status="none">{t('alertRules.readOnly')}</Note>}
      <section class="card alert-list">
        <h2>{t('alertRules.general')}</h2>
        <p class="rule-how second">{t('alertRules.generalHow')}</p>
        <ul>
          {ruleKinds.map(kind => (
            <li key={kind}>
              {edited?.scope === 'organisation' && edited.kind === kind ? (
                form
              ) : (
                <GeneralRow kind={kind} rules={rules} onEdit={setEdited} />
              )}
            </li>
          ))}
        </ul>
      </section>
      <section class="card alert-list">
        <h2>{t('alertRules.special')}</h2>
        <p class="rule-how second">
          {t('alertRules.specialHow')} {special.length === 0 && t('alertRules.noSpecial')}
        </p>
        <ul>
          {special.map(({ rule, index }) => (
            <li key={`${rule.kind}${rule.scope}${rule.scopeId}`}>
              {edited?.index === index ? (
                form
              ) : (
                <SpecialRow
                  rule={rule}
                  index={index}
                  rules={rules}
                  scopes={scopes}
                  onEdit={setEdited}
                  onRules={setRules}
                />
              )}
            </li>
          ))}
        </ul>
        {edited?.index === null && edited.scope !== 'organisation'
          ? form
          : mayChange() && (
              <div class="rule-add">
                <button
                  type="button"
                  class="button"
                  onClick={() => setEdited({ kind: 'too-warm', scope: 'product', index: null })}
                >
                  <Icon name="plus" size={18} />
                  {t('alertRules.add')}
                </button>
              </div>
            )}
      </section>
      <LearntPatienceCard />
      <AlertChainCard />
    </div>
  );
}

interface GeneralRowProps {
  readonly kind: AlertKind;
  readonly rules: Rules;
  onEdit(edited: EditedRule): void;
}

function GeneralRow({ kind, rules, onEdit }: GeneralRowProps): JSX.Element {
  const shown = format.value;
  const { presets, rules: written } = rules;
  const index = written.findIndex(rule => rule.kind === kind && rule.scope === 'organisation');
  const name = t(`alertKind.${kind}`);
  const rule = generalRule(presets, written, kind);
  return (
    <div class="rule">
      <div class="grow">
        <h3>
          <span class="capital">{name}</span>
          {index >= 0 && <span class="chip">{t('alertRules.changed')}</span>}
        </h3>
        {kind === 'too-warm' && rule.enabled !== false ? (
          <>
            <p>
              <b>{t('alertRules.chilled')}:</b> {ruleSentences(kind, rule, shown)}
            </p>
            <p>
              <b>{t('alertRules.room')}:</b>{' '}
              {ruleSentences(kind, generalRule(presets, written, kind, 'room'), shown)}
            </p>
          </>
        ) : (
          <p>{ruleSentences(kind, rule, shown)}</p>
        )}
      </div>
      {mayChange() && (
        <button
          type="button"
          class="button compact"
          aria-label={t('alertRules.changeNamed', { name })}
          onClick={() => onEdit({ kind, scope: 'organisation', index: index < 0 ? null : index })}
        >
          {t('alertRules.change')}
        </button>
      )}
    </div>
  );
}

interface SpecialRowProps {
  readonly rule: AlertRule;
  readonly index: number;
  readonly rules: Rules;
  readonly scopes: RuleScopes;
  onEdit(edited: EditedRule): void;
  onRules(rules: Rules): void;
}

function SpecialRow({ rule, index, rules, scopes, onEdit, onRules }: SpecialRowProps): JSX.Element {
  const { kind, scope, scopeId = '', settings } = rule;
  const subject = t(`alertRules.for.${scope === 'organisation' ? 'place' : scope}`, {
    name: scopeName(scope, scopeId, scopes),
  });
  const name = `${t(`alertKind.${kind}`)}, ${subject}`;
  const kept = scope === 'product' && fleet.value.products[scopeId]?.storage === 'room' ? 'room' : 'chilled';
  const whole = {
    ...presetOf(rules.presets, kind, kept),
    ...generalRule(rules.presets, rules.rules, kind, kept),
    ...settings,
  };
  const remove = (): void => {
    alertsApi.saveRules(rules.rules.filter((_, at) => at !== index)).then(saved => {
      onRules(saved);
      said.value = {
        text: t('alertRules.removed'),
        undo: () => {
          said.value = null;
          void alertsApi.saveRules(rules.rules).then(onRules, tellFailed);
        },
      };
    }, tellFailed);
  };
  return (
    <div class="rule">
      <div class="grow">
        <h3>
          <span class="capital">{t(`alertKind.${kind}`)}</span>
          <span class="second">{subject}</span>
        </h3>
        <p>{ruleSentences(kind, whole, format.value)}</p>
      </div>
      {mayChange() && (
        <div class="row">
          <button
            type="button"
            class="button compact"
            aria-label={t('alertRules.changeNamed', { name })}
            onClick={() => onEdit({ kind, scope, scopeId, index })}
          >
            {t('alertRules.change')}
          </button>
          <button
            type="button"
            class="button compact"
            aria-label={t('alertRules.remove', { name })}
            onClick={remove}
          >
            <Icon name="trash" size={18} />
          </button>
        </div>
      )}
    </div>
  );
}

function tellFailed(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  said.value = { text: t('failed.save'), failed: true };
}

/** What people call what a rule is for. */
function scopeName(scope: AlertRule['scope'], scopeId: string, { places, shipments }: RuleScopes): string {
  if (scope === 'product') return fleet.value.products[scopeId]?.name ?? scopeId;
  if (scope === 'place') return places.find(place => place.placeId === scopeId)?.name ?? scopeId;
  return shipments.find(shipment => shipment.shipmentId === scopeId.split('/')[0])?.name ?? scopeId;
}

interface LoadedRules {
  readonly rules: Rules | null;
  readonly scopes: RuleScopes;
  readonly failed: boolean;
  retry(): void;
  setRules(rules: Rules): void;
}

function useRules(): LoadedRules {
  const [rules, setRules] = useState<Rules | null>(null);
  const [scopes, setScopes] = useState<RuleScopes>({ places: [], shipments: [] });
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const fail = (error: unknown): void => {
      if (!(error instanceof ApiError)) throw error;
      setFailed(true);
    };
    setFailed(false);
    alertsApi.rules().then(setRules, fail);
    Promise.all([alertsApi.places(), alertsApi.openShipments()]).then(
      ([places, { shipments }]) => setScopes({ places, shipments }),
      fail,
    );
  }, [tries]);
  return { rules, scopes, failed, retry: () => setTries(tries + 1), setRules };
}

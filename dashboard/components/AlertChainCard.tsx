import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { AlertChain, ChainTarget } from '../../models/contracts/alertChain.ts';
import type { ContactView } from '../../models/contracts/contact.ts';
import type { MemberView } from '../../models/contracts/people.ts';
import { minutesText, typedNumber } from '../alertRuleWords.ts';
import { alertsApi } from '../alertsApi.ts';
import { ApiError } from '../api.ts';
import { t } from '../i18n/messages.ts';
import { said } from '../snack.ts';
import { format, me } from '../state.ts';
import { Icon } from './Icon.tsx';
import { Note } from './Note.tsx';

const roles = ['owner', 'producer', 'distributor', 'researcher', 'viewer'] as const;

interface People {
  readonly members: readonly MemberView[];
  readonly contacts: readonly ContactView[];
}

/** Who is told first and who next while nobody takes an alert on; only an owner changes it. */
export function AlertChainCard(): JSX.Element | null {
  const [chain, setChain] = useState<AlertChain | null>(null);
  const [people, setPeople] = useState<People>({ members: [], contacts: [] });
  const [editing, setEditing] = useState(false);
  useEffect(() => {
    Promise.all([alertsApi.chain(), alertsApi.members(), alertsApi.contacts()]).then(
      ([loaded, members, contacts]) => {
        setChain(loaded);
        setPeople({ members, contacts });
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      },
    );
  }, []);
  if (chain === null) return null;
  const isOwner = me.value?.role === 'owner';
  return (
    <section class="card alert-list">
      <h2>{t('alertRules.chain')}</h2>
      <p class="rule-how second">
        {t('alertRules.chainHow')} {!isOwner && t('alertRules.onlyOwner')}
      </p>
      {editing ? (
        <ChainForm
          chain={chain}
          people={people}
          onClose={() => setEditing(false)}
          onSaved={saved => {
            setChain(saved);
            setEditing(false);
            said.value = { text: t('alertRules.chainSaved') };
          }}
        />
      ) : (
        <div class="rule">
          <ol class="grow chain">
            {chain.steps.map(({ afterMin, to }) => (
              <li key={`${afterMin}${JSON.stringify(to)}`}>
                {afterMin === 0
                  ? t('alertRules.chainNow', { who: targetName(to, people) })
                  : t('alertRules.chainAfter', {
                      hold: minutesText(afterMin, format.value),
                      who: targetName(to, people),
                    })}
              </li>
            ))}
          </ol>
          {isOwner && (
            <button
              type="button"
              class="button compact"
              aria-label={t('alertRules.changeNamed', { name: t('alertRules.chain') })}
              onClick={() => setEditing(true)}
            >
              {t('alertRules.change')}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function targetName(to: ChainTarget, { members, contacts }: People): string {
  if ('everybody' in to) return t('alertRules.everybody');
  if ('role' in to) return t('alertRules.roleOf', { role: t(`alertRules.role.${to.role}`) });
  const name =
    'userId' in to
      ? members.find(member => member.userId === to.userId)?.name
      : contacts.find(contact => contact.contactId === to.contactId)?.name;
  return name ?? t('alertRules.unknownPerson');
}

interface ChainFormProps {
  readonly chain: AlertChain;
  readonly people: People;
  onClose(): void;
  onSaved(chain: AlertChain): void;
}

interface StepTexts {
  readonly afterMin: string;
  /** The target as JSON: what an option can hold. */
  readonly to: string;
}

function ChainForm({ chain, people, onClose, onSaved }: ChainFormProps): JSX.Element {
  const id = useId();
  const [steps, setSteps] = useState<readonly StepTexts[]>(
    chain.steps.map(({ afterMin, to }) => ({ afterMin: `${afterMin}`, to: JSON.stringify(to) })),
  );
  const [wrong, setWrong] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const change = (index: number, part: Partial<StepTexts>): void => {
    setWrong(false);
    setSteps(steps.map((step, at) => (at === index ? { ...step, ...part } : step)));
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const typed = steps.map(step => ({
      afterMin: typedNumber(step.afterMin),
      to: JSON.parse(step.to) as ChainTarget,
    }));
    const inOrder = typed.sort((a, b) => a.afterMin - b.afterMin);
    alertsApi.saveChain({ steps: inOrder }).then(onSaved, (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setWrong(error.fields.length > 0);
      setFailure(error.fields.length > 0 ? t('alertRules.stepRule') : t('failed.save'));
    });
  };
  return (
    <form class="rule-form" onSubmit={submit} noValidate>
      {steps.map((step, index) => (
        <div class="chain-step" key={index}>
          <div class="field">
            <label for={`${id}after${index}`}>{t('alertRules.stepAfter')}</label>
            <input
              id={`${id}after${index}`}
              class="input"
              inputMode="numeric"
              value={step.afterMin}
              aria-invalid={wrong}
              {...(wrong ? { 'aria-describedby': `${id}wrong` } : {})}
              onInput={event => change(index, { afterMin: event.currentTarget.value })}
            />
          </div>
          <div class="field grow">
            <label for={`${id}who${index}`}>{t('alertRules.stepWho')}</label>
            <select
              id={`${id}who${index}`}
              class="input"
              value={step.to}
              onChange={event => change(index, { to: event.currentTarget.value })}
            >
              {targets(people, step.to).map(to => (
                <option key={to} value={to}>
                  {targetName(JSON.parse(to) as ChainTarget, people)}
                </option>
              ))}
            </select>
          </div>
          {steps.length > 1 && (
            <button
              type="button"
              class="button"
              aria-label={t('alertRules.stepRemove', { n: index + 1 })}
              onClick={() => setSteps(steps.filter((_, at) => at !== index))}
            >
              <Icon name="trash" size={18} />
            </button>
          )}
        </div>
      ))}
      {failure !== null && (
        <div id={`${id}wrong`}>
          <Note status="risk" alert>
            {failure}
          </Note>
        </div>
      )}
      <div class="row wrap">
        <button type="submit" class="button primary">
          {t('common.save')}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button
          type="button"
          class="button plain"
          onClick={() => setSteps([...steps, { afterMin: '15', to: JSON.stringify({ everybody: true }) }])}
        >
          <Icon name="plus" size={18} />
          {t('alertRules.stepAdd')}
        </button>
      </div>
    </form>
  );
}

/** Everybody, each role, each person, each contact; and whoever is chosen now, even if they have left. */
function targets({ members, contacts }: People, chosen: string): string[] {
  const known: ChainTarget[] = [
    { everybody: true },
    ...roles.map(role => ({ role })),
    ...members.map(({ userId }) => ({ userId })),
    ...contacts.map(({ contactId }) => ({ contactId })),
  ];
  return [...new Set([...known.map(to => JSON.stringify(to)), chosen])];
}

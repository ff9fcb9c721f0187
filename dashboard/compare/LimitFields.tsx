import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { leverOf } from '../../models/preservation/levers.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { doseText, doseUnit, leverName } from './compareWords.ts';
import type { PanelProps } from './WhatIfPanel.tsx';

/** Without a dose to limit, a limit says only that the law was read and lets it pass. */
const passes = 1;
const passesAtAnyPh = 14;

/** Limits that were read in the law: entered for what is blocked, shown, and taken back. */
export function LimitFields({ state, comparison, onState }: PanelProps): JSX.Element | null {
  const entered = state.entered.filter(limit => limit.law === state.law);
  const asked = (comparison.whatIf.blocked?.faults ?? []).filter(fault => fault.kind !== 'above-limit');
  if (entered.length + asked.length === 0) return null;
  return (
    <div class="lever stack">
      {entered.map(limit => (
        <div class="row between" key={limit.leverId}>
          <span class="small">
            {t('compare.enteredLimit', {
              name: leverName(limit.leverId, t),
              max: isDosed(limit.leverId) ? doseText(limit.leverId, limit.maxDose, format.value) : '–',
              source: limit.source,
            })}
          </span>
          <button
            type="button"
            class="button plain compact"
            onClick={() => onState({ ...state, entered: state.entered.filter(one => one !== limit) })}
          >
            {t('compare.remove', { name: leverName(limit.leverId, t) })}
          </button>
        </div>
      ))}
      {asked.map(({ leverId }) => (
        <LimitForm
          key={`${state.law} ${leverId}`}
          leverId={leverId}
          onEnter={(maxDose, source) =>
            onState({ ...state, entered: [...state.entered, { leverId, law: state.law, maxDose, source }] })
          }
        />
      ))}
    </div>
  );
}

/** A pH is no amount: no law limits it from above. */
const isDosed = (leverId: string): boolean => leverOf(leverId).doseUnit?.startsWith('pH') === false;

function LimitForm({
  leverId,
  onEnter,
}: {
  leverId: string;
  onEnter(maxDose: number, source: string): void;
}): JSX.Element {
  const id = useId();
  const [dose, setDose] = useState('');
  const [source, setSource] = useState('');
  const [isWrong, setWrong] = useState(false);
  const dosed = isDosed(leverId);
  const name = leverName(leverId, t);
  const enter = (event: Event): void => {
    event.preventDefault();
    const typed = Number(dose.replace(',', '.'));
    const max = dosed ? typed : leverOf(leverId).doseUnit === null ? passes : passesAtAnyPh;
    if (!(max > 0) || source.trim() === '') setWrong(true);
    else onEnter(max, source.trim());
  };
  return (
    <form class="stack limit-form" onSubmit={enter} aria-label={t('compare.limitEnter', { name })}>
      {dosed && (
        <div>
          <label class="small" for={`${id}dose`}>
            {t('compare.limitDose', { unit: doseUnit(leverId, t) })}
          </label>
          <input
            id={`${id}dose`}
            class="input"
            inputMode="decimal"
            value={dose}
            aria-invalid={isWrong}
            onInput={event => setDose(event.currentTarget.value)}
          />
        </div>
      )}
      <div>
        <label class="small" for={`${id}source`}>
          {t('compare.limitSource')}
        </label>
        <input
          id={`${id}source`}
          class="input"
          value={source}
          aria-invalid={isWrong}
          {...(isWrong ? { 'aria-describedby': `${id}wrong` } : {})}
          onInput={event => setSource(event.currentTarget.value)}
        />
      </div>
      {isWrong && (
        <p class="wrong" id={`${id}wrong`} role="alert">
          {t('compare.limitNeeded')}
        </p>
      )}
      <button type="submit" class="button compact">
        {t('compare.limitEnter', { name })}
      </button>
    </form>
  );
}

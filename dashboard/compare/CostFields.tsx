import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../i18n/messages.ts';
import type { PanelProps } from './WhatIfPanel.tsx';

/** What a pack costs either way, where somebody knows it. */
export function CostFields({ state, onState }: PanelProps): JSX.Element {
  const { costs } = state;
  return (
    <fieldset class="lever costs">
      <legend class="lever-name">{t('compare.cost')}</legend>
      <Cost
        label={t('compare.costBaseline')}
        value={costs.baseline}
        onValue={baseline => onState({ ...state, costs: { ...costs, baseline } })}
      />
      <Cost
        label={t('compare.costWhatIf')}
        value={costs.whatIf}
        onValue={whatIf => onState({ ...state, costs: { ...costs, whatIf } })}
      />
    </fieldset>
  );
}

function Cost(props: {
  label: string;
  value: number | null;
  onValue(value: number | null): void;
}): JSX.Element {
  const id = useId();
  return (
    <div class="grow">
      <label class="small" for={id}>
        {props.label}
      </label>
      <input
        id={id}
        class="input"
        type="number"
        inputMode="numeric"
        min={0}
        step={50}
        value={props.value ?? ''}
        onInput={event => {
          const typed = event.currentTarget.value;
          const value = Number(typed);
          props.onValue(typed === '' || !(value >= 0) ? null : value);
        }}
      />
    </div>
  );
}

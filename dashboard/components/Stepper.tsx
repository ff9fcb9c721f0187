import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';

interface StepperProps {
  readonly id: string;
  readonly label: string;
  readonly value: number;
  readonly most: number;
  onChange(value: number): void;
}

/** A whole number from 1 up, by two buttons or typed. */
export function Stepper({ id, label, value, most, onChange }: StepperProps): JSX.Element {
  const set = (wanted: number): void => onChange(Math.max(1, Math.min(most, Math.round(wanted))));
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="stepper">
        <button type="button" aria-label={t('stepper.fewer')} onClick={() => set(value - 1)}>
          −
        </button>
        <input
          id={id}
          type="number"
          inputMode="numeric"
          min={1}
          max={most}
          value={value}
          onChange={event => {
            const typed = Number(event.currentTarget.value);
            // Shown as it counts, also when nothing was changed by it.
            set(Number.isFinite(typed) && typed > 0 ? typed : value);
            event.currentTarget.value = String(value);
          }}
        />
        <button type="button" aria-label={t('stepper.more')} onClick={() => set(value + 1)}>
          +
        </button>
      </div>
    </div>
  );
}

import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { type Slide, within } from './compareState.ts';

interface LeverSliderProps {
  readonly label: string;
  readonly slide: Slide;
  readonly value: number;
  /** The value with its unit: "8 °C". */
  readonly text: string;
  readonly unit?: string;
  readonly ends: readonly [string, string];
  readonly middle?: string | undefined;
  readonly digits?: number;
  onChange(value: number): void;
}

/** A number by pulling, by arrow keys, or typed; the typed value is taken when it is finished. */
export function LeverSlider(props: LeverSliderProps): JSX.Element {
  const { label, slide, value, text, ends, middle, digits = 1, onChange } = props;
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const set = (wanted: number): void => onChange(within(wanted, slide));
  const take = (): void => {
    if (typed === null) return;
    const wanted = Number(typed.replace(',', '.'));
    if (typed.trim() !== '' && Number.isFinite(wanted)) set(wanted);
    setTyped(null);
  };
  const number = format.value.number(value, Number.isInteger(value) ? 0 : digits);
  return (
    <div class="lever">
      <div class="row between">
        <label for={id}>{label}</label>
        <span class="typed">
          <input
            type="text"
            inputMode="decimal"
            class="typed-value"
            aria-label={props.unit === undefined ? label : `${label}, ${props.unit}`}
            value={typed ?? number}
            onFocus={event => event.currentTarget.select()}
            onInput={event => setTyped(event.currentTarget.value)}
            onBlur={take}
            onKeyDown={event => event.key === 'Enter' && take()}
          />
          {props.unit !== undefined && <span aria-hidden="true">{props.unit}</span>}
        </span>
      </div>
      <div class="slide">
        <button
          type="button"
          class="nudge"
          aria-label={t('compare.fewer', { name: label })}
          disabled={value <= slide.min}
          onClick={() => set(value - slide.step)}
        >
          −
        </button>
        <input
          id={id}
          type="range"
          min={slide.min}
          max={slide.max}
          step={slide.step}
          value={value}
          aria-valuetext={text}
          style={{ '--share': `${(100 * (value - slide.min)) / (slide.max - slide.min)}%` }}
          onInput={event => set(Number(event.currentTarget.value))}
        />
        <button
          type="button"
          class="nudge"
          aria-label={t('compare.more', { name: label })}
          disabled={value >= slide.max}
          onClick={() => set(value + slide.step)}
        >
          +
        </button>
      </div>
      <div class="ends" aria-hidden={middle === undefined ? 'true' : undefined}>
        <span>{ends[0]}</span>
        {middle !== undefined && <span>{middle}</span>}
        <span>{ends[1]}</span>
      </div>
    </div>
  );
}

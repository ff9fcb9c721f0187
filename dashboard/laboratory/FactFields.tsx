import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

interface LineProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly decimal?: boolean;
  readonly lines?: number;
  readonly list?: readonly string[];
  readonly wrong?: string | undefined;
  onValue(value: string): void;
}

export function Line({ label, value, decimal = false, lines, list, wrong, onValue }: LineProps): JSX.Element {
  const id = useId();
  const shared = {
    ...{ class: 'input', id, value, autocomplete: 'off', 'aria-invalid': wrong !== undefined },
    ...(wrong === undefined ? {} : { 'aria-describedby': `${id}wrong` }),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {lines === undefined ? (
        <input
          {...shared}
          type="text"
          {...(decimal ? { inputMode: 'decimal' as const } : {})}
          {...(list === undefined ? {} : { list: `${id}list` })}
          onInput={event => onValue(event.currentTarget.value)}
        />
      ) : (
        <textarea {...shared} rows={lines} onInput={event => onValue(event.currentTarget.value)} />
      )}
      {list !== undefined && (
        <datalist id={`${id}list`}>
          {list.map(one => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      {wrong !== undefined && (
        <p class="wrong" id={`${id}wrong`}>
          {wrong}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  onValue(value: string): void;
}

export function Choice({ label, value, options, onValue }: ChoiceProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select class="input" id={id} value={value} onChange={event => onValue(event.currentTarget.value)}>
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

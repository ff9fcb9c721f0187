import type { ComponentChildren, JSX } from 'preact';
import '../style/people.css';
import { useId } from 'preact/hooks';
import type { Form } from '../useForm.ts';

type TextKeys<T> = { [K in keyof T & string]: T[K] extends string ? K : never }[keyof T & string];

export interface FieldProps<T> {
  readonly form: Form<T>;
  readonly name: TextKeys<T>;
  readonly label: string;
  readonly hint?: string | undefined;
}

interface TextFieldProps<T> extends FieldProps<T> {
  readonly type?: 'text' | 'email' | 'tel' | 'date' | 'time' | 'url';
  readonly autocomplete?: string;
  readonly inputMode?: 'text' | 'numeric' | 'decimal' | 'tel' | 'email' | 'url';
  readonly lines?: number;
  readonly list?: readonly string[];
}

export const textOf = <T,>(form: Form<T>, name: keyof T & string): string => String(form.values[name]);
export const setText = <T,>(form: Form<T>, name: keyof T & string, value: string): void =>
  form.set({ [name]: value } as unknown as Partial<T>);

/** What ties a control to its hint and to what is wrong with it. */
export function described<T>(form: Form<T>, name: keyof T & string, id: string, hint: string | undefined) {
  const wrong = form.errors[name] !== undefined;
  const by = [wrong ? `${id}wrong` : '', hint === undefined ? '' : `${id}hint`].filter(Boolean).join(' ');
  return { ...(by === '' ? {} : { 'aria-describedby': by }), 'aria-invalid': wrong };
}

/** What stands under a control: what is wrong with it, and what is meant by it. */
export function Below(props: {
  id: string;
  hint?: string | undefined;
  wrong: string | undefined;
}): JSX.Element {
  return (
    <>
      {props.wrong !== undefined && (
        <p class="wrong" id={`${props.id}wrong`}>
          {props.wrong}
        </p>
      )}
      {props.hint !== undefined && (
        <p class="hint" id={`${props.id}hint`}>
          {props.hint}
        </p>
      )}
    </>
  );
}

/** One line of text, or some. */
export function TextField<T>(props: TextFieldProps<T>): JSX.Element {
  const { form, name, label, hint, type = 'text', lines, list } = props;
  const id = useId();
  const shared = {
    ...{ class: 'input', id, name, value: textOf(form, name) },
    ...described(form, name, id, hint),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {lines === undefined ? (
        <input
          {...shared}
          type={type}
          autocomplete={props.autocomplete ?? 'off'}
          {...(props.inputMode === undefined ? {} : { inputMode: props.inputMode })}
          {...(type === 'text' && props.autocomplete !== 'username'
            ? {}
            : { autocapitalize: 'none', spellcheck: false })}
          {...(list === undefined ? {} : { list: `${id}list` })}
          onInput={event => setText(form, name, event.currentTarget.value)}
        />
      ) : (
        <textarea
          {...shared}
          rows={lines}
          onInput={event => setText(form, name, event.currentTarget.value)}
        />
      )}
      {list !== undefined && (
        <datalist id={`${id}list`}>
          {list.map(value => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
      <Below id={id} hint={hint} wrong={form.errors[name]} />
    </div>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
  /** What choosing it means. */
  readonly minor?: string;
}

interface ChoiceProps<T> extends FieldProps<T> {
  readonly options: readonly Option[];
}

/** One of a list that is too long to lie open. */
export function SelectField<T>({ form, name, label, hint, options }: ChoiceProps<T>): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        class="input"
        id={id}
        name={name}
        value={textOf(form, name)}
        {...described(form, name, id, hint)}
        onChange={event => setText(form, name, event.currentTarget.value)}
      >
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Below id={id} hint={hint} wrong={form.errors[name]} />
    </div>
  );
}

/** One of a few, all visible, each with what it means. */
export function ChoiceField<T>({ form, name, label, hint, options }: ChoiceProps<T>): JSX.Element {
  const id = useId();
  const wrong = form.errors[name];
  const isShort = options.every(option => option.minor === undefined && option.label.length <= 16);
  return (
    <fieldset class={`choices field${isShort ? ' short' : ''}`}>
      <legend>{label}</legend>
      <Below id={id} hint={hint} wrong={wrong} />
      {options.map(option => (
        <label class="choice" key={option.value}>
          <input
            type="radio"
            name={`${id}${name}`}
            checked={textOf(form, name) === option.value}
            aria-invalid={wrong !== undefined}
            {...(wrong === undefined ? {} : { 'aria-describedby': `${id}wrong` })}
            onChange={() => setText(form, name, option.value)}
          />
          <span>
            {option.label}
            {option.minor !== undefined && <span class="minor">{option.minor}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Something that is so or not. */
export function CheckField(props: {
  checked: boolean;
  onChange(checked: boolean): void;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={event => props.onChange(event.currentTarget.checked)}
      />
      <span>{props.children}</span>
    </label>
  );
}

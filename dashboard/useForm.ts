import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './api.ts';

/** What a form says of each of its fields that cannot be used. */
export type FieldErrors<T> = Partial<Record<keyof T & string, string>>;

export interface FormOptions<T> {
  /** What is typed in it at first. */
  readonly start: T | (() => T);
  /** The sentence beside a field that the server refuses. */
  rules?(values: T): FieldErrors<T>;
  /** What can be told before anything is sent. */
  check?(values: T): FieldErrors<T>;
  /** Sends it. Whatever it throws is shown; what was typed stays. */
  save(values: T): Promise<void>;
  /** The field of this form that the server calls by another name. */
  readonly named?: Readonly<Record<string, keyof T & string>>;
  /** A refusal by its code: at a field, or for the whole form. */
  refused?(error: ApiError): FieldErrors<T> | string;
}

export interface Form<T> {
  readonly values: T;
  readonly errors: FieldErrors<T>;
  /** What went wrong that is no field's fault. */
  readonly failure: string | null;
  readonly busy: boolean;
  readonly element: RefObject<HTMLFormElement | null>;
  set(part: Partial<T>): void;
  clear(values: T): void;
  submit(event: Event): void;
}

/** A form that keeps what was typed, puts each refusal at its field and moves the focus to the first wrong one. */
export function useForm<T extends object>(options: FormOptions<T>): Form<T> {
  const { start, rules, check, save, named, refused } = options;
  const [values, setValues] = useState<T>(start);
  const [errors, setErrors] = useState<FieldErrors<T>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (Object.keys(errors).length > 0)
      element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [errors]);

  const show = (error: unknown): void => {
    if (!(error instanceof ApiError)) throw error;
    const faults = refused?.(error);
    const byField = typeof faults === 'object' ? faults : {};
    const known: FieldErrors<T> = {
      ...byField,
      ...fieldFaults(error, values, rules?.(values) ?? {}, named ?? {}),
    };
    setErrors(known);
    if (Object.keys(known).length === 0) setFailure(typeof faults === 'string' ? faults : error.message);
  };
  return {
    ...{ values, errors, failure, busy, element },
    set(part) {
      setValues(before => ({ ...before, ...part }));
      setErrors(before => without(before, part));
      setFailure(null);
    },
    clear(next) {
      setValues(next);
      setErrors({});
      setFailure(null);
    },
    submit(event) {
      event.preventDefault();
      if (busy) return;
      const wrong = check?.(values) ?? {};
      setErrors(wrong);
      setFailure(null);
      if (Object.keys(wrong).length > 0) return;
      setBusy(true);
      save(values)
        .catch(show)
        .finally(() => setBusy(false));
    },
  };
}

function without<T>(errors: FieldErrors<T>, part: Partial<T>): FieldErrors<T> {
  const left = Object.entries(errors).filter(([field]) => !(field in part));
  return left.length === Object.keys(errors).length ? errors : (Object.fromEntries(left) as FieldErrors<T>);
}

/** The faults the server names, at the fields of this form; a fault of a part of a field is one of the field. */
function fieldFaults<T extends object>(
  { fields }: ApiError,
  values: T,
  rules: FieldErrors<T>,
  named: Readonly<Record<string, keyof T & string>>,
): FieldErrors<T> {
  const faults: FieldErrors<T> = {};
  for (const { field, message } of fields) {
    const own = named[field] ?? field.split('.').find(part => part in values);
    if (own !== undefined) faults[own as keyof T & string] = rules[own as keyof T & string] ?? message;
  }
  return faults;
}

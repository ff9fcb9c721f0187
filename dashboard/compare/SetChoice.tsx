import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../i18n/messages.ts';
import { type ComparedSet, nameOfSet } from './floraOfSet.ts';

interface SetChoiceProps {
  readonly sets: readonly ComparedSet[];
  readonly value: string | null;
  onChange(value: string | null): void;
}

/** Whose numbers are used; nothing where there are only those of the program. */
export function SetChoice({ sets, value, onChange }: SetChoiceProps): JSX.Element | null {
  const id = useId();
  const own = sets.filter(set => !set.isBuiltIn);
  if (own.length === 0) return null;
  return (
    <div class="row">
      <label class="small second" for={id}>
        {t('compare.set')}
      </label>
      <select
        id={id}
        class="input compact-input"
        value={value ?? ''}
        onChange={event => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      >
        <option value="">{t('compare.setBuiltIn')}</option>
        {own.map(set => (
          <option key={nameOfSet(set)} value={nameOfSet(set)}>
            {t('compare.setNamed', { title: set.title, version: set.version })}
          </option>
        ))}
      </select>
    </div>
  );
}

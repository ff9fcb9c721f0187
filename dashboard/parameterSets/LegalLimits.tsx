import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import type { NewParameterSet } from './parameterSetsApi.ts';

export interface TypedLimit {
  readonly leverId: string;
  readonly maxDose: string;
  readonly source: string;
}

/** Those that are complete; a decimal comma is one. */
export function typedLimits(typed: readonly TypedLimit[]): NonNullable<NewParameterSet['legalLimits']> {
  return typed.flatMap(({ leverId, maxDose, source }) => {
    const dose = Number(maxDose.trim().replace(',', '.'));
    return dose > 0 && source.trim() !== '' ? [{ leverId, maxDose: dose, source: source.trim() }] : [];
  });
}

/** Levers that the law does not let through, with fields for a limit that somebody has read. */
export function LegalLimits(props: {
  /** "id: why", as the server says it. */
  faults: readonly string[];
  levers: Readonly<Record<string, number>>;
  typed: readonly TypedLimit[];
  onTyped(typed: readonly TypedLimit[]): void;
}): JSX.Element | null {
  const { faults, levers, typed, onTyped } = props;
  const blocked = Object.keys(levers).filter(
    id => faults.some(fault => fault.startsWith(`${id}:`)) || typed.some(one => one.leverId === id),
  );
  if (blocked.length === 0) return null;
  const of = (leverId: string) =>
    typed.find(one => one.leverId === leverId) ?? { leverId, maxDose: '', source: '' };
  const put = (next: TypedLimit) => onTyped([...typed.filter(one => one.leverId !== next.leverId), next]);
  return (
    <>
      {faults.length > 0 && (
        <Note status="risk">{t('sets.publish.blocked', { why: faults.join('; ') })}</Note>
      )}
      {blocked.map(leverId => (
        <LimitFields key={leverId} limit={of(leverId)} onTyped={put} />
      ))}
    </>
  );
}

function LimitFields(props: { limit: TypedLimit; onTyped(limit: TypedLimit): void }): JSX.Element {
  const { limit, onTyped } = props;
  const id = useId();
  return (
    <div class="field limit-fields">
      <label for={`${id}dose`}>{t('sets.publish.limit', { lever: limit.leverId })}</label>
      <input
        id={`${id}dose`}
        class="input"
        inputMode="decimal"
        value={limit.maxDose}
        onInput={event => onTyped({ ...limit, maxDose: event.currentTarget.value })}
      />
      <label for={`${id}source`}>{t('sets.publish.limitSource')}</label>
      <input
        id={`${id}source`}
        class="input"
        value={limit.source}
        onInput={event => onTyped({ ...limit, source: event.currentTarget.value })}
      />
    </div>
  );
}

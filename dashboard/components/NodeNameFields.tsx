import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../i18n/messages.ts';
import { knownPlaces, placeIdOf } from '../nodeNames.ts';
import { fleet } from '../state.ts';

export interface TypedNames {
  readonly name: string;
  readonly place: string;
}

interface NodeNameFieldsProps {
  readonly typed: TypedNames;
  onChange(typed: TypedNames): void;
}

/** What a sensor is called and where it hangs; places that are known already are offered. */
export function NodeNameFields({ typed, onChange }: NodeNameFieldsProps): JSX.Element {
  const id = useId();
  const placeId = placeIdOf(typed.place);
  const renamed = placeId !== null && placeId !== typed.place.trim();
  return (
    <>
      <div class="field">
        <label for={`${id}name`}>{t('sensors.install.name')}</label>
        <input
          class="input"
          id={`${id}name`}
          value={typed.name}
          placeholder={t('sensors.install.nameHint')}
          autocomplete="off"
          onInput={event => onChange({ ...typed, name: event.currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for={`${id}place`}>{t('sensors.install.place')}</label>
        <input
          class="input"
          id={`${id}place`}
          list={`${id}places`}
          value={typed.place}
          autocomplete="off"
          aria-describedby={`${id}hint`}
          onInput={event => onChange({ ...typed, place: event.currentTarget.value })}
        />
        <datalist id={`${id}places`}>
          {knownPlaces(Object.values(fleet.value.nodes)).map(place => (
            <option key={place} value={place} />
          ))}
        </datalist>
        <p class="hint" id={`${id}hint`}>
          {renamed ? t('sensors.install.savedAs', { placeId }) : t('sensors.install.placeHint')}
        </p>
      </div>
    </>
  );
}

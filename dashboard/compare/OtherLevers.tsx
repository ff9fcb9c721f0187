import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { TreatmentChoice } from '../../models/laboratory/treatmentChanges.ts';
import { Icon } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { doseSlides, otherLevers } from './compareState.ts';
import { doseText, doseUnit, leverName } from './compareWords.ts';
import { LeverSlider } from './LeverSlider.tsx';

interface OtherLeversProps {
  readonly levers: TreatmentChoice['levers'];
  onLevers(levers: TreatmentChoice['levers']): void;
}

/** Levers without a place of their own: added from a list, each with its dose, taken away again. */
export function OtherLevers({ levers, onLevers }: OtherLeversProps): JSX.Element {
  const id = useId();
  const chosen = otherLevers.filter(lever => levers[lever] !== undefined);
  const without = (lever: string): TreatmentChoice['levers'] =>
    Object.fromEntries(Object.entries(levers).filter(([one]) => one !== lever));
  return (
    <>
      {chosen.map(lever => {
        const slide = doseSlides[lever];
        const dose = levers[lever];
        const name = leverName(lever, t);
        return (
          <div class="with-remove" key={lever}>
            {slide !== undefined && dose !== null && dose !== undefined ? (
              <LeverSlider
                label={name}
                slide={slide}
                value={dose}
                text={doseText(lever, dose, format.value)}
                unit={doseUnit(lever, t)}
                digits={2}
                ends={[String(slide.min), doseText(lever, slide.max, format.value)]}
                onChange={next => onLevers({ ...levers, [lever]: next })}
              />
            ) : (
              <div class="lever lever-name">{name}</div>
            )}
            <button
              type="button"
              class="icon-button"
              aria-label={t('compare.remove', { name })}
              onClick={() => onLevers(without(lever))}
            >
              <Icon name="close" size={18} />
            </button>
          </div>
        );
      })}
      <div class="lever">
        <label class="lever-name" for={id}>
          {t('compare.other')}
        </label>
        <select
          id={id}
          class="input"
          value=""
          onChange={event => {
            const lever = event.currentTarget.value;
            event.currentTarget.value = '';
            if (lever !== '') onLevers({ ...levers, [lever]: doseSlides[lever]?.usual ?? null });
          }}
        >
          <option value="">{t('compare.otherChoose')}</option>
          {otherLevers
            .filter(lever => levers[lever] === undefined)
            .map(lever => (
              <option key={lever} value={lever}>
                {leverName(lever, t)}
              </option>
            ))}
        </select>
      </div>
    </>
  );
}

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { now } from '../clock.ts';
import { Segmented } from '../components/Segmented.tsx';
import { fromLocalInput, toLocalInput } from '../dateInput.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { dayMs, hourMs } from '../zone.ts';
import { momentNow } from './momentNow.ts';
import { legTimes, type ShipmentForm } from './newShipmentForm.ts';

interface FieldsProps {
  readonly form: ShipmentForm;
  onChange(part: Partial<ShipmentForm>): void;
}

type When = 'now' | 'hour' | 'dawn' | 'other';

const needs = [null, 8, 12, 24, 48, 72] as const;

/** When it leaves and so when it is there, and how much life is asked for then. */
export function DepartureFields({ form, onChange }: FieldsProps): JSX.Element {
  const { zone } = format.value;
  const [when, setWhen] = useState<When>(form.departsAt === null ? 'now' : 'other');
  const choose = (chosen: When): void => {
    setWhen(chosen);
    onChange({ departsAt: chosen === 'other' ? (form.departsAt ?? now.value) : instantOf(chosen) });
  };
  const arrivesAt = legTimes(form, now.value).at(-1)?.arrivesAt ?? now.value;
  return (
    <>
      <div class="field">
        <div class="legend" aria-hidden="true">
          {t('shipments.new.when')}
        </div>
        <Segmented
          label={t('shipments.new.when')}
          options={(['now', 'hour', 'dawn', 'other'] as const).map(value => ({
            value,
            label: t(`shipments.new.when.${value}`, { clock: dawnClock() }),
          }))}
          value={when}
          onChange={choose}
        />
        {when === 'other' && (
          <input
            class="input"
            type="datetime-local"
            aria-label={t('shipments.new.departure')}
            value={toLocalInput(form.departsAt ?? now.value, zone)}
            onInput={event => {
              const departsAt = fromLocalInput(event.currentTarget.value, zone);
              if (departsAt !== null) onChange({ departsAt });
            }}
          />
        )}
        <p class="hint">
          {t('shipments.new.times', {
            from: momentNow(form.departsAt ?? now.value),
            to: momentNow(arrivesAt),
          })}
        </p>
      </div>
      <div class="field">
        <label for="need">{t('shipments.new.need')}</label>
        <select
          class="input"
          id="need"
          value={form.needH ?? ''}
          onChange={event => {
            const { value } = event.currentTarget;
            onChange({ needH: value === '' ? null : Number(value) });
          }}
        >
          {needs.map(needH => (
            <option key={needH ?? ''} value={needH ?? ''}>
              {needH === null ? t('shipments.new.needOfProduct') : format.value.remainingText(needH)}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}

const dawnHour = 4;

function dawn(): number {
  const { zone } = format.value;
  const today = zone.floor(now.value, dayMs) + dawnHour * hourMs;
  return today > now.value ? today : zone.floor(now.value + dayMs, dayMs) + dawnHour * hourMs;
}

const dawnClock = (): string => format.value.clock(dawn());

function instantOf(when: 'now' | 'hour' | 'dawn'): number | null {
  if (when === 'now') return null;
  return when === 'dawn' ? dawn() : Math.ceil((now.value + hourMs) / 300_000) * 300_000;
}

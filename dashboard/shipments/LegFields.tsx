import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { Cooling } from '../../models/contracts/newShipment.ts';
import type { LegTemperature } from '../../models/contracts/shipment.ts';
import { Icon } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { type Known, knownDestinations, knownVehicles, type LegForm, legTo } from './newShipmentForm.ts';
import { legTemperatureText } from './wayWords.ts';

interface LegFieldsProps {
  readonly leg: LegForm;
  readonly index: number;
  readonly of: number;
  readonly known: Known;
  readonly fromName: string;
  /** How warm the server takes it to be. */
  readonly planned: LegTemperature | null;
  onChange(leg: LegForm): void;
  onFrom?(fromName: string): void;
  onRemove?(): void;
}

const coolings: readonly Cooling[] = ['none', 'ice', 'gel-ice', 'refrigerated'];
const stepMinutes = 15;

/** Where a leg goes, with what, how cold and how long. */
export function LegFields(props: LegFieldsProps): JSX.Element {
  const { leg, index, of, known, fromName, planned, onChange } = props;
  return (
    <div class="leg-fields stack">
      {of > 1 && (
        <div class="leg-head">
          <h2>{t('shipments.new.leg', { n: index + 1 })}</h2>
          {props.onRemove !== undefined && (
            <button type="button" class="button plain compact" onClick={props.onRemove}>
              {t('shipments.new.removeLeg')}
            </button>
          )}
        </div>
      )}
      <NameChoice
        legend={t('shipments.new.to')}
        other={t('shipments.new.otherPlace')}
        value={leg.toName}
        names={knownDestinations(known, fromName)}
        onChange={toName => onChange(legTo(toName, leg, known.past))}
      />
      {props.onFrom !== undefined && <From fromName={fromName} onChange={props.onFrom} />}
      <NameChoice
        legend={t('shipments.new.vehicle')}
        other={t('shipments.new.otherVehicle')}
        value={leg.vehicle}
        names={knownVehicles(known)}
        onChange={vehicle => onChange({ ...leg, vehicle })}
      />
      <CoolingChoice leg={leg} planned={planned} onChange={onChange} />
      <Duration leg={leg} onChange={onChange} />
    </div>
  );
}

/** One of the names that are known, or another one. */
function NameChoice(props: {
  readonly legend: string;
  readonly other: string;
  readonly value: string;
  readonly names: readonly string[];
  onChange(name: string): void;
}): JSX.Element {
  const { legend, other, value, names, onChange } = props;
  const id = useId();
  const [typing, setTyping] = useState(names.length === 0 || (value !== '' && !names.includes(value)));
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      {names.length > 0 && (
        <div class="picker names">
          {names.map(name => (
            <label key={name}>
              <input
                type="radio"
                name={id}
                checked={!typing && value === name}
                onChange={() => {
                  setTyping(false);
                  onChange(name);
                }}
              />
              {name}
            </label>
          ))}
          <label>
            <input
              type="radio"
              name={id}
              checked={typing}
              onChange={() => {
                setTyping(true);
                onChange('');
              }}
            />
            {other}
          </label>
        </div>
      )}
      {typing && (
        <input
          class="input"
          aria-label={names.length === 0 ? legend : other}
          value={value}
          maxLength={128}
          autocomplete="off"
          onInput={event => onChange(event.currentTarget.value)}
        />
      )}
    </fieldset>
  );
}

function From(props: { fromName: string; onChange(fromName: string): void }): JSX.Element {
  const id = useId();
  const [open, setOpen] = useState(props.fromName === '');
  if (!open)
    return (
      <div class="fact-row">
        <span class="grow">
          <span class="second medium">{t('shipments.new.from')}</span>
          <br />
          <b class="strong">{props.fromName}</b>
        </span>
        <button
          type="button"
          class="button compact"
          aria-label={`${t('common.change')}: ${t('shipments.new.from')}`}
          onClick={() => setOpen(true)}
        >
          {t('common.change')}
        </button>
      </div>
    );
  return (
    <div class="field">
      <label for={id}>{t('shipments.new.from')}</label>
      <input
        class="input"
        id={id}
        value={props.fromName}
        maxLength={128}
        autocomplete="off"
        onInput={event => props.onChange(event.currentTarget.value)}
      />
    </div>
  );
}

function CoolingChoice(props: Pick<LegFieldsProps, 'leg' | 'planned' | 'onChange'>): JSX.Element {
  const { leg, planned, onChange } = props;
  const id = useId();
  const [own, setOwn] = useState(leg.temperature !== '');
  return (
    <fieldset class="field">
      <legend>{t('shipments.new.cooling')}</legend>
      <div class="picker two">
        {coolings.map(cooling => (
          <label key={cooling}>
            <input
              type="radio"
              name={id}
              checked={leg.cooling === cooling}
              onChange={() => onChange({ ...leg, cooling })}
            />
            <Icon
              name={cooling === 'none' ? 'sun' : cooling === 'refrigerated' ? 'truck' : 'ice'}
              size={24}
            />
            {t(`shipments.cooling.${cooling}`)}
          </label>
        ))}
      </div>
      {planned !== null && <p class="hint">{legTemperatureText(planned, format.value)}</p>}
      {own ? (
        <div class="own-temperature">
          <label for={`${id}t`}>{t('shipments.new.temperature')}</label>
          <input
            class="input"
            id={`${id}t`}
            inputMode="decimal"
            value={leg.temperature}
            onInput={event => onChange({ ...leg, temperature: event.currentTarget.value })}
          />
        </div>
      ) : (
        <button type="button" class="button plain compact" onClick={() => setOwn(true)}>
          {t('shipments.new.ownTemperature')}
        </button>
      )}
    </fieldset>
  );
}

function Duration({ leg, onChange }: Pick<LegFieldsProps, 'leg' | 'onChange'>): JSX.Element {
  const set = (minutes: number): void =>
    onChange({ ...leg, minutes: Math.max(stepMinutes, Math.min(48 * 60, minutes)) });
  return (
    // biome-ignore lint/a11y/useSemanticElements: two buttons and what they make, no fields of a form
    <div class="field" role="group" aria-label={t('shipments.new.duration')}>
      <div class="legend" aria-hidden="true">
        {t('shipments.new.duration')}
      </div>
      <div class="stepper">
        <button
          type="button"
          aria-label={t('shipments.new.shorter')}
          onClick={() => set(leg.minutes - stepMinutes)}
        >
          −
        </button>
        <output class="stepped" aria-live="polite">
          {durationText(leg.minutes)}
        </output>
        <button
          type="button"
          aria-label={t('shipments.new.longer')}
          onClick={() => set(leg.minutes + stepMinutes)}
        >
          +
        </button>
      </div>
    </div>
  );
}

function durationText(minutes: number): string {
  const h = Math.floor(minutes / 60);
  const min = minutes % 60;
  if (h === 0) return t('time.minutes', { n: min });
  return min === 0 ? t('time.hours', { n: h }) : t('time.hoursAndMinutes', { h, min });
}

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PlaceKind, PlaceView } from '../../models/contracts/place.ts';
import { now } from '../clock.ts';
import { ChoiceField, TextField } from '../components/Field.tsx';
import { Icon } from '../components/Icon.tsx';
import type { MessageId } from '../i18n/catalogues.ts';
import { t } from '../i18n/messages.ts';
import { knownPlaces, placeIdOf } from '../nodeNames.ts';
import { fleet, format, maySetUpNodes } from '../state.ts';
import { useForm } from '../useForm.ts';
import { FormFoot } from './FormFoot.tsx';
import { ListFrame } from './ListFrame.tsx';
import { refusedAt } from './refusal.ts';
import { settingsApi } from './settingsApi.ts';
import { useList } from './useList.ts';

const kindNames: Readonly<Record<PlaceKind, MessageId>> = {
  kitchen: 'manage.placeKind.kitchen',
  fridge: 'manage.placeKind.fridge',
  store: 'manage.placeKind.store',
  vehicle: 'manage.placeKind.vehicle',
  shop: 'manage.placeKind.shop',
  market: 'manage.placeKind.market',
};

/** Where goods are made, kept, carried and sold, with what the sensors there say. */
export function PlacesSection(): JSX.Element {
  const places = useList('places', settingsApi.places);
  /** What a new one is called at first; `null` while none is added. */
  const [adding, setAdding] = useState<string | null>(null);
  const named = placesOfSensors(places.items ?? []);
  return (
    <div class="stack">
      <p class="second">{t('manage.places.how')}</p>
      <ListFrame list={places} what={t('manage.places')} empty={t('manage.places.none')}>
        {items => (
          <ul class="card lines">
            {items.map(place => (
              <li key={place.placeId}>
                <PlaceRow place={place} onChanged={places.reload} />
              </li>
            ))}
          </ul>
        )}
      </ListFrame>
      {maySetUpNodes.value && adding === null && named.length > 0 && places.items !== null && (
        <div class="card padded decision">
          <p class="medium">{t('manage.places.ofSensors')}</p>
          <div class="buttons">
            {named.map(placeId => (
              <button type="button" class="button compact" key={placeId} onClick={() => setAdding(placeId)}>
                <Icon name="plus" size={18} />
                {placeId}
              </button>
            ))}
          </div>
        </div>
      )}
      {maySetUpNodes.value &&
        (adding !== null ? (
          <PlaceForm
            place={null}
            called={adding}
            onSaved={async () => {
              setAdding(null);
              await places.reload();
            }}
            onClose={() => setAdding(null)}
          />
        ) : (
          <button type="button" class="button primary" onClick={() => setAdding('')}>
            <Icon name="plus" size={20} />
            {t('manage.places.add')}
          </button>
        ))}
    </div>
  );
}

/** Places that sensors name and nobody has described yet. */
function placesOfSensors(places: readonly PlaceView[]): string[] {
  const described = new Set(places.map(place => place.placeId));
  return knownPlaces(Object.values(fleet.value.nodes)).filter(placeId => !described.has(placeId));
}

function PlaceRow({ place, onChanged }: { place: PlaceView; onChanged(): Promise<void> }): JSX.Element {
  const [editing, setEditing] = useState(false);
  if (editing)
    return (
      <PlaceForm
        place={place}
        onSaved={async () => {
          setEditing(false);
          await onChanged();
        }}
        onClose={() => setEditing(false)}
      />
    );
  return (
    <div class="line">
      <div class="grow">
        <p class="name">{place.name}</p>
        <p class="minor">
          {t(kindNames[place.kind])} · {sensorsAt(place.placeId)}
        </p>
      </div>
      {maySetUpNodes.value && (
        <button
          type="button"
          class="button compact"
          aria-label={`${t('manage.change')} ${place.name}`}
          onClick={() => setEditing(true)}
        >
          {t('manage.change')}
        </button>
      )}
    </div>
  );
}

/** How many sensors hang at a place and what the latest of them says. */
function sensorsAt(placeId: string): string {
  const nodes = Object.values(fleet.value.nodes).filter(node => node.placeId === placeId);
  const latest = nodes
    .flatMap(({ lastReading }) => (lastReading === null ? [] : [lastReading]))
    .sort((a, b) => b.measuredAt.localeCompare(a.measuredAt))[0];
  const count = t('manage.places.sensors', { n: nodes.length });
  if (latest === undefined || latest.temperatureC === null) return count;
  const temperature = format.value.temperature(latest.temperatureC);
  const at = format.value.moment(Date.parse(latest.measuredAt), now.value);
  return `${count}, ${t('manage.places.now', { temperature, at })}`;
}

interface PlaceFormProps {
  /** `null` for a new one. */
  readonly place: PlaceView | null;
  /** What sensors call it already. */
  readonly called?: string;
  onSaved(): Promise<void>;
  onClose(): void;
}

function PlaceForm({ place, called = '', onSaved, onClose }: PlaceFormProps): JSX.Element {
  const form = useForm({
    start: { name: place?.name ?? called, kind: (place?.kind ?? 'kitchen') as string },
    rules: () => ({ name: t('manage.rule.name') }),
    named: { placeId: 'name' },
    check: ({ name }) => {
      if (name.trim() === '') return { name: t('manage.rule.name') };
      return place === null && called === '' && placeIdOf(name) === null
        ? { name: t('manage.rule.letters') }
        : {};
    },
    async save({ name, kind }) {
      const typed = { name: name.trim(), kind: kind as PlaceKind };
      if (place !== null) await settingsApi.changePlace(place.placeId, typed);
      else await settingsApi.addPlace({ placeId: called || (placeIdOf(name) ?? ''), ...typed });
      await onSaved();
    },
    refused: refusedAt<{ name: string }>({ 'place.exists': 'name' }),
  });
  return (
    <form
      class={`${place === null ? 'card padded' : 'opened'} stack`}
      noValidate
      ref={form.element}
      onSubmit={form.submit}
    >
      {place === null && <h2>{t('manage.places.add')}</h2>}
      <TextField
        form={form}
        name="name"
        label={t('manage.places.name')}
        hint={place === null ? t('manage.places.nameHint') : undefined}
      />
      <ChoiceField
        form={form}
        name="kind"
        label={t('manage.places.kind')}
        options={Object.entries(kindNames).map(([value, id]) => ({ value, label: t(id) }))}
      />
      <FormFoot form={form} save={t('manage.places.save')} onClose={onClose} />
    </form>
  );
}

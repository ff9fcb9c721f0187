import type { JSX } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import type { OrganisationKind, OrganisationView } from '../../models/contracts/people.ts';
import { ChoiceField, TextField } from '../components/Field.tsx';
import type { MessageId } from '../i18n/catalogues.ts';
import { t } from '../i18n/messages.ts';
import { load, me } from '../state.ts';
import { useForm } from '../useForm.ts';
import { FormFoot } from './FormFoot.tsx';
import { ListFrame } from './ListFrame.tsx';
import { refusedAt } from './refusal.ts';
import { settingsApi } from './settingsApi.ts';
import { useList } from './useList.ts';

const kindNames: Readonly<Record<OrganisationKind, MessageId>> = {
  producer: 'manage.orgKind.producer',
  distributor: 'manage.orgKind.distributor',
  shop: 'manage.orgKind.shop',
  laboratory: 'manage.orgKind.laboratory',
};

/** What the firm is and tells of itself; only an owner changes it. */
export function OrganisationSection(): JSX.Element {
  const firm = useList(
    'organisation',
    useCallback(async () => [await settingsApi.organisation()], []),
  );
  const isOwner = me.value?.role === 'owner';
  return (
    <div class="stack">
      <p class="second">{t('manage.organisation.how')}</p>
      <ListFrame list={firm} what={t('manage.organisation')} empty="">
        {([organisation]) =>
          organisation === undefined ? null : isOwner ? (
            <ProfileForm organisation={organisation} />
          ) : (
            <Profile organisation={organisation} />
          )
        }
      </ListFrame>
    </div>
  );
}

function Profile({ organisation }: { organisation: OrganisationView }): JSX.Element {
  const { name, publicName, kind, address, pirtNumber, halalNumber, timeZone } = organisation;
  const rows: readonly (readonly [string, string | null])[] = [
    [t('manage.organisation.name'), name],
    [t('manage.organisation.publicName'), publicName],
    [t('manage.organisation.kind'), t(kindNames[kind])],
    [t('manage.organisation.address'), address],
    [t('manage.organisation.pirt'), pirtNumber],
    [t('manage.organisation.halal'), halalNumber],
    [t('manage.organisation.zone'), timeZone],
    [t('manage.organisation.prefix'), organisation.gs1CompanyPrefix],
    [t('manage.organisation.gln'), organisation.gln],
  ];
  return (
    <dl class="card padded facts left">
      {rows.map(([label, value]) => (
        <div key={label} class="fact">
          <dt>{label}</dt>
          <dd>{value ?? <span class="second">{t('manage.organisation.empty')}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

const optionalFields = [
  'publicName',
  'address',
  'pirtNumber',
  'halalNumber',
  'gs1CompanyPrefix',
  'gln',
] as const;

function typedOf(organisation: OrganisationView) {
  const { name, kind, timeZone, publicName, address, pirtNumber, halalNumber, gs1CompanyPrefix, gln } =
    organisation;
  return {
    ...{ name, kind: kind as string, timeZone, publicName: publicName ?? '', address: address ?? '' },
    ...{ pirtNumber: pirtNumber ?? '', halalNumber: halalNumber ?? '' },
    ...{ gs1CompanyPrefix: gs1CompanyPrefix ?? '', gln: gln ?? '' },
  };
}

function ProfileForm({ organisation }: { organisation: OrganisationView }): JSX.Element {
  const [saved, setSaved] = useState<string | null>(null);
  const form = useForm({
    start: () => typedOf(organisation),
    rules: () => ({
      ...{ name: t('manage.rule.name'), publicName: t('manage.rule.long', { n: 128 }) },
      ...{ address: t('manage.rule.long', { n: 512 }), timeZone: t('manage.rule.zone') },
      ...{ pirtNumber: t('manage.rule.long', { n: 64 }), halalNumber: t('manage.rule.long', { n: 64 }) },
      ...{ gs1CompanyPrefix: t('manage.rule.prefix'), gln: t('manage.rule.gln') },
    }),
    check: ({ name }) => (name.trim() === '' ? { name: t('manage.rule.name') } : {}),
    async save(values) {
      const optional = optionalFields.map(field => [field, values[field].trim() || null] as const);
      await settingsApi.changeOrganisation({
        ...{
          name: values.name.trim(),
          kind: values.kind as OrganisationKind,
          timeZone: values.timeZone.trim(),
        },
        ...(Object.fromEntries(optional) as Record<(typeof optionalFields)[number], string | null>),
      });
      setSaved(t('manage.saved'));
      // Its name, kind and zone are on every page.
      await load();
    },
    refused: refusedAt<{ name: string }>(),
  });
  return (
    <form
      class="card padded stack"
      noValidate
      ref={form.element}
      onSubmit={form.submit}
      onInput={() => setSaved(null)}
    >
      <TextField form={form} name="name" label={t('manage.organisation.name')} />
      <TextField
        form={form}
        name="publicName"
        label={t('manage.organisation.publicName')}
        hint={t('manage.organisation.publicNameHint')}
      />
      <TextField form={form} name="address" label={t('manage.organisation.address')} lines={3} />
      <div class="two-fields">
        <TextField
          form={form}
          name="pirtNumber"
          label={t('manage.organisation.pirt')}
          hint={t('manage.optional')}
        />
        <TextField
          form={form}
          name="halalNumber"
          label={t('manage.organisation.halal')}
          hint={t('manage.optional')}
        />
      </div>
      <ChoiceField
        form={form}
        name="kind"
        label={t('manage.organisation.kind')}
        hint={t('manage.organisation.kindHint')}
        options={Object.entries(kindNames).map(([value, id]) => ({ value, label: t(id) }))}
      />
      <TextField
        form={form}
        name="timeZone"
        label={t('manage.organisation.zone')}
        hint={t('manage.organisation.zoneHint')}
        list={zones}
      />
      <h2>{t('manage.organisation.trade')}</h2>
      <div class="two-fields">
        <TextField
          form={form}
          name="gs1CompanyPrefix"
          label={t('manage.organisation.prefix')}
          inputMode="numeric"
          hint={t('manage.optional')}
        />
        <TextField
          form={form}
          name="gln"
          label={t('manage.organisation.gln')}
          inputMode="numeric"
          hint={t('manage.optional')}
        />
      </div>
      <FormFoot form={form} save={t('manage.organisation.save')} saved={saved} />
    </form>
  );
}

/** Those of Indonesia first; others can be typed. */
const zones = ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura', 'Asia/Singapore', 'Asia/Tokyo'];

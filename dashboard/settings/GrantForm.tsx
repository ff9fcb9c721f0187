import type { JSX } from 'preact';
import { list } from '../api.ts';
import { now } from '../clock.ts';
import { ChoiceField, SelectField, TextField } from '../components/Field.tsx';
import { fromLocalInput, toLocalInput } from '../dateInput.ts';
import { t } from '../i18n/messages.ts';
import { format, me } from '../state.ts';
import { useForm } from '../useForm.ts';
import { dayMs } from '../zone.ts';
import { FormFoot } from './FormFoot.tsx';
import { refusedAt } from './refusal.ts';
import { type MadeGrant, type NewGrant, settingsApi } from './settingsApi.ts';
import { useList } from './useList.ts';

interface Typed {
  readonly subject: string;
  readonly shipmentId: string;
  /** Who may open a shipment: whoever has the link, or one person. */
  readonly by: string;
  readonly email: string;
  readonly from: string;
  readonly to: string;
  readonly ends: string;
}

interface ShipmentName {
  readonly shipmentId: string;
  readonly name?: string;
}

const shipments = () => list<'shipments', ShipmentName>('/shipments', 'shipments');
const isEmail = (text: string): boolean => /^\S+@\S+\.\S+$/.test(text.trim());

/** Lets one person see a shipment, or readings without names, until a date. */
export function GrantForm(props: { onMade(grant: MadeGrant): Promise<void>; onClose(): void }): JSX.Element {
  const { zone } = format.value;
  const known = useList('shipments', shipments);
  const mayShareReadings = me.value?.role === 'owner';
  const form = useForm<Typed>({
    start: {
      ...{ subject: 'shipment', shipmentId: '', by: 'link', email: '', from: '', to: '' },
      ends: toLocalInput(now.value + 30 * dayMs, zone).slice(0, 10),
    },
    rules: () => ({
      ...{ email: t('manage.rule.email'), ends: t('manage.rule.future'), to: t('manage.rule.order') },
      shipmentId: t('manage.rule.choose'),
    }),
    named: { toEmail: 'email', expiresAt: 'ends', subjectId: 'shipmentId' },
    check: ({ subject, shipmentId, by, email, ends, from, to }) => ({
      ...(subject === 'shipment' && shipmentId === '' ? { shipmentId: t('manage.rule.choose') } : {}),
      ...((subject === 'shipment' && by === 'link') || isEmail(email)
        ? {}
        : { email: t('manage.rule.email') }),
      ...(from !== '' && to !== '' && to < from ? { to: t('manage.rule.order') } : {}),
      ...(ends === '' ? { ends: t('manage.rule.future') } : {}),
    }),
    save: async typed => props.onMade(await settingsApi.addGrant(readGrant(typed))),
    refused: refusedAt<Typed>({ 'shipment.not_found': 'shipmentId' }),
  });

  /** A day that is named is meant to its end. */
  function readGrant({ subject, shipmentId, by, email, from, to, ends }: Typed): NewGrant {
    const iso = (day: string, plusDays: number): string =>
      new Date((fromLocalInput(day, zone) ?? now.value) + plusDays * dayMs).toISOString();
    const [toEmail, expiresAt] = [email.trim(), iso(ends, 1)];
    if (subject === 'shipment') {
      const to = by === 'link' ? { byLink: true as const } : { toEmail };
      return { ...to, expiresAt, subject: 'shipment', subjectId: shipmentId };
    }
    return {
      ...{ toEmail, expiresAt, subject: 'readings-pseudonymised' },
      ...(from === '' ? {} : { from: iso(from, 0) }),
      ...(to === '' ? {} : { to: iso(to, 1) }),
    };
  }

  const isShipment = form.values.subject === 'shipment';
  return (
    <form class="card padded stack" noValidate ref={form.element} onSubmit={form.submit}>
      <h2>{t('manage.grants.add')}</h2>
      <ChoiceField
        form={form}
        name="subject"
        label={t('manage.grants.what')}
        options={[
          {
            ...{ value: 'shipment', label: t('manage.grants.shipment') },
            minor: t('manage.grants.shipmentMinor'),
          },
          ...(mayShareReadings
            ? [
                {
                  ...{ value: 'readings-pseudonymised', label: t('manage.grants.readings') },
                  minor: t('manage.grants.readingsMinor'),
                },
              ]
            : []),
        ]}
      />
      {isShipment && (
        <SelectField
          form={form}
          name="shipmentId"
          label={t('manage.grants.which')}
          hint={known.items?.length === 0 ? t('manage.grants.noShipments') : undefined}
          options={[
            { value: '', label: t('manage.rule.choose') },
            ...(known.items ?? []).map(({ shipmentId, name }) => ({
              value: shipmentId,
              label: name ?? shipmentId,
            })),
          ]}
        />
      )}
      {isShipment && (
        <ChoiceField
          form={form}
          name="by"
          label={t('manage.grants.by')}
          options={[
            { value: 'link', label: t('manage.grants.byLink'), minor: t('manage.grants.byLinkMinor') },
            { value: 'email', label: t('manage.grants.byEmail'), minor: t('manage.grants.toHint') },
          ]}
        />
      )}
      {(!isShipment || form.values.by === 'email') && (
        <TextField
          form={form}
          name="email"
          type="email"
          label={t('manage.grants.to')}
          hint={isShipment ? undefined : t('manage.grants.toHint')}
        />
      )}
      {!isShipment && (
        <div class="two-fields">
          <TextField
            form={form}
            name="from"
            type="date"
            label={t('manage.grants.from')}
            hint={t('manage.optional')}
          />
          <TextField
            form={form}
            name="to"
            type="date"
            label={t('manage.grants.until')}
            hint={t('manage.optional')}
          />
        </div>
      )}
      <TextField form={form} name="ends" type="date" label={t('manage.grants.ends')} />
      <FormFoot form={form} save={t('manage.grants.make')} onClose={props.onClose} />
    </form>
  );
}

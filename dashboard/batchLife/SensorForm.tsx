import type { JSX } from 'preact';
import type { BatchView, PlacementView } from '../../models/contracts/batch.ts';
import { now } from '../clock.ts';
import { SelectField, TextField } from '../components/Field.tsx';
import { Icon } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { fleet, format } from '../state.ts';
import { useForm } from '../useForm.ts';
import { ActionFoot, refused } from './ActionFoot.tsx';
import { endPlacement, placeSensor } from './batchLifeApi.ts';

/** Which sensors speak for the batch now, at which place in the load; another one, or one that is taken away. */
export function SensorForm({ batch }: { batch: BatchView }): JSX.Element {
  const open = batch.placements.filter(placement => placement.to === null);
  const form = useForm<{ nodeId: string; position: string }>({
    start: { nodeId: '', position: '' },
    check: ({ nodeId }) => (nodeId === '' ? { nodeId: t('batchLife.nodeMissing') } : {}),
    refused,
    async save({ nodeId, position }) {
      const where = position.trim() === '' ? {} : { position: position.trim() };
      await placeSensor(batch, { nodeId, ...where, from: new Date(now.value).toISOString() });
      form.clear({ nodeId: '', position: '' });
    },
  });
  const nodes = Object.values(fleet.value.nodes).map(node => ({ value: node.nodeId, label: node.name }));
  return (
    <div class="stack">
      {open.length === 0 ? (
        <p class="second">{t('batchLife.noSensor')}</p>
      ) : (
        <ul class="plain-list">
          {open.map(placement => (
            <li key={placement.placementId}>
              <OpenPlacement batch={batch} placement={placement} />
            </li>
          ))}
        </ul>
      )}
      <form class="stack" noValidate ref={form.element} onSubmit={form.submit}>
        <SelectField
          form={form}
          name="nodeId"
          label={t('batchLife.newSensor')}
          options={[{ value: '', label: t('batchLife.choose') }, ...nodes]}
        />
        <TextField
          form={form}
          name="position"
          label={t('batchLife.position')}
          hint={t('batchLife.positionHint')}
          list={['atas', 'tengah', 'bawah', 'pintu']}
        />
        <ActionFoot form={form} save={t('batchLife.place')} />
      </form>
      <a class="button" href={paths.scan}>
        <Icon name="camera" size={20} />
        {t('batchLife.scan')}
      </a>
    </div>
  );
}

function OpenPlacement({ batch, placement }: { batch: BatchView; placement: PlacementView }): JSX.Element {
  const { batchId } = batch;
  const ending = useForm({
    start: {},
    refused,
    save: () => endPlacement(batchId, placement.placementId, new Date(now.value).toISOString()),
  });
  const place = placement.position === 'main' ? '' : `, ${placement.position}`;
  return (
    <form class="row" onSubmit={ending.submit}>
      <span class="grow">
        <a href={paths.node(placement.nodeId)}>{placement.nodeName}</a>
        {place}
        <br />
        <span class="second">
          {t('batchLife.since', { at: format.value.moment(Date.parse(placement.from), now.value) })}
        </span>
      </span>
      <button
        type="submit"
        class="button compact"
        aria-label={t('batchLife.takeAway', { node: placement.nodeName })}
        disabled={ending.busy}
      >
        {t('batchLife.takeAwayShort')}
      </button>
      {ending.failure !== null && <p class="wrong">{ending.failure}</p>}
    </form>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Storage } from '../../models/contracts/batch.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { fromLocalInput, toLocalInput } from '../dateInput.ts';
import { t } from '../i18n/messages.ts';
import { keptIn } from '../keptWords.ts';
import { likeBatch, type NewBatchForm, presetForm } from '../newBatchForm.ts';
import { useSaveBatch } from '../saveBatch.ts';
import { fleet, format, hasLists } from '../state.ts';
import { hourMs } from '../zone.ts';

/** Batch baru: three taps when it is like the last one. */
export function NewBatchView(): JSX.Element | null {
  if (!hasLists.value) return null;
  return <Form />;
}

function Form(): JSX.Element {
  const { batches, nodes, products } = fleet.value;
  const [form, setForm] = useState(() =>
    presetForm(
      Object.values(batches),
      Object.values(nodes),
      Object.values(products),
      t('newBatch.unit'),
      now.value,
    ),
  );
  const { save, busy, failure } = useSaveBatch(form);
  const change = (part: Partial<NewBatchForm>): void => setForm({ ...form, ...part });
  return (
    <main id="content" tabIndex={-1}>
      <PageHead title={t('nav.newBatch')} crumb={t('nav.newBatch')} />
      <form
        class="stack new-batch"
        id="new-batch"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          void save();
        }}
      >
        <ProductPicker form={form} onChange={change} />
        <AmountStepper form={form} onChange={change} />
        <StoragePicker form={form} onChange={change} />
        <div>
          <MadeAt form={form} onChange={change} />
          <NodeChoice form={form} onChange={change} />
        </div>
        {failure !== null && (
          <Note status="risk" alert>
            {failure}
          </Note>
        )}
      </form>
      <div class="thumb form">
        <Preview form={form} />
        <button type="submit" form="new-batch" class="button primary large" disabled={busy}>
          <Icon name="check" size={22} />
          {busy ? t('common.saving') : t('common.save')}
        </button>
      </div>
    </main>
  );
}

interface PartProps {
  readonly form: NewBatchForm;
  onChange(part: Partial<NewBatchForm>): void;
}

function Choice(props: {
  name: string;
  checked: boolean;
  onChoose(): void;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <label>
      <input type="radio" name={props.name} checked={props.checked} onChange={props.onChoose} />
      {props.children}
    </label>
  );
}

function ProductPicker({ form, onChange }: PartProps): JSX.Element {
  const products = Object.values(fleet.value.products);
  return (
    <fieldset class="field">
      <legend>{t('newBatch.which')}</legend>
      {products.length === 0 && <p class="second">{t('newBatch.noProducts')}</p>}
      <div class="picker">
        {products.map(product => (
          <Choice
            key={product.productId}
            name="product"
            checked={form.productId === product.productId}
            onChoose={() => onChange({ productId: product.productId, storage: product.storage })}
          >
            {product.name}
          </Choice>
        ))}
      </div>
    </fieldset>
  );
}

function AmountStepper({ form, onChange }: PartProps): JSX.Element {
  const set = (amount: number): void => onChange({ amount: Math.max(1, Math.min(100_000, amount)) });
  return (
    <div class="field">
      <label for="amount">{t('newBatch.howMany')}</label>
      <div class="stepper">
        <button type="button" aria-label={t('newBatch.fewer')} onClick={() => set(form.amount - 1)}>
          −
        </button>
        <input
          id="amount"
          type="number"
          inputMode="numeric"
          min={1}
          value={form.amount}
          onChange={event => {
            const typed = Number(event.currentTarget.value);
            set(Number.isFinite(typed) ? Math.round(typed) : form.amount);
          }}
        />
        <button type="button" aria-label={t('newBatch.more')} onClick={() => set(form.amount + 1)}>
          +
        </button>
      </div>
    </div>
  );
}

function StoragePicker({ form, onChange }: PartProps): JSX.Element {
  const choices: readonly { storage: Storage; icon: 'sun' | 'fridge' }[] = [
    { storage: 'room', icon: 'sun' },
    { storage: 'fridge', icon: 'fridge' },
  ];
  return (
    <fieldset class="field">
      <legend>{t('newBatch.where')}</legend>
      <div class="picker two">
        {choices.map(({ storage, icon }) => (
          <Choice
            key={storage}
            name="storage"
            checked={form.storage === storage}
            onChoose={() => onChange({ storage })}
          >
            <Icon name={icon} size={26} />
            {t(`storage.${storage}`)}
          </Choice>
        ))}
      </div>
    </fieldset>
  );
}

function MadeAt({ form, onChange }: PartProps): JSX.Element {
  const { clock, zone } = format.value;
  const [open, setOpen] = useState(false);
  const shownAt = form.producedAt ?? now.value;
  return (
    <div class="fact-row">
      <div class="grow">
        <label class="second medium" for="made-at">
          {t('newBatch.made')}
        </label>
        {open ? (
          <input
            class="input"
            id="made-at"
            type="datetime-local"
            value={toLocalInput(shownAt, zone)}
            max={toLocalInput(now.value, zone)}
            onChange={event => {
              const producedAt = fromLocalInput(event.currentTarget.value, zone);
              if (producedAt !== null) onChange({ producedAt });
            }}
          />
        ) : (
          <div class="strong">
            {form.producedAt === null
              ? t('newBatch.madeNow', { clock: clock(shownAt) })
              : format.value.moment(shownAt, now.value)}
          </div>
        )}
      </div>
      {!open && (
        <button type="button" class="button compact" id="made-at" onClick={() => setOpen(true)}>
          {t('common.change')}
        </button>
      )}
    </div>
  );
}

function NodeChoice({ form, onChange }: PartProps): JSX.Element {
  const { temperature } = format.value;
  const [open, setOpen] = useState(false);
  const nodes = Object.values(fleet.value.nodes);
  const chosen = nodes.find(node => node.nodeId === form.nodeId);
  const named = (node: (typeof nodes)[number]): string => {
    const temperatureC = node.lastReading?.temperatureC ?? null;
    const parts = [node.name, node.placeId, temperatureC === null ? null : temperature(temperatureC)];
    return format.value.list(parts.filter(part => part !== null));
  };
  return (
    <div class="fact-row">
      <div class="grow">
        <label class="second medium" for="node">
          {t('newBatch.node')}
        </label>
        {open ? (
          <select
            class="input"
            id="node"
            value={form.nodeId ?? ''}
            onChange={event => onChange({ nodeId: event.currentTarget.value || null })}
          >
            <option value="">{t('newBatch.noNode')}</option>
            {nodes.map(node => (
              <option key={node.nodeId} value={node.nodeId}>
                {named(node)}
              </option>
            ))}
          </select>
        ) : (
          <div class="strong">{chosen ? named(chosen) : t('newBatch.noNode')}</div>
        )}
      </div>
      {!open && nodes.length > 0 && (
        <button type="button" class="button compact" id="node" onClick={() => setOpen(true)}>
          {t('newBatch.swap')}
        </button>
      )}
    </div>
  );
}

/** What the last batch of this kind had at its making, counted from the time this one was made. */
function Preview({ form }: { form: NewBatchForm }): JSX.Element {
  const shown = format.value;
  const like = likeBatch(form, Object.values(fleet.value.batches));
  if (like === undefined || like.estimate.lifeAtMakingH <= 0)
    return <p class="second medium">{t('newBatch.noPreview')}</p>;
  const untilAt = (form.producedAt ?? now.value) + like.estimate.lifeAtMakingH * hourMs;
  const leftH = (untilAt - now.value) / hourMs;
  if (leftH <= 0) return <p class="second medium">{t('newBatch.noPreview')}</p>;
  const until = shown.until(untilAt, now.value);
  return (
    <p>
      <span class="strong">{t('newBatch.preview', { remaining: shown.remainingText(leftH) })}</span>
      <br />
      <span class="second">
        {t('newBatch.previewUntil', { day: until.day, clock: until.clock, kept: keptIn(like, shown) })}
      </span>
    </p>
  );
}

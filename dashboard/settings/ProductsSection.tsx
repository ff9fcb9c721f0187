import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ProductView, Storage, Treatment, Variant } from '../../models/contracts/batch.ts';
import { FailedNote } from '../components/FailedNote.tsx';
import { ChoiceField, SelectField, TextField } from '../components/Field.tsx';
import { Icon } from '../components/Icon.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import type { MessageId } from '../i18n/catalogues.ts';
import { t } from '../i18n/messages.ts';
import { placeIdOf } from '../nodeNames.ts';
import { fleet, hasLists, load, mayMakeBatches } from '../state.ts';
import { useForm } from '../useForm.ts';
import { FormFoot } from './FormFoot.tsx';
import { isSealed, readProduct, type TypedProduct, typedProduct } from './productForm.ts';
import { refusedAt } from './refusal.ts';
import { settingsApi } from './settingsApi.ts';

const variantNames: Readonly<Record<Variant, MessageId>> = {
  takwa: 'manage.variant.takwa',
  putih: 'manage.variant.putih',
  pong: 'manage.variant.pong',
  other: 'manage.variant.other',
};

const treatmentNames: Readonly<Record<Treatment, MessageId>> = {
  none: 'manage.treatment.none',
  'water-immersed': 'manage.treatment.water-immersed',
  'turmeric-boiled': 'manage.treatment.turmeric-boiled',
  vacuum: 'manage.treatment.vacuum',
  'packed-heated': 'manage.treatment.packed-heated',
  'packed-heated-p90': 'manage.treatment.packed-heated-p90',
};

const storageNames: Readonly<Record<Storage, MessageId>> = {
  room: 'manage.storage.room',
  fridge: 'manage.storage.fridge',
};

const options = (names: Readonly<Record<string, MessageId>>) =>
  Object.entries(names).map(([value, id]) => ({ value, label: t(id) }));

/** The kinds of tofu that batches are made of. */
export function ProductsSection(): JSX.Element {
  const [open, setOpen] = useState(false);
  const products = Object.values(fleet.value.products);
  return (
    <div class="stack">
      <p class="second">{t('manage.products.how')}</p>
      <FailedNote />
      {!hasLists.value && <Placeholder rows={3} />}
      {hasLists.value && products.length === 0 && <p class="second">{t('manage.products.none')}</p>}
      {products.length > 0 && (
        <ul class="card lines">
          {products.map(product => (
            <li key={product.productId}>
              <ProductRow product={product} />
            </li>
          ))}
        </ul>
      )}
      {mayMakeBatches.value &&
        (open ? (
          <ProductForm product={null} onClose={() => setOpen(false)} />
        ) : (
          <button type="button" class="button primary" onClick={() => setOpen(true)}>
            <Icon name="plus" size={20} />
            {t('manage.products.add')}
          </button>
        ))}
    </div>
  );
}

function ProductRow({ product }: { product: ProductView }): JSX.Element {
  const [editing, setEditing] = useState(false);
  const { name, treatment, storage, needH, unit } = product;
  if (editing) return <ProductForm product={product} onClose={() => setEditing(false)} />;
  return (
    <div class="line">
      <div class="grow">
        <p class="name">{name}</p>
        <p class="minor">
          {[
            ...[t(treatmentNames[treatment]), t(storageNames[storage])],
            ...(needH === null ? [] : [t('manage.products.needShown', { h: needH })]),
            ...(unit === null ? [] : [unit]),
          ].join(' · ')}
        </p>
      </div>
      {mayMakeBatches.value && (
        <button
          type="button"
          class="button compact"
          aria-label={`${t('manage.change')} ${name}`}
          onClick={() => setEditing(true)}
        >
          {t('manage.change')}
        </button>
      )}
    </div>
  );
}

interface ProductFormProps {
  /** `null` for a new one. */
  readonly product: ProductView | null;
  onClose(): void;
}

function ProductForm({ product, onClose }: ProductFormProps): JSX.Element {
  const form = useForm<TypedProduct>({
    start: () => typedProduct(product),
    rules: () => ({
      name: t('manage.rule.name'),
      unit: t('manage.rule.long', { n: 32 }),
      gtin: t('manage.rule.gtin'),
    }),
    named: { productId: 'name', unitPriceIdr: 'price', needH: 'need' },
    check: typed => faultsOf(typed, product === null),
    async save(typed) {
      const read = readProduct(typed);
      if ('wrong' in read) return;
      if (product !== null) await settingsApi.changeProduct(product.productId, read.product);
      else await settingsApi.addProduct({ productId: placeIdOf(typed.name) ?? '', ...read.product });
      // The list of kinds belongs to what every page shows.
      await load();
      onClose();
    },
    refused: refusedAt<TypedProduct>({ 'product.exists': 'name' }),
  });
  return (
    <form
      class={`${product === null ? 'card padded' : 'opened'} stack`}
      noValidate
      ref={form.element}
      onSubmit={form.submit}
    >
      {product === null && <h2>{t('manage.products.add')}</h2>}
      <TextField form={form} name="name" label={t('manage.products.name')} />
      <SelectField
        form={form}
        name="variant"
        label={t('manage.products.variant')}
        options={options(variantNames)}
      />
      <ChoiceField
        form={form}
        name="treatment"
        label={t('manage.products.treatment')}
        options={options(treatmentNames)}
      />
      <p class="hint" role="status">
        {isSealed(form.values.treatment) ? t('manage.products.classSealed') : t('manage.products.classFresh')}
        {product !== null &&
          form.values.treatment !== product.treatment &&
          ` ${t('manage.products.keepTreatment')}`}
      </p>
      <ChoiceField
        form={form}
        name="storage"
        label={t('manage.products.storage')}
        options={options(storageNames)}
      />
      <div class="two-fields">
        <TextField
          form={form}
          name="unit"
          label={t('manage.products.unit')}
          hint={t('manage.products.unitHint')}
        />
        <TextField
          form={form}
          name="price"
          label={t('manage.products.price')}
          inputMode="numeric"
          hint={t('manage.optional')}
        />
        <TextField
          form={form}
          name="need"
          label={t('manage.products.need')}
          inputMode="decimal"
          hint={t('manage.products.needHint')}
        />
        <TextField
          form={form}
          name="gtin"
          label={t('manage.products.gtin')}
          inputMode="numeric"
          hint={t('manage.optional')}
        />
      </div>
      <FormFoot form={form} save={t('manage.products.save')} onClose={onClose} />
    </form>
  );
}

function faultsOf(typed: TypedProduct, isNew: boolean): Partial<Record<keyof TypedProduct, string>> {
  const read = readProduct(typed);
  const wrong = 'wrong' in read ? read.wrong : [];
  const name =
    typed.name.trim() === ''
      ? t('manage.rule.name')
      : isNew && placeIdOf(typed.name) === null
        ? t('manage.rule.letters')
        : null;
  return {
    ...(name === null ? {} : { name }),
    ...(wrong.includes('price') ? { price: t('manage.rule.number', { min: 0, max: '1.000.000.000' }) } : {}),
    ...(wrong.includes('need') ? { need: t('manage.rule.number', { min: 0, max: '1440' }) } : {}),
  };
}

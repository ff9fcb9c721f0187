import type { ProductView, Storage, Treatment, Variant } from '../../models/contracts/batch.ts';

/** A product as it is typed. */
export interface TypedProduct {
  readonly name: string;
  readonly variant: string;
  readonly treatment: string;
  readonly storage: string;
  readonly unit: string;
  readonly price: string;
  readonly need: string;
  readonly gtin: string;
}

export function typedProduct(product: ProductView | null): TypedProduct {
  return {
    name: product?.name ?? '',
    variant: product?.variant ?? 'takwa',
    treatment: product?.treatment ?? 'turmeric-boiled',
    storage: product?.storage ?? 'room',
    unit: product?.unit ?? '',
    price: product?.unitPriceIdr == null ? '' : String(product.unitPriceIdr),
    need: product?.needH == null ? '' : String(product.needH),
    gtin: product?.gtin ?? '',
  };
}

/** Fields that hold no number where one is meant. */
export type WrongNumber = 'price' | 'need';

/** What the server is told, or which fields hold no number. Empty fields say that nothing is known. */
export function readProduct(
  typed: TypedProduct,
): { product: Omit<ProductView, 'productId'> } | { wrong: WrongNumber[] } {
  const price = readNumber(typed.price, 1e9, /[.\s](?=\d{3}(\D|$))/g);
  const need = readNumber(typed.need, 1440);
  const wrong: WrongNumber[] = [
    ...(price === undefined ? ['price' as const] : []),
    ...(need === undefined ? ['need' as const] : []),
  ];
  if (price === undefined || need === undefined) return { wrong };
  return {
    product: {
      name: typed.name.trim(),
      variant: typed.variant as Variant,
      treatment: typed.treatment as Treatment,
      storage: typed.storage as Storage,
      unit: typed.unit.trim() || null,
      unitPriceIdr: price,
      needH: need,
      gtin: typed.gtin.replace(/[\s-]/g, '') || null,
    },
  };
}

/** `null` for nothing, `undefined` for what is no number within 0 and `most`. @param groups  marks that only group digits */
function readNumber(typed: string, most: number, groups?: RegExp): number | null | undefined {
  const text = typed.trim();
  if (text === '') return null;
  const plain = (groups === undefined ? text : text.replaceAll(groups, '')).replace(',', '.');
  const value = Number(plain);
  return /^\d+(\.\d+)?$/.test(plain) && value <= most ? value : undefined;
}

/** Heated in a sealed pack, which spoils by other rules than fresh tofu. */
export const isSealed = (treatment: string): boolean => treatment.startsWith('packed-heated');

import { z } from 'zod';
import { newProductSchema, productChangeSchema, productViewSchema } from '../../models/contracts/batch.ts';
import { changedFields } from '../audit/changedFields.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import {
  addProduct,
  changeProduct,
  findProduct,
  listProducts,
  type Product,
} from '../store/metadata/products.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute, type Principal } from './route.ts';

export function productRoutes({ db, clock, lives, fleet }: Services) {
  const audit = (
    { orgId, actor }: Principal,
    action: string,
    subject: string,
    change: { readonly before?: unknown; readonly after: unknown },
  ) => addAudit(db, { at: clock.now(), orgId, actor, action, subject, detail: '', ...change });
  return [
    defineRoute({
      method: 'get',
      path: '/products',
      summary: 'Kinds of tahu the organisation makes or has recorded',
      query: z.strictObject(pageQuery),
      success: { status: 200, schema: page('products', productViewSchema) },
      async handle({ principal, query }) {
        const after = readCursor(query.cursor, z.string());
        const found = await listProducts(db, principal.orgId, { after, limit: query.limit + 1 });
        const { items, nextCursor } = toPage(found, query.limit, p => p.productId);
        return { products: items, nextCursor };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/products',
      summary: 'Adds a kind of tahu of its own',
      body: newProductSchema,
      success: { status: 201, schema: productViewSchema },
      async handle({ principal, body }) {
        if (!(await addProduct(db, principal.orgId, body)))
          throw new ApiError('product.exists', `there is a product ${body.productId} already`);
        await audit(principal, 'product.added', body.productId, { after: body });
        return body;
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/products/:productId',
      summary: 'Changes what is named; batches keep the treatment they were made with',
      body: productChangeSchema,
      success: { status: 200, schema: productViewSchema },
      async handle({ principal, param, body }) {
        const productId = param('productId');
        const product = await findProduct(db, principal.orgId, productId);
        if (product === null) throw new ApiError('product.not_found', `there is no product ${productId}`);
        const changed = withChanges(product, body);
        await changeProduct(db, principal.orgId, changed);
        await audit(principal, 'product.changed', productId, changedFields({ ...product }, { ...changed }));
        // Batches without a storage of their own are kept as their product is.
        if (changed.storage !== product.storage) {
          await lives.productChanged();
          fleet.publish('products', null);
        }
        return changed;
      },
    }),
  ];
}

function withChanges(product: Product, change: z.output<typeof productChangeSchema>): Product {
  const named = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...product, ...Object.fromEntries(named) };
}

import { z } from 'zod';
import { productViewSchema } from '../../models/contracts/batch.ts';
import type { Services } from '../services.ts';
import { listProducts } from '../store/metadata/products.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute } from './route.ts';

export function productRoutes({ db }: Services) {
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
  ];
}

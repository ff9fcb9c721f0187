import { meSchema } from '../../models/contracts/people.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { defineRoute } from './route.ts';

export function meRoutes({ db }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/me',
      summary: 'Who I am here and for which organisation',
      success: { status: 200, schema: meSchema },
      async handle({ principal: { name, role, orgId } }) {
        const organisation = await findOrganisation(db, orgId);
        if (organisation === null) throw new ApiError('organisation.not_found', `there is no ${orgId}`);
        return { name, role, organisation };
      },
    }),
  ];
}

import { organisationChangeSchema, organisationViewSchema } from '../../models/contracts/people.ts';
import { changedFields } from '../audit/changedFields.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { changeOrganisation, findOrganisation } from '../store/metadata/organisations.ts';
import { defineRoute } from './route.ts';

export function organisationRoutes({ db, clock }: Services) {
  async function require(orgId: string) {
    const organisation = await findOrganisation(db, orgId);
    if (organisation === null) throw new ApiError('organisation.not_found', `there is no ${orgId}`);
    return organisation;
  }

  return [
    defineRoute({
      method: 'get',
      path: '/organisation',
      summary: 'My firm: what it is and what it tells of itself',
      success: { status: 200, schema: organisationViewSchema },
      handle: ({ principal: { orgId } }) => require(orgId),
    }),
    defineRoute({
      method: 'patch',
      path: '/organisation',
      summary: 'Changes what is given; null empties a field',
      body: organisationChangeSchema,
      success: { status: 200, schema: organisationViewSchema },
      async handle({ principal: { orgId, actor }, body }) {
        const before = await require(orgId);
        await changeOrganisation(db, orgId, body);
        const after = await require(orgId);
        const changed = changedFields({ ...before }, { ...after });
        const fields = Object.keys(changed.after);
        if (fields.length > 0)
          await addAudit(db, {
            ...{ at: clock.now(), orgId, actor, action: 'organisation.changed', subject: orgId },
            ...{ detail: fields.join(', '), ...changed },
          });
        return after;
      },
    }),
  ];
}

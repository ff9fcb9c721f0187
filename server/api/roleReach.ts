import type { Role } from '../../models/contracts/people.ts';
import { access } from './access.ts';

/** Whether whoever has `role` may do nothing that `own` may not: read off the table of access itself. */
export function isWithin(role: Role, own: Role): boolean {
  if (own === 'owner') return true;
  return Object.values(access).every(roles => !roles.includes(role) || roles.includes(own));
}

import type { Role } from '../../models/contracts/people.ts';
import type { MessageId } from '../i18n/catalogues.ts';

/** Roles a token of this person may have: none that could do something they may not. */
export function rolesWithin(role: Role): Role[] {
  const within: Record<Role, Role[]> = {
    owner: ['viewer', 'researcher', 'distributor', 'producer', 'owner'],
    producer: ['viewer', 'distributor', 'producer'],
    distributor: ['viewer', 'distributor'],
    researcher: ['viewer', 'researcher'],
    viewer: ['viewer'],
  };
  return within[role];
}

export const roleNames: Readonly<Record<Role, MessageId>> = {
  owner: 'account.role.owner',
  producer: 'account.role.producer',
  distributor: 'account.role.distributor',
  researcher: 'account.role.researcher',
  viewer: 'account.role.viewer',
};

/** What each role may do, in a sentence. */
export const roleMeanings: Readonly<Record<Role, MessageId>> = {
  owner: 'account.role.owner.may',
  producer: 'account.role.producer.may',
  distributor: 'account.role.distributor.may',
  researcher: 'account.role.researcher.may',
  viewer: 'account.role.viewer.may',
};

/** As they are offered: the most common first, the most powerful last. */
export const roles: readonly Role[] = ['producer', 'distributor', 'researcher', 'viewer', 'owner'];

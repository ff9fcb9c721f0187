import type { Me, Role } from '../../models/contracts/people.ts';
import type { IconName } from '../components/Icon.tsx';
import type { MessageId } from '../i18n/catalogues.ts';

/** Sections of the settings by the word in their address. */
export type SectionId =
  | 'kontak'
  | 'masuk'
  | 'tampilan'
  | 'orang'
  | 'tempat'
  | 'produk'
  | 'perusahaan'
  | 'aturan'
  | 'berbagi'
  | 'token';

export interface Section {
  readonly id: SectionId | 'audit';
  readonly icon: IconName;
  readonly name: MessageId;
  readonly minor: MessageId;
  /** Who gets to see it; left out = everybody. */
  readonly roles?: readonly Role[];
}

export interface SectionGroup {
  readonly name: MessageId;
  readonly sections: readonly Section[];
}

/** In the order of how often a person needs them. */
const groups: readonly SectionGroup[] = [
  {
    name: 'manage.mine',
    sections: [
      { id: 'kontak', icon: 'bell', name: 'manage.contacts', minor: 'manage.contacts.minor' },
      { id: 'masuk', icon: 'user', name: 'manage.signIn', minor: 'manage.signIn.minor' },
      { id: 'tampilan', icon: 'sun', name: 'manage.display', minor: 'manage.display.minor' },
    ],
  },
  {
    name: 'manage.firm',
    sections: [
      { id: 'orang', icon: 'people', name: 'manage.people', minor: 'manage.people.minor' },
      { id: 'produk', icon: 'box', name: 'manage.products', minor: 'manage.products.minor' },
      { id: 'tempat', icon: 'place', name: 'manage.places', minor: 'manage.places.minor' },
      { id: 'perusahaan', icon: 'home', name: 'manage.organisation', minor: 'manage.organisation.minor' },
    ],
  },
  {
    name: 'manage.more',
    sections: [
      { id: 'aturan', icon: 'shield', name: 'manage.rules', minor: 'manage.rules.minor' },
      { id: 'berbagi', icon: 'share', name: 'manage.grants', minor: 'manage.grants.minor' },
      {
        ...{ id: 'token', icon: 'key', name: 'manage.tokens', minor: 'manage.tokens.minor' },
        roles: ['owner', 'producer', 'distributor', 'researcher'],
      },
      {
        ...{ id: 'audit', icon: 'list', name: 'manage.audit', minor: 'manage.audit.minor' },
        roles: ['owner'],
      },
    ],
  },
];

/** The sections a person may use, in groups. */
export function sectionsOf(role: Me['role']): SectionGroup[] {
  return groups.map(group => ({
    ...group,
    sections: group.sections.filter(({ roles }) => roles === undefined || roles.includes(role)),
  }));
}

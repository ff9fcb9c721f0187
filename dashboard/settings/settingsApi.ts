import type { AlertKind, AlertSeverity } from '../../models/contracts/alert.ts';
import type { ProductView } from '../../models/contracts/batch.ts';
import type {
  ChannelName,
  ContactView,
  channelsViewSchema,
  DeliveryResult,
  Language,
  QuietHours,
  SavedContact,
} from '../../models/contracts/contact.ts';
import type { GrantView, madeGrantSchema, SharedReading } from '../../models/contracts/grant.ts';
import type {
  InvitationView,
  invitationPreviewSchema,
  Me,
  MemberView,
  madeInvitationSchema,
  madePasswordResetSchema,
  madeTokenSchema,
  OrganisationChange,
  OrganisationView,
  Role,
  SessionView,
  TokenView,
} from '../../models/contracts/people.ts';
import type { PlaceKind, PlaceView } from '../../models/contracts/place.ts';
import { list, request } from '../api.ts';

export type InvitationPreview = (typeof invitationPreviewSchema)['_zod']['output'];
export type MadeInvitation = (typeof madeInvitationSchema)['_zod']['output'];
export type MadePasswordReset = (typeof madePasswordResetSchema)['_zod']['output'];
export type MadeToken = (typeof madeTokenSchema)['_zod']['output'];
export type MadeGrant = (typeof madeGrantSchema)['_zod']['output'];
export type Channels = (typeof channelsViewSchema)['_zod']['output']['channels'];

export interface NewInvitation {
  readonly email?: string;
  readonly phone?: string;
  readonly role: Role;
  readonly name?: string;
}

export interface ContactSettings {
  readonly name: string;
  readonly language: Language;
  readonly quiet: QuietHours | null;
  readonly kinds: readonly AlertKind[] | null;
  readonly minSeverity: AlertSeverity;
}

export interface NewGrant {
  readonly toEmail?: string;
  readonly byLink?: true;
  readonly subject: 'shipment' | 'readings-pseudonymised';
  readonly subjectId?: string;
  readonly from?: string;
  readonly to?: string;
  readonly expiresAt: string;
}

const one = (collection: string, id: string): string => `/${collection}/${encodeURIComponent(id)}`;

/** What the settings pages ask and tell. Every call throws an `ApiError`. */
export const settingsApi = {
  rename: (name: string) => request<Me>('PATCH', '/me', { name }),
  switchOrganisation: (orgId: string) => request<Me>('POST', '/me/organisation', { orgId }),
  changePassword: (currentPassword: string, newPassword: string) =>
    request<unknown>('POST', '/me/password', { currentPassword, newPassword }),
  sessions: () => list<'sessions', SessionView>('/me/sessions', 'sessions'),
  endSession: (sessionId: string) => request<unknown>('DELETE', one('me/sessions', sessionId)),
  endOtherSessions: () => request<{ ended: number }>('DELETE', '/me/sessions'),

  organisation: () => request<OrganisationView>('GET', '/organisation'),
  changeOrganisation: (change: OrganisationChange) =>
    request<OrganisationView>('PATCH', '/organisation', change),

  members: () => list<'members', MemberView>('/members', 'members'),
  changeMember: (userId: string, role: Role) =>
    request<MemberView>('PATCH', one('members', userId), { role }),
  removeMember: (userId: string) => request<unknown>('DELETE', one('members', userId)),
  makePasswordReset: (userId: string) =>
    request<MadePasswordReset>('POST', `${one('members', userId)}/password-reset`),

  invitations: () => list<'invitations', InvitationView>('/invitations', 'invitations'),
  invite: (invitation: NewInvitation) => request<MadeInvitation>('POST', '/invitations', invitation),
  revokeInvitation: (invitationId: string) => request<unknown>('DELETE', one('invitations', invitationId)),
  previewInvitation: (token: string) => request<InvitationPreview>('POST', '/auth/invitation', { token }),
  acceptInvitation: (acceptance: { token: string; password: string; name?: string }) =>
    request<unknown>('POST', '/auth/invitation/accept', acceptance),
  useNewPassword: (token: string, password: string) =>
    request<unknown>('POST', '/auth/password-reset', { token, password }),

  contacts: () => list<'contacts', ContactView>('/contacts', 'contacts'),
  channels: () => request<{ channels: Channels }>('GET', '/contacts/channels'),
  addContact: (contact: ContactSettings & { channel: ChannelName; address: Record<string, string> }) =>
    request<SavedContact>('POST', '/contacts', contact),
  changeContact: (
    contactId: string,
    change: Partial<ContactSettings> & { enabled?: true; rotateSecret?: true },
  ) => request<SavedContact>('PATCH', one('contacts', contactId), change),
  removeContact: (contactId: string) => request<unknown>('DELETE', one('contacts', contactId)),
  sendCode: (contactId: string) => request<DeliveryResult>('POST', `${one('contacts', contactId)}/code`),
  verifyContact: (contactId: string, code: string) =>
    request<ContactView>('POST', `${one('contacts', contactId)}/verify`, { code }),
  testContact: (contactId: string) => request<DeliveryResult>('POST', `${one('contacts', contactId)}/test`),

  places: () => list<'places', PlaceView>('/places', 'places'),
  addPlace: (place: PlaceView) => request<PlaceView>('POST', '/places', place),
  changePlace: (placeId: string, change: { name: string; kind: PlaceKind }) =>
    request<PlaceView>('PATCH', one('places', placeId), change),

  addProduct: (product: ProductView) => request<ProductView>('POST', '/products', product),
  changeProduct: (productId: string, change: Omit<ProductView, 'productId'>) =>
    request<ProductView>('PATCH', one('products', productId), change),

  tokens: () => list<'tokens', TokenView>('/tokens', 'tokens'),
  addToken: (token: { name: string; role: Role; expiresAt: string | null }) =>
    request<MadeToken>('POST', '/tokens', token),
  removeToken: (tokenId: string) => request<unknown>('DELETE', one('tokens', tokenId)),

  grants: () => list<'grants', GrantView>('/grants', 'grants'),
  addGrant: (grant: NewGrant) => request<MadeGrant>('POST', '/grants', grant),
  acceptGrant: (token: string) => request<GrantView>('POST', '/grants/accept', { token }),
  revokeGrant: (grantId: string) => request<unknown>('DELETE', one('grants', grantId)),
  sharedReadings: (grantId: string, cursor: string | null) =>
    request<{ readings: SharedReading[]; nextCursor: string | null }>(
      'GET',
      `/shared/readings?${new URLSearchParams({ grantId, limit: '1000', ...(cursor === null ? {} : { cursor }) })}`,
    ),
};

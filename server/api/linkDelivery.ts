import type { SentLink } from '../../models/contracts/people.ts';
import { type LinkMessage, linkChannel, sendLink } from '../notify/sendLink.ts';
import type { Services } from '../services.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { createAttemptLimit } from './attemptLimit.ts';

const hourMs = 3_600_000;

/** Sends the links of invitations and forgotten passwords to those they are for. */
export interface LinkDelivery {
  /**
   * Call before the link is made.
   *
   * @throws {ApiError} contact.too_many_messages
   */
  allow(orgId: string, to: LinkMessage['to']): Promise<void>;
  /** @returns null where this server can send it by no channel, or does not know its own address */
  send(what: keyof typeof words, link: Omit<LinkMessage, 'title' | 'text' | 'at'>): Promise<SentLink | null>;
}

const words = {
  invitation: (firm: string) => ({
    title: `${firm} mengundang Anda`,
    text: `${firm} mengundang Anda ke Tahan (7 hari):`,
  }),
  passwordReset: (firm: string) => ({
    title: 'Kata sandi baru untuk Tahan',
    text: `${firm}: buat kata sandi baru untuk Tahan (1 hari):`,
  }),
};

const longestName = 40;

/** Links go to people who may not have asked for them: thirty an hour from one firm, and three to one of them. */
export function createLinkDelivery({ config, channels, db, clock }: Services): LinkDelivery {
  const ofFirm = createAttemptLimit(30, hourMs);
  const ofPerson = createAttemptLimit(3, hourMs);
  // An address taken from a request may be a stranger's page: it is shown to whoever asked, and sent to nobody.
  const channelOf = (to: LinkMessage['to']) => (config.publicUrl === null ? null : linkChannel(channels, to));
  return {
    async allow(orgId, to) {
      if (channelOf(to) === null) return;
      await ofPerson.use(`${orgId} ${to.email ?? to.phone}`);
      await ofFirm.use(orgId);
    },
    async send(what, link) {
      const channel = channelOf(link.to);
      if (channel === null) return null;
      const firm = (await findOrganisation(db, link.orgId))?.name ?? link.orgId;
      return sendLink(channels, channel, {
        ...link,
        ...words[what](firm.slice(0, longestName)),
        at: clock.now(),
      });
    },
  };
}

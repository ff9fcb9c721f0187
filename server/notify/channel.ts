import type { AlertKind, AlertSeverity } from '../../models/contracts/alert.ts';
import type { ChannelName, Language, QuietHours } from '../../models/contracts/contact.ts';

/** One message to one contact. The same `deliveryId` again is the same message again. */
export interface Notification {
  /** Handed to the provider as idempotency key where it takes one. */
  readonly deliveryId: string;
  readonly kind: AlertKind | 'digest' | 'test';
  readonly severity: AlertSeverity;
  readonly title: string;
  /** At most 160 characters. */
  readonly text: string;
  /** The page of what it is about. */
  readonly url: string | null;
  readonly at: number;
  readonly language: Language;
  /** For programs: what a webhook gets beside the words. */
  readonly data: Record<string, unknown>;
}

/**
 *   delivered  the provider took it over (whether a person has read it, nobody says)
 *   retry      may succeed later, not before `afterS` where the provider says so; it may have been delivered all the same
 *   failed     will never succeed with this address or setting
 * Reasons are for people and logs: no secret, no address, at most 200 characters.
 */
export type DeliveryOutcome =
  | { readonly outcome: 'delivered'; readonly providerId?: string }
  | { readonly outcome: 'retry'; readonly reason: string; readonly afterS?: number }
  | { readonly outcome: 'failed'; readonly reason: string };

/** One way to reach people. Never throws; answers within a few seconds. */
export interface Channel {
  send(address: unknown, notification: Notification): Promise<DeliveryOutcome>;
}

/** Where and when one person, program or buzzer is told. */
export interface Contact {
  readonly contactId: string;
  readonly orgId: string;
  /** Whose it is; null = of nobody in particular (a webhook, a buzzer, an inspector without account). */
  readonly userId: string | null;
  readonly name: string;
  readonly channel: ChannelName;
  /** As the schema of its channel says; a webhook's with its secrets. */
  readonly address: unknown;
  readonly language: Language;
  /** Null = the zone of the firm. */
  readonly timeZone: string | null;
  readonly quiet: QuietHours | null;
  /** Only these; null = all. */
  readonly kinds: readonly AlertKind[] | null;
  readonly minSeverity: AlertSeverity;
  /** Null = nothing but its code may be sent to it. */
  readonly verifiedAt: number | null;
  readonly disabledReason: string | null;
}

export interface Channels {
  /** Sends by the channel of the contact. Never throws; an unverified or disabled contact is a failure. */
  deliver(contact: Contact, notification: Notification): Promise<DeliveryOutcome>;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelName } from '../../models/contracts/contact.ts';
import type { Clock, GatewayControl } from '../../models/contracts/intake.ts';
import type { Log } from '../log.ts';
import type { NotifyConfig } from '../notifySettings.ts';
import { createBuzzerChannel } from './buzzerChannel.ts';
import type { Channel, Channels, Contact, DeliveryOutcome, Notification } from './channel.ts';
import { createEmailChannel } from './emailChannel.ts';
import { failed, mendableAfterS, retry } from './outcome.ts';
import { type PushKeys, readOrMakePushKeys } from './pushKeys.ts';
import { createSafePost, type SafeFetchOptions } from './safeFetch.ts';
import { createSmsChannel } from './smsChannel.ts';
import { createTelegramChannel } from './telegramChannel.ts';
import { createWebhookChannel, webhookGone } from './webhookChannel.ts';
import { createWebPushChannel, subscriptionGone } from './webPushChannel.ts';
import { createWhatsappChannel } from './whatsappChannel.ts';

export interface ChannelsOptions {
  readonly config: {
    readonly notify: NotifyConfig;
    readonly publicUrl: string | null;
  };
  /** Where the keys of web push lie; made at first use. */
  readonly pushKeysPath: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly gateway: () => Pick<GatewayControl, 'sendCommand'> | undefined;
  /** Whether a node belongs to an organisation. */
  readonly ownsNode: (orgId: string, nodeId: string) => Promise<boolean>;
  /** A browser has ended its subscription, or a webhook wants no more. */
  readonly onGone: (contact: Contact, reason: string) => Promise<void>;
  /** DNS of the addresses that people choose; a test has its own. */
  readonly resolve?: SafeFetchOptions['resolve'];
  /** Whatever a channel waits for, nobody waits longer for it than this; 15 seconds. */
  readonly patienceMs?: number;
}

export interface OpenChannels extends Channels {
  /** Whether this server is set up for a channel. */
  isOn(channel: ChannelName): boolean;
  /** Sends to a contact whatever its state: for the code that verifies it, and for a test. */
  send(contact: Contact, notification: Notification): Promise<DeliveryOutcome>;
  /** For browsers that want to subscribe. */
  pushPublicKey(): Promise<string>;
}

const goneReasons: readonly string[] = [subscriptionGone, webhookGone];

const usualPatienceMs = 15_000;

/** All channels of this server: those that it is set up for, and those that need no setting. */
export function createChannels(options: ChannelsOptions): OpenChannels {
  const { log, onGone, patienceMs = usualPatienceMs } = options;
  const keys = once(() => readOrMakePushKeys(options.pushKeysPath));
  const channels = openChannels(options, keys);

  async function send(contact: Contact, notification: Notification): Promise<DeliveryOutcome> {
    const { channel: name, contactId, orgId } = contact;
    const channel = channels[name];
    // Whoever runs this server may set it up before the message is too old.
    if (channel === null) return retry(`this server is not set up for ${name}`, mendableAfterS);
    const address = name === 'buzzer' ? { ...(contact.address as object), orgId } : contact.address;
    const outcome = await inTime(channel.send(address, notification), patienceMs);
    const { deliveryId, kind } = notification;
    log.info({ deliveryId, kind, contactId, channel: name, ...outcome }, 'message');
    if (outcome.outcome === 'failed' && goneReasons.includes(outcome.reason))
      await onGone(contact, outcome.reason).catch(error =>
        log.error({ err: error, contactId }, 'a contact that is gone could not be taken away'),
      );
    return outcome;
  }

  return {
    isOn: name => channels[name] !== null,
    send,
    async deliver(contact, notification) {
      if (contact.disabledReason !== null)
        return failed(`the contact is switched off: ${contact.disabledReason}`);
      if (contact.verifiedAt === null) return failed('the contact has not been verified');
      return send(contact, notification);
    },
    pushPublicKey: async () => (await keys()).publicKey,
  };
}

function openChannels(
  { config, clock, gateway, ownsNode, resolve }: ChannelsOptions,
  keys: () => Promise<PushKeys>,
): Record<ChannelName, Channel | null> {
  const { email, telegram, whatsapp, sms, allowHttpLoopback: allowLoopback } = config.notify;
  const post = createSafePost({ allowLoopback, ...(resolve && { resolve }) });
  const subject = subjectOf(config.publicUrl, email?.from);
  return {
    email: email && createEmailChannel(email),
    telegram: telegram && createTelegramChannel(telegram, clock),
    whatsapp: whatsapp && createWhatsappChannel(whatsapp, clock),
    sms: sms && createSmsChannel(sms, clock),
    webhook: createWebhookChannel(post, clock),
    'web-push': createWebPushChannel({ keys, subject, post, clock }),
    buzzer: createBuzzerChannel({ gateway, ownsNode }),
  };
}

/** Push services want somebody to write to; they take no localhost. */
function subjectOf(publicUrl: string | null, from: string | undefined): string {
  if (from !== undefined) return `mailto:${from}`;
  if (publicUrl?.startsWith('https://')) return publicUrl;
  return 'mailto:tahan@example.com';
}

async function inTime(work: Promise<DeliveryOutcome>, patienceMs: number): Promise<DeliveryOutcome> {
  const waiting = new AbortController();
  const late = sleep(patienceMs, retry('there was no answer in time'), {
    signal: waiting.signal,
    ref: false,
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    waiting.abort();
  }
}

/** A failure is not kept: the next one tries again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch(error => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

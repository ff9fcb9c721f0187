import type { Clock } from '../../models/contracts/intake.ts';
import type { Channel, Notification } from './channel.ts';
import { delivered, failed, outcomeOfError, retry, retryAfterS } from './outcome.ts';
import type { SafePost } from './safeFetch.ts';
import { newWebhookSecret, signWebhook } from './webhookSignature.ts';

/** How a webhook contact is kept: the newest secret first, the one before it until it ends. */
export interface WebhookAddress {
  readonly url: string;
  readonly secrets: readonly { readonly secret: string; readonly until: number | null }[];
}

/** What Standard Webhooks has receivers say when they want no more. */
export const webhookGone = 'the webhook says that it is gone (410)';

/** Receivers have a day to take the new secret. */
const rotationMs = 24 * 3_600_000;

/** A second secret beside the present one, which still signs for a day. */
export function rotatedWebhook({ url, secrets }: WebhookAddress, now: number): WebhookAddress {
  const present = secrets[0];
  return {
    url,
    secrets: [
      { secret: newWebhookSecret(), until: null },
      ...(present === undefined ? [] : [{ secret: present.secret, until: now + rotationMs }]),
    ],
  };
}

/**
 * A signed POST to a program (Standard Webhooks): `{"type", "timestamp", "data"}`, with the delivery id as `webhook-id`,
 * the same at every try. 2xx is taken over, 410 never again, anything else is tried again.
 */
export function createWebhookChannel(post: SafePost, clock: Clock): Channel {
  return {
    async send(address, notification) {
      const { url, secrets } = address as WebhookAddress;
      const now = clock.now();
      const body = JSON.stringify(payloadOf(notification));
      const valid = secrets.filter(({ until }) => until === null || until > now).map(({ secret }) => secret);
      const headers = {
        'content-type': 'application/json',
        ...signWebhook(valid, notification.deliveryId, now, body),
      };
      try {
        const answer = await post(url, headers, body);
        const { status } = answer;
        if (status >= 200 && status < 300) return delivered();
        if (status === 410) return failed(webhookGone);
        if (status >= 300 && status < 400)
          return failed(`the webhook answered ${status}, and redirects are not followed`);
        return retry(`the webhook answered ${status}`, retryAfterS(answer, now));
      } catch (error) {
        return outcomeOfError(error, 'the webhook');
      }
    },
  };
}

function payloadOf({ deliveryId, kind, severity, title, text, url, at, language, data }: Notification) {
  const isAlert = kind !== 'digest' && kind !== 'test';
  return {
    type: isAlert ? `alert.${kind.replaceAll('-', '_')}` : kind,
    timestamp: new Date(at).toISOString(),
    data: { ...data, deliveryId, kind, severity, title, text, url, language },
  };
}

import { createHash } from 'node:crypto';
import type { PushSubscription } from '../../models/contracts/contact.ts';
import type { Clock } from '../../models/contracts/intake.ts';
import type { Channel, Notification } from './channel.ts';
import { delivered, failed, outcomeOfError, outcomeOfStatus, retry } from './outcome.ts';
import type { PushKeys } from './pushKeys.ts';
import type { SafePost } from './safeFetch.ts';

export interface WebPushOptions {
  readonly keys: () => Promise<PushKeys>;
  /** Whom a push service may write to about what we send: a mailto: or https: address. */
  readonly subject: string;
  readonly post: SafePost;
  readonly clock: Clock;
}

/** An alert older than a day is on the page anyway. */
const timeToLiveS = 24 * 3600;
const urgencies = { info: 'low', warning: 'normal', risk: 'high' } as const;

/** What a push service says of a subscription that is no more (RFC 8030, 7.3). */
export const subscriptionGone = 'the browser has ended its subscription';

/**
 * Web push (RFC 8030, 8188, 8291, 8292): encrypted for the browser, signed with our VAPID key. Of one incident a browser
 * that was away gets only the last message, because they share a topic.
 */
export function createWebPushChannel({ keys, subject, post, clock }: WebPushOptions): Channel {
  return {
    async send(address, notification) {
      const subscription = address as PushSubscription;
      try {
        const { default: webPush } = await import('web-push');
        const { headers, body } = webPush.generateRequestDetails(subscription, payloadOf(notification), {
          vapidDetails: { subject, ...(await keys()) },
          TTL: timeToLiveS,
          urgency: urgencies[notification.severity],
          topic: topicOf(notification),
          contentEncoding: 'aes128gcm',
        });
        const answer = await post(subscription.endpoint, textHeaders(headers), body);
        if (answer.status >= 200 && answer.status < 300)
          return delivered(locationOf(answer.headers.location));
        if (answer.status === 404 || answer.status === 410) return failed(subscriptionGone);
        return outcomeOfStatus(answer, 'the push service', clock.now());
      } catch (error) {
        // Keys that are no point of the curve, and keys of ours that cannot be read, are found out by the library.
        if (error instanceof Error && !('code' in error) && !/^(Timeout|Abort|Unsafe)/.test(error.name))
          return retry('the message could not be encrypted');
        return outcomeOfError(error, 'the push service');
      }
    },
  };
}

function payloadOf({ title, text, url, severity, kind, language, deliveryId, at }: Notification): string {
  return JSON.stringify({ title, text, url, severity, kind, language, deliveryId, at });
}

/** 32 letters at most, of the alphabet of base64url. */
function topicOf({ data, deliveryId }: Notification): string {
  const about = typeof data.alertId === 'string' ? data.alertId : deliveryId;
  return createHash('sha256').update(about).digest('base64url').slice(0, 32);
}

const textHeaders = (headers: object): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** The last part of it names the message; the rest names the subscription, which is a secret. */
const locationOf = (location: string | undefined): string | undefined => location?.split('/').at(-1);

import { z } from 'zod';
import type { Clock } from '../../models/contracts/intake.ts';
import type { NotifyConfig } from '../notifySettings.ts';
import type { BoundedAnswer } from './boundedRequest.ts';
import type { Channel, DeliveryOutcome, Notification } from './channel.ts';
import { delivered, failed, mendableAfterS, outcomeOfError, outcomeOfStatus, retry } from './outcome.ts';
import { jsonOf, providerPost } from './providerPost.ts';

const successSchema = z.object({ messages: z.array(z.object({ id: z.string() })).min(1) });
const errorSchema = z.object({
  error: z.object({
    code: z.number(),
    message: z.string().optional(),
    error_data: z.object({ details: z.string().optional() }).optional(),
  }),
});

/** Seconds after which a code is worth another try: limits of pace, maintenance, and what Meta calls temporary. */
const passing: ReadonlyMap<number, number> = new Map([
  [1, 60],
  [2, 60],
  [4, 300],
  [80007, 300],
  [130429, 60],
  [131000, 60],
  [131016, 60],
  [131048, 3600],
  [131056, 60],
  [131057, 300],
  [133004, 60],
]);

/** What whoever runs this server can mend: token, rights, payment, the template. */
const mendable: ReadonlyMap<number, string> = new Map([
  [0, 'the token is refused'],
  [3, 'the token lacks a permission'],
  [10, 'the token lacks a permission'],
  [33, 'there is no such phone number ID'],
  [190, 'the token is refused'],
  [368, 'the account is restricted'],
  [131005, 'the token lacks a permission'],
  [131031, 'the account is locked'],
  [131042, 'payment of the account has a problem'],
  [132000, 'the template does not have two variables'],
  [132001, 'there is no such template in this language'],
  [132007, 'the template breaks a rule'],
  [132012, 'the template does not have two text variables'],
  [132015, 'the template is paused'],
  [132016, 'the template is disabled'],
  [133010, 'the phone number is not registered'],
]);

/**
 * WhatsApp Cloud API. Free text is taken only within 24 hours after somebody has written, and people do not write to
 * alarms: every message is an approved template with title and text as its two variables, in the language of the
 * contact. Cloud API knows no idempotency key; the delivery id comes back in status webhooks.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
 */
export function createWhatsappChannel(
  { url, token, phoneId, template }: NonNullable<NotifyConfig['whatsapp']>,
  clock: Clock,
): Channel {
  return {
    async send(address, notification) {
      const { phone } = address as { phone: string };
      const headers = { authorization: `Bearer ${token}` };
      try {
        const message = messageOf(phone, template, notification);
        const answer = await providerPost(`${url}/${phoneId}/messages`, headers, message);
        return outcomeOf(answer, clock.now(), [token, phone.replace(/^\+/, '')]);
      } catch (error) {
        return outcomeOfError(error, 'WhatsApp');
      }
    },
  };
}

function messageOf(phone: string, template: string, { deliveryId, language, title, text }: Notification) {
  const parameters = [title, text].map(words => ({ type: 'text', text: words }));
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: phone.replace(/^\+/, ''),
    type: 'template',
    template: { name: template, language: { code: language }, components: [{ type: 'body', parameters }] },
    biz_opaque_callback_data: deliveryId,
  };
}

function outcomeOf(answer: BoundedAnswer, now: number, secrets: readonly string[]): DeliveryOutcome {
  const json = jsonOf(answer);
  const sent = successSchema.safeParse(json).data;
  if (answer.status < 300 && sent !== undefined) return delivered(sent.messages[0]!.id);
  const error = errorSchema.safeParse(json).data?.error;
  if (error === undefined)
    return answer.status < 300
      ? retry('WhatsApp gave no message id')
      : outcomeOfStatus(answer, 'WhatsApp', now);
  const { code } = error;
  const mend = mendable.get(code) ?? (code >= 200 && code < 300 ? 'the token lacks a permission' : undefined);
  if (mend !== undefined) return retry(`WhatsApp: ${mend} (${code})`, mendableAfterS);
  const reason = `WhatsApp: ${error.error_data?.details ?? error.message ?? 'refused'} (${code})`;
  const afterS = passing.get(code);
  if (afterS !== undefined) return retry(reason, afterS, secrets);
  return answer.status >= 500 ? retry(reason, undefined, secrets) : failed(reason, secrets);
}

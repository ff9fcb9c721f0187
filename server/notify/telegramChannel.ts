import { z } from 'zod';
import type { Clock } from '../../models/contracts/intake.ts';
import type { NotifyConfig } from '../notifySettings.ts';
import type { Channel, DeliveryOutcome, Notification } from './channel.ts';
import { delivered, failed, mendableAfterS, outcomeOfError, outcomeOfStatus, retry } from './outcome.ts';
import { jsonOf, providerPost } from './providerPost.ts';

const answerSchema = z.object({
  ok: z.boolean(),
  result: z.object({ message_id: z.number() }).optional(),
  error_code: z.number().optional(),
  description: z.string().optional(),
  parameters: z
    .object({ retry_after: z.number().optional(), migrate_to_chat_id: z.number().optional() })
    .optional(),
});

/**
 * Telegram Bot API, `sendMessage` as JSON. It knows no idempotency key: a message that is sent again after a crash
 * comes twice. A group that has become a supergroup is followed to its new id.
 *
 * @see https://core.telegram.org/bots/api#sendmessage
 */
export function createTelegramChannel(
  { url, token }: NonNullable<NotifyConfig['telegram']>,
  clock: Clock,
): Channel {
  const post = (chatId: number | string, notification: Notification) =>
    providerPost(`${url}/bot${token}/sendMessage`, {}, messageOf(chatId, notification));

  async function attempt(
    chatId: number | string,
    notification: Notification,
    mayMove: boolean,
  ): Promise<DeliveryOutcome> {
    const answer = await post(chatId, notification);
    const { data } = answerSchema.safeParse(jsonOf(answer));
    if (data?.ok) return delivered(String(data.result?.message_id ?? ''));
    if (data === undefined) return outcomeOfStatus(answer, 'Telegram', clock.now());
    const { error_code: code = answer.status, description = '', parameters } = data;
    if (parameters?.migrate_to_chat_id !== undefined && mayMove)
      return attempt(parameters.migrate_to_chat_id, notification, false);
    const secrets = [token, String(chatId).length > 4 ? String(chatId) : ''];
    const reason = `Telegram: ${description || code}`;
    if (code === 429) return retry(reason, parameters?.retry_after, secrets);
    if (code >= 500) return retry(reason, undefined, secrets);
    // Of no such bot, and of a token taken back: whoever runs this server can mend it.
    if (code === 401 || code === 404)
      return retry('Telegram refuses the token of this server', mendableAfterS);
    return failed(reason, secrets);
  }

  return {
    async send(address, notification) {
      const { chatId } = address as { chatId: string };
      try {
        return await attempt(/^-?\d+$/.test(chatId) ? Number(chatId) : chatId, notification, true);
      } catch (error) {
        return outcomeOfError(error, 'Telegram');
      }
    },
  };
}

/** Plain text: without a parse mode nothing in a name means anything. */
function messageOf(chatId: number | string, { text, url, severity }: Notification) {
  return {
    chat_id: chatId,
    text: url === null ? text : `${text}\n${url}`,
    link_preview_options: { is_disabled: true },
    disable_notification: severity === 'info',
  };
}

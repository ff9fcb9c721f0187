import type { Clock } from '../../models/contracts/intake.ts';
import type { NotifyConfig } from '../notifySettings.ts';
import type { Channel } from './channel.ts';
import { delivered, outcomeOfError, outcomeOfStatus } from './outcome.ts';
import { providerPost } from './providerPost.ts';

/**
 * SMS by a gateway of the operator's choice: `POST {"to": "+62…", "text": "…", "id": "…"}`, with the id also as
 * `Idempotency-Key` and the token, if one is set, as bearer. Any 2xx means that it was taken over.
 */
export function createSmsChannel({ url, token }: NonNullable<NotifyConfig['sms']>, clock: Clock): Channel {
  return {
    async send(address, { deliveryId, language, text }) {
      const { phone } = address as { phone: string };
      const headers = {
        'idempotency-key': deliveryId,
        ...(token !== null && { authorization: `Bearer ${token}` }),
      };
      const message = { to: phone, text: language === 'ja' ? text : gsmText(text), id: deliveryId };
      try {
        const answer = await providerPost(url, headers, message);
        const isTaken = answer.status >= 200 && answer.status < 300;
        return isTaken ? delivered() : outcomeOfStatus(answer, 'the SMS gateway', clock.now());
      } catch (error) {
        return outcomeOfError(error, 'the SMS gateway');
      }
    },
  };
}

const spelled: readonly (readonly [RegExp, string])[] = [
  [/ ?°C/g, ' C'],
  [/−|–|—/g, '-'],
  [/…/g, '..'],
  [/[‘’]/g, "'"],
  [/[“”]/g, '"'],
  [/\u00a0/g, ' '],
];

/** Without signs that the alphabet of SMS (GSM 03.38) lacks: one of them would cut a message from 160 to 70. */
export function gsmText(text: string): string {
  return spelled.reduce((line, [sign, spelling]) => line.replaceAll(sign, spelling), text).slice(0, 160);
}

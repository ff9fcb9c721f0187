import { z } from 'zod';
import { ConfigError, type ConfigFault } from './errors.ts';

/** How messages leave this server; null = not that way. */
export interface NotifyConfig {
  readonly email: { readonly url: string; readonly from: string } | null;
  readonly telegram: { readonly url: string; readonly token: string } | null;
  readonly whatsapp: {
    readonly url: string;
    readonly token: string;
    readonly phoneId: string;
    /** Name of the approved template that has title and text as its two variables. */
    readonly template: string;
  } | null;
  readonly sms: { readonly url: string; readonly token: string | null } | null;
  /** For programs on a developer's own machine: http:// to loopback addresses. */
  readonly allowHttpLoopback: boolean;
}

const webRule = 'an http:// or https:// address';
const webAddress = z.url({ protocol: /^https?$/, error: webRule });

/** The variables of this part, for the schema of all settings. Secrets have no rule: a bad value is printed. */
export const notifyVariables = {
  TAHAN_SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'the address of a mail server: smtp:// or smtps://' })
    .optional(),
  TAHAN_MAIL_FROM: z.email({ error: 'an e-mail address' }).optional(),
  TAHAN_TELEGRAM_TOKEN: z.string().optional(),
  TAHAN_TELEGRAM_URL: webAddress.default('https://api.telegram.org'),
  TAHAN_WHATSAPP_TOKEN: z.string().optional(),
  TAHAN_WHATSAPP_PHONE_ID: z
    .string()
    .regex(/^\d{1,32}$/, { error: 'the digits of a phone number ID' })
    .optional(),
  TAHAN_WHATSAPP_URL: webAddress.default('https://graph.facebook.com/v23.0'),
  TAHAN_WHATSAPP_TEMPLATE: z
    .string()
    .regex(/^[a-z0-9_]{1,512}$/, { error: 'the name of a template: small letters, digits and "_"' })
    .default('tahan_alert'),
  TAHAN_SMS_WEBHOOK_URL: webAddress.optional(),
  TAHAN_SMS_WEBHOOK_TOKEN: z.string().optional(),
  TAHAN_WEBHOOK_ALLOW_HTTP_LOOPBACK: z.enum(['0', '1'], { error: '0 or 1' }).default('0'),
} as const;

/** Secrets among them, which may be given as files. */
export const notifySecrets = [
  'TAHAN_SMTP_URL',
  'TAHAN_TELEGRAM_TOKEN',
  'TAHAN_WHATSAPP_TOKEN',
  'TAHAN_SMS_WEBHOOK_URL',
  'TAHAN_SMS_WEBHOOK_TOKEN',
] as const;

const notifySchema = z.object(notifyVariables);
type NotifyVariables = z.output<typeof notifySchema>;

/** @throws {ConfigError} when a way is set up by half */
export function notifyOf(variables: NotifyVariables): NotifyConfig {
  const faults: ConfigFault[] = [];
  const both = (one: keyof NotifyVariables, other: keyof NotifyVariables, allowed: string) => {
    if (variables[one] !== undefined && variables[other] === undefined)
      faults.push({ variable: other, value: '', allowed: `${allowed}, because ${one} is set` });
  };
  both('TAHAN_SMTP_URL', 'TAHAN_MAIL_FROM', 'an e-mail address');
  both('TAHAN_WHATSAPP_TOKEN', 'TAHAN_WHATSAPP_PHONE_ID', 'the digits of a phone number ID');
  if (faults.length > 0) throw new ConfigError(faults);
  const plain = (url: string) => url.replace(/\/+$/, '');
  const { TAHAN_SMTP_URL: smtp, TAHAN_MAIL_FROM: from, TAHAN_TELEGRAM_TOKEN: telegram } = variables;
  const { TAHAN_WHATSAPP_TOKEN: whatsapp, TAHAN_WHATSAPP_PHONE_ID: phoneId } = variables;
  const { TAHAN_SMS_WEBHOOK_URL: sms, TAHAN_SMS_WEBHOOK_TOKEN: smsToken = null } = variables;
  return {
    email: smtp === undefined || from === undefined ? null : { url: smtp, from },
    telegram: telegram === undefined ? null : { url: plain(variables.TAHAN_TELEGRAM_URL), token: telegram },
    whatsapp:
      whatsapp === undefined || phoneId === undefined
        ? null
        : {
            url: plain(variables.TAHAN_WHATSAPP_URL),
            token: whatsapp,
            phoneId,
            template: variables.TAHAN_WHATSAPP_TEMPLATE,
          },
    sms: sms === undefined ? null : { url: sms, token: smsToken },
    allowHttpLoopback: variables.TAHAN_WEBHOOK_ALLOW_HTTP_LOOPBACK === '1',
  };
}

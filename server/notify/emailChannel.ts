import { createHash } from 'node:crypto';
import type { NotifyConfig } from '../notifySettings.ts';
import { deadlineMs } from './boundedRequest.ts';
import type { Channel, DeliveryOutcome, Notification } from './channel.ts';
import { delivered, failed, mendableAfterS, outcomeOfError, retry } from './outcome.ts';
import { isLoopbackAddress } from './publicAddress.ts';

/** Greylisting wants a few minutes; whoever comes back sooner starts again. */
const greylistS = 120;

/**
 * E-mail by SMTP. The Message-ID is made from the delivery id, so that a message sent again after a crash is the same
 * message to every mailbox that looks at it. Passwords go over TLS only, but to loopback.
 */
export function createEmailChannel({ url, from }: NonNullable<NotifyConfig['email']>): Channel {
  const transport = lazyTransport(url);
  return {
    async send(address, notification) {
      const { email } = address as { email: string };
      try {
        const mailer = await transport();
        const { messageId } = await mailer.sendMail(messageOf(from, email, notification));
        return delivered(messageId);
      } catch (error) {
        return outcomeOfFailure(error);
      }
    },
  };
}

/** Loaded at the first message: a server takes readings before it tells anybody anything. */
function lazyTransport(url: string) {
  let loading: ReturnType<typeof load> | undefined;
  const load = async () => {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      ...smtpOptions(new URL(url)),
      ...{ connectionTimeout: deadlineMs, greetingTimeout: deadlineMs, socketTimeout: deadlineMs },
      ...{ dnsTimeout: deadlineMs, disableFileAccess: true, disableUrlAccess: true },
    });
  };
  return () => {
    loading ??= load();
    return loading;
  };
}

function smtpOptions(url: URL) {
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const user = decodeURIComponent(url.username);
  const isLocal = host === 'localhost' || isLoopbackAddress(host);
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && user !== '' && !isLocal,
    ...(user !== '' && { auth: { user, pass: decodeURIComponent(url.password) } }),
  };
}

function messageOf(from: string, to: string, notification: Notification) {
  const { deliveryId, title, text, url, language, severity } = notification;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const id = createHash('sha256').update(deliveryId).digest('hex').slice(0, 32);
  return {
    from: { name: 'Tahan', address: from },
    to: { name: '', address: to },
    subject: title,
    text: url === null ? `${text}\n` : `${text}\n\n${url}\n`,
    messageId: `<${id}@${domain}>`,
    headers: {
      'Content-Language': language,
      // Nobody is away on holiday for a machine (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      'X-Tahan-Delivery': deliveryId,
    },
    ...(severity === 'risk' && { priority: 'high' as const }),
  };
}

interface SmtpFailure {
  readonly code?: string;
  /** Of the socket below. */
  readonly originalCode?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** SMTP says it by the first digit: 4 is later, 5 is never. Its words may quote addresses and are left out. */
function outcomeOfFailure(error: unknown): DeliveryOutcome {
  const { code, originalCode = code, responseCode, command = 'CONN' } = error as SmtpFailure;
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return retry('the mail server refuses the login of this server', mendableAfterS);
  if (code === 'ETLS' || code === 'EREQUIRETLS')
    return retry('the mail server does not offer TLS, and a password needs it', mendableAfterS);
  if (code === 'EENVELOPE' && responseCode === undefined) return failed('the mail address cannot be used');
  if (responseCode === undefined) return outcomeOfError({ code: originalCode }, 'the mail server');
  const reason = `the mail server answered ${responseCode}${command === 'CONN' ? '' : ` to ${command}`}`;
  return responseCode >= 500 ? failed(reason) : retry(reason, greylistS);
}

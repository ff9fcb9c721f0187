import { z } from 'zod';
import { addressSchema, type ChannelName, type ContactAddress } from '../../models/contracts/contact.ts';
import { ApiError } from '../errors.ts';
import { checkedUrl, UnsafeAddress } from '../notify/safeFetch.ts';
import type { WebhookAddress } from '../notify/webhookChannel.ts';
import { newWebhookSecret } from '../notify/webhookSignature.ts';
import type { Services } from '../services.ts';
import { findNode } from '../store/metadata/nodes.ts';
import { validate } from './validate.ts';

/** An address that has been checked, as it is kept. */
export interface CheckedAddress {
  readonly address: unknown;
  /** What two contacts of a firm may not share. */
  readonly uniqueBy: string;
  /** Of a webhook; told once. */
  readonly secret?: string;
}

/** @throws {ApiError} request.invalid, node.not_found */
export async function checkAddress(
  { db, config }: Pick<Services, 'db' | 'config'>,
  orgId: string,
  channel: ChannelName,
  given: unknown,
): Promise<CheckedAddress> {
  const schema = z.object({ address: addressSchema(channel) });
  const { address } = validate(schema, { address: given }) as { address: Record<string, unknown> };
  const { allowHttpLoopback } = config.notify;
  if (channel === 'webhook') {
    const { url } = address as ContactAddress<'webhook'>;
    requireCallable(url, 'address.url', allowHttpLoopback);
    const secret = newWebhookSecret();
    const kept: WebhookAddress = { url, secrets: [{ secret, until: null }] };
    return { address: kept, uniqueBy: url, secret };
  }
  if (channel === 'web-push') {
    const { endpoint } = address as ContactAddress<'web-push'>;
    requireCallable(endpoint, 'address.endpoint', allowHttpLoopback);
    return { address, uniqueBy: endpoint };
  }
  if (channel === 'buzzer') {
    const { nodeId } = address as ContactAddress<'buzzer'>;
    if ((await findNode(db, orgId, nodeId)) === null)
      throw new ApiError('node.not_found', `there is no node ${nodeId}`);
  }
  return { address, uniqueBy: String(Object.values(address)[0]) };
}

/** @throws {ApiError} request.invalid for an address that this server does not call for anybody */
export function requireCallable(url: string, field: string, allowHttpLoopback: boolean): void {
  try {
    checkedUrl(url, allowHttpLoopback);
  } catch (error) {
    if (!(error instanceof UnsafeAddress)) throw error;
    const allowed = `must be an https:// address on the public internet: ${error.message}`;
    throw new ApiError('request.invalid', `${field} ${allowed}`, [
      { field, value: url.slice(0, 200), allowed },
    ]);
  }
}

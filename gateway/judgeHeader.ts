import type { ByteLimits } from './byteLimits.ts';
import { type FixedHeader, hasPrescribedFlags, packetType } from './mqttPacket.ts';

export type CutReason =
  | 'first-packet-not-connect'
  | 'connect-too-large'
  | 'publish-too-large'
  | 'packet-too-large'
  | 'malformed';

interface HeaderRefusal {
  readonly reason: CutReason;
  readonly detail: string;
}

/** Judges a packet by its first bytes alone, before its body has arrived; undefined when it may go on. */
export function judgeHeader(
  header: FixedHeader,
  isFirst: boolean,
  limits: ByteLimits,
): HeaderRefusal | undefined {
  const { type, flags, remainingBytes } = header;
  const isConnect = type === packetType.connect;
  if (isFirst && !isConnect) return { reason: 'first-packet-not-connect', detail: `packet type ${type}` };
  if (!isFirst && isConnect) return { reason: 'malformed', detail: 'a second CONNECT' };
  if (!hasPrescribedFlags(header))
    return { reason: 'malformed', detail: `packet type ${type} with flags ${flags}` };
  const sized = `packet type ${type} of ${remainingBytes} bytes`;
  if (isConnect)
    return remainingBytes > limits.connectBytes ? { reason: 'connect-too-large', detail: sized } : undefined;
  if (type === packetType.publish)
    return remainingBytes > limits.drainBytes ? { reason: 'publish-too-large', detail: sized } : undefined;
  return remainingBytes > limits.subscribeBytes ? { reason: 'packet-too-large', detail: sized } : undefined;
}

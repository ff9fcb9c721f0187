import type { Claimed } from '../models/contracts/claimCode.ts';
import type { NodeView } from '../models/contracts/node.ts';

/**
 * A claim code as it is printed, from whatever a person types: small letters, spaces, O for 0, I and L for 1.
 * `null` for what cannot be one.
 */
export function readClaimCode(typed: string): string | null {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(code) ? `${code.slice(0, 4)}-${code.slice(4)}` : null;
}

/** The code behind the "#" of a claim page's address, or what stands there when it is no code. */
export function codeInAddress(hash: string): string {
  const typed = hash.replace(/^#/, '');
  try {
    const decoded = decodeURIComponent(typed);
    return readClaimCode(decoded) ?? decoded;
  } catch {
    // A percent sign that starts no escape.
    return typed;
  }
}

export type ClaimStage = 'waiting' | 'claimed' | 'heard';

/**
 * How far a device has come with its code: the node exists once the code is used, and is heard with its first reading.
 * @param heardBefore  when the last reading of the device before this one was received; `null` without one
 */
export function claimStage(node: NodeView | undefined, heardBefore: string | null): ClaimStage {
  if (node === undefined) return 'waiting';
  const receivedAt = node.lastReading?.receivedAt;
  if (receivedAt === undefined) return 'claimed';
  return heardBefore === null || Date.parse(receivedAt) > Date.parse(heardBefore) ? 'heard' : 'waiting';
}

/** Where a node sends its readings; a test holds it to the contract, whose file would bring a validator along. */
export const topicOfReadings = (nodeId: string): string => `tahan/${nodeId}/readings`;

export const exampleMessage = '{"temperatureC": 4.2, "humidityPct": 81}';

/** All settings as lines that can be sent to whoever configures the device. */
export function settingsText({ nodeId, mqtt }: Claimed): string {
  return [
    `host: ${mqtt.host}`,
    `port: ${mqtt.port}`,
    ...(mqtt.tlsPort === null ? [] : [`tls port: ${mqtt.tlsPort}`]),
    `username: ${mqtt.username}`,
    `password: ${mqtt.password}`,
    `topic: ${topicOfReadings(nodeId)}`,
  ].join('\n');
}

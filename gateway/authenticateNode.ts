import type { BridgeAccess, BridgeDirectory } from '../models/contracts/bridge.ts';
import { type EdgeDirectory, edgeIdentity, parseEdgeIdentity } from '../models/contracts/edge.ts';
import type { NodeDirectory } from '../models/contracts/intake.ts';
import { statusTopic } from '../models/contracts/topics.ts';
import type { LoginBackoff } from './loginBackoff.ts';

/** What a CONNECT says about who is there. */
export interface Login {
  readonly clientId: string;
  readonly clean: boolean;
  readonly username: string | undefined;
  readonly password: Uint8Array | undefined;
  readonly willTopic: string | undefined;
  readonly remoteAddress: string;
  /** Whom its certificate speaks for; left out where none is asked for. */
  readonly certificateNames?: readonly string[];
}

/** CONNACK return codes of MQTT 3.1.1, table 3.1. */
export const returnCode = {
  identifierRejected: 2,
  serverUnavailable: 3,
  badUsernameOrPassword: 4,
  notAuthorized: 5,
} as const;

export type LoginOutcome =
  | {
      readonly ok: true;
      readonly nodeId: string;
      readonly bridge: BridgeAccess | null;
      /** Its gateway id, when it is an edge gateway; `nodeId` is then its identity. */
      readonly edge: string | null;
    }
  | {
      readonly ok: false;
      readonly returnCode: (typeof returnCode)[keyof typeof returnCode];
      /** For the log: what to mend at the node. */
      readonly detail: string;
      /** Whether somebody tried a wrong secret (against a mere mistake in the settings). */
      readonly isGuess: boolean;
      readonly error?: unknown;
    };

/**
 * Decides whether a CONNECT comes from a node, a bridge or an edge gateway.
 *
 *   username  = node id, password = its secret
 *   client id = node id: two sources with one credential then displace each other instead of both speaking
 *   clean session only: nothing is kept for an absent node, so a node that asks for that is told no (code 2) rather
 *   than left to believe it
 *   will      = only on the node's own status topic
 *
 * A bridge logs in in the same way, but several devices may share its credential (client id = bridge id, or bridge id
 * "/" anything), and its will lies below one of its prefixes.
 *
 * An edge gateway is told by its client id; its user name is its gateway id, and it has no will: how it is, it says itself.
 *
 * Where a certificate is asked for, it must be in the same name, and the secret is needed all the same: a certificate
 * cannot be taken back, a secret can.
 *
 * Settings are checked before the secret, so that a wrong client id is told from a wrong password.
 */
export async function authenticateNode(
  login: Login,
  directory: NodeDirectory,
  backoff: LoginBackoff,
  now: number,
  bridges?: BridgeDirectory,
  edges?: EdgeDirectory,
): Promise<LoginOutcome> {
  const edge = (edges && parseEdgeIdentity(login.clientId)) ?? null;
  let bridge: BridgeAccess | null;
  try {
    bridge = (edge === null && login.username && (await bridges?.find(login.username))) || null;
  } catch (error) {
    return cannotCheck(error);
  }
  const wrongSetting =
    (edge !== null
      ? checkEdgeSettings(login, edge)
      : bridge
        ? checkBridgeSettings(login, bridge)
        : checkSettings(login)) ?? checkCertificate(login);
  if (wrongSetting) return { ok: false, isGuess: false, ...wrongSetting };
  const nodeId = edge === null ? login.username! : edgeIdentity(edge);
  const waitMs = backoff.waitMs(login.remoteAddress, nodeId, now);
  if (waitMs > 0)
    return refuse(
      returnCode.notAuthorized,
      `too many wrong secrets from this address; next try in ${Math.ceil(waitMs / 1000)} s`,
    );
  try {
    const secret = Buffer.from(login.password!).toString('utf8');
    const isRight =
      edge === null ? (bridge ? bridges! : directory).verify(nodeId, secret) : edges!.verify(edge, secret);
    if (await isRight) {
      backoff.succeeded(login.remoteAddress, nodeId);
      return { ok: true, nodeId, bridge, edge };
    }
  } catch (error) {
    return cannotCheck(error);
  }
  backoff.failed(login.remoteAddress, nodeId, now);
  return {
    ok: false,
    isGuess: true,
    returnCode: returnCode.badUsernameOrPassword,
    detail: 'unknown node or wrong secret',
  };
}

function refuse(code: (typeof returnCode)[keyof typeof returnCode], detail: string): LoginOutcome {
  return { ok: false, isGuess: false, returnCode: code, detail };
}

function cannotCheck(error: unknown): LoginOutcome {
  const detail = 'the secret could not be checked';
  return { ok: false, isGuess: false, returnCode: returnCode.serverUnavailable, detail, error };
}

const uncleanSession = {
  returnCode: returnCode.identifierRejected,
  detail: 'clean session is off; set it on (clean = true), nothing is kept for an absent node',
};

function checkBridgeSettings(login: Login, { bridgeId, topicPrefixes }: BridgeAccess) {
  const { clientId, willTopic } = login;
  if (login.password === undefined)
    return { returnCode: returnCode.badUsernameOrPassword, detail: 'the password of the bridge is required' };
  // "/" is in no id, so no client id of this kind can be that of a node or of another bridge.
  if (clientId !== bridgeId && !clientId.startsWith(`${bridgeId}/`))
    return {
      returnCode: returnCode.identifierRejected,
      detail: `the client id is "${clientId}"; it must be "${bridgeId}", or "${bridgeId}/" and a name of its own`,
    };
  if (!login.clean) return uncleanSession;
  if (willTopic !== undefined && !topicPrefixes.some(prefix => willTopic.startsWith(prefix)))
    return {
      returnCode: returnCode.notAuthorized,
      detail: `the will topic is "${willTopic}"; it must lie below ${topicPrefixes.join(', ')}`,
    };
  return undefined;
}

function checkEdgeSettings({ username, password, clean, willTopic }: Login, gatewayId: string) {
  if (username !== gatewayId || password === undefined)
    return {
      returnCode: returnCode.badUsernameOrPassword,
      detail: `the user name must be the gateway id "${gatewayId}", with the password of the edge gateway`,
    };
  if (!clean) return uncleanSession;
  if (willTopic !== undefined)
    return { returnCode: returnCode.notAuthorized, detail: 'an edge gateway has no will' };
  return undefined;
}

function checkCertificate({ username, certificateNames }: Login) {
  if (certificateNames === undefined || certificateNames.includes(username ?? '')) return undefined;
  const found =
    certificateNames.length === 0 ? 'in no name' : `in the name of ${certificateNames.join(', ')}`;
  return {
    returnCode: returnCode.notAuthorized,
    detail: `the certificate is ${found}; its common name must be "${username}"`,
  };
}

function checkSettings(login: Login) {
  const { username, clientId } = login;
  if (!username || login.password === undefined)
    return {
      returnCode: returnCode.badUsernameOrPassword,
      detail: 'username (the node id) and password (its secret) are required',
    };
  if (clientId === '')
    return {
      returnCode: returnCode.identifierRejected,
      detail: `the client id is empty; it must be the node id "${username}"`,
    };
  if (clientId !== username)
    return {
      returnCode: returnCode.identifierRejected,
      detail: `the client id is "${clientId}"; it must be the node id "${username}"`,
    };
  if (!login.clean) return uncleanSession;
  if (login.willTopic !== undefined && login.willTopic !== statusTopic(username))
    return {
      returnCode: returnCode.notAuthorized,
      detail: `the will topic is "${login.willTopic}"; it must be "${statusTopic(username)}"`,
    };
  return undefined;
}

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
}

/** CONNACK return codes of MQTT 3.1.1, table 3.1. */
export const returnCode = {
  identifierRejected: 2,
  serverUnavailable: 3,
  badUsernameOrPassword: 4,
  notAuthorized: 5,
} as const;

export type LoginOutcome =
  | { readonly ok: true; readonly nodeId: string }
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
 * Decides whether a CONNECT comes from a node.
 *
 *   username  = node id, password = its secret
 *   client id = node id: two sources with one credential then displace each other instead of both speaking
 *   clean session only: nothing is kept for an absent node, so a node that asks for that is told no (code 2) rather
 *   than left to believe it
 *   will      = only on the node's own status topic
 *
 * Settings are checked before the secret, so that a wrong client id is told from a wrong password.
 */
export async function authenticateNode(
  login: Login,
  directory: NodeDirectory,
  backoff: LoginBackoff,
  now: number,
): Promise<LoginOutcome> {
  const wrongSetting = checkSettings(login);
  if (wrongSetting) return { ok: false, isGuess: false, ...wrongSetting };
  const nodeId = login.username!;
  const waitMs = backoff.waitMs(login.remoteAddress, nodeId, now);
  if (waitMs > 0)
    return refuse(
      returnCode.notAuthorized,
      `too many wrong secrets from this address; next try in ${Math.ceil(waitMs / 1000)} s`,
    );
  try {
    if (await directory.verify(nodeId, Buffer.from(login.password!).toString('utf8'))) {
      backoff.succeeded(login.remoteAddress, nodeId);
      return { ok: true, nodeId };
    }
  } catch (error) {
    return {
      ok: false,
      isGuess: false,
      returnCode: returnCode.serverUnavailable,
      detail: 'the secret could not be checked',
      error,
    };
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
  if (!login.clean)
    return {
      returnCode: returnCode.identifierRejected,
      detail: 'clean session is off; set it on (clean = true), nothing is kept for an absent node',
    };
  if (login.willTopic !== undefined && login.willTopic !== statusTopic(username))
    return {
      returnCode: returnCode.notAuthorized,
      detail: `the will topic is "${login.willTopic}"; it must be "${statusTopic(username)}"`,
    };
  return undefined;
}

import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import {
  type EdgeDirectory,
  type EdgeLogins,
  type EdgeStatus,
  edgeLoginsSchema,
} from '../models/contracts/edge.ts';
import type { NodeDirectory } from '../models/contracts/intake.ts';
import { replaceFile } from './replaceFile.ts';

const nobody: EdgeLogins = { version: '', nodes: [], gateways: [] };

/**
 * Who may connect to this edge gateway, as the server said last, kept in a file so that nodes can connect while the
 * server cannot be asked. It holds hashes of secrets, never secrets.
 */
export class KnownLogins implements NodeDirectory {
  readonly #path: string;
  readonly #log: Logger;
  #version: string | null = null;
  #nodes: ReadonlyMap<string, string> = new Map();
  #gateways: ReadonlyMap<string, string> = new Map();
  #logins = nobody;
  #saving: Promise<void> = Promise.resolve();
  /** Told when somebody connects who is not known: the server may know better by now. */
  onUnknown: () => void = () => undefined;

  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  /** Reads the file; without one, nobody is known until the server has said who is. */
  async load(): Promise<void> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    const logins = parse(text);
    if (logins) this.#use(logins);
    else this.#log.warn({ path: this.#path }, 'logins: the file cannot be read; waiting for the server');
  }

  /** Takes over what the server says, and keeps it. */
  replace(payload: Uint8Array): void {
    const text = Buffer.from(payload).toString('utf8');
    const logins = parse(text);
    if (logins === undefined) {
      this.#log.error('logins: what the server said cannot be read; keeping those from before');
      return;
    }
    this.#use(logins);
    this.#log.info({ nodes: logins.nodes.length, gateways: logins.gateways.length }, 'logins: taken over');
    this.#saving = this.#saving
      .then(() => replaceFile(this.#path, text))
      .catch(error => this.#log.error({ err: error }, 'logins: could not be written down'));
  }

  /** Resolves when everything taken over is on disk. */
  saved(): Promise<void> {
    return this.#saving;
  }

  get version(): string | null {
    return this.#version;
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  verify(nodeId: string, secret: string): boolean {
    return this.#matches(this.#nodes.get(nodeId), secret);
  }

  /** For gateways behind this one: same organisation, same rules. */
  directoryForGateways(relay: (gatewayId: string, status: EdgeStatus) => void): EdgeDirectory {
    return {
      verify: (gatewayId, secret) => this.#matches(this.#gateways.get(gatewayId), secret),
      ownNodes: async (gatewayId, nodeIds) =>
        this.#gateways.has(gatewayId) ? new Set([...nodeIds].filter(id => this.#nodes.has(id))) : null,
      logins: async gatewayId => (this.#gateways.has(gatewayId) ? this.#logins : null),
      onPresence: () => undefined,
      onStatus: relay,
    };
  }

  #matches(hash: string | undefined, secret: string): boolean {
    if (this.#version === null)
      throw new Error('the server has not said yet who may connect; it has to be reached once');
    const given = createHash('sha256').update(secret, 'utf8').digest();
    if (hash === undefined) this.onUnknown();
    // An unknown name costs the same comparison as a wrong secret.
    return timingSafeEqual(given, Buffer.from(hash ?? hashOfNobody, 'hex')) && hash !== undefined;
  }

  #use(logins: EdgeLogins): void {
    this.#logins = logins;
    this.#version = logins.version;
    this.#nodes = new Map(logins.nodes.map(({ nodeId, secretHash }) => [nodeId, secretHash]));
    this.#gateways = new Map(logins.gateways.map(({ gatewayId, secretHash }) => [gatewayId, secretHash]));
  }
}

const hashOfNobody = '0'.repeat(64);

function parse(text: string): EdgeLogins | undefined {
  try {
    return edgeLoginsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: the caller says what that means.
    return undefined;
  }
}

import type { BridgeAccess } from '../models/contracts/bridge.ts';
import type { ByteGuard } from './byteGuard.ts';

/** One open MQTT connection and what is known about it. */
export interface Connection {
  readonly guard: ByteGuard;
  readonly remoteAddress: string;
  /** Whom its client certificate speaks for; null where none is asked for. */
  readonly certificateNames: readonly string[] | null;
  /** Its user name, set once the login is accepted: a node id, or the id of a bridge. */
  nodeId: string | null;
  /** Set with it when it is a bridge: what it may say. */
  bridge: BridgeAccess | null;
  /** Set with it when it is an edge gateway: its id. */
  edge: string | null;
  /** Whether it has subscribed to its command topic. */
  listens: boolean;
}

import type { ByteGuard } from './byteGuard.ts';

/** One open MQTT connection and what is known about it. */
export interface Connection {
  readonly guard: ByteGuard;
  readonly remoteAddress: string;
  /** Set once the login is accepted. */
  nodeId: string | null;
  /** Whether it has subscribed to its command topic. */
  listens: boolean;
}

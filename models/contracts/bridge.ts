/** Levels at the root that only nodes and edge gateways of our own speak below. */
export function isReserved(topic: string): boolean {
  return /^tahan(-[a-z]+)?$/i.test(topic.split('/', 1)[0] ?? '');
}

/** What a bridge may do and how its words are read. */
export interface BridgeAccess {
  readonly bridgeId: string;
  readonly topicPrefixes: readonly string[];
  readonly timeZone: string;
}

export interface BridgePresence {
  readonly bridgeId: string;
  readonly connected: boolean;
  readonly at: number;
}

/** Which user names are bridges. Answers from the truth at every call, as `NodeDirectory` does. */
export interface BridgeDirectory {
  /** What a bridge may do; null when there is none of this name. Proves nothing about who asks. */
  find(bridgeId: string): Promise<BridgeAccess | null>;
  verify(bridgeId: string, secret: string): boolean | Promise<boolean>;
  onPresence(change: BridgePresence): void;
}

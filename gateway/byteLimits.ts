/** How large a packet may be before anything but its first bytes is looked at. */
export interface ByteLimits {
  /** Largest CONNECT: it is read before anybody has said who they are. */
  readonly connectBytes: number;
  /** Largest PUBLISH payload that is looked at. */
  readonly publishBytes: number;
  /** A PUBLISH that declares more than this is cut at once; between the two it is let run out and quarantined. */
  readonly drainBytes: number;
  /** Longest topic; a PUBLISH on a longer one is treated as too large. */
  readonly topicBytes: number;
  /** Largest SUBSCRIBE or UNSUBSCRIBE. */
  readonly subscribeBytes: number;
  /** How much of a publish that is too large is kept for a person to see. */
  readonly headBytes: number;
}

export const defaultByteLimits: ByteLimits = {
  connectBytes: 1024,
  publishBytes: 64 * 1024,
  drainBytes: 512 * 1024,
  topicBytes: 1024,
  subscribeBytes: 8 * 1024,
  headBytes: 2 * 1024,
};

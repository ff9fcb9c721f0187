import { readingTopic } from '../../models/contracts/topics.ts';
import type { PublisherLogin } from './publisher.ts';

/** Nodes by number, each with a password of its own, as those of a fleet are called here. */
export function nodeLogins(count: number, prefix = 'bench'): Required<PublisherLogin>[] {
  return Array.from({ length: count }, (_, n) => {
    const nodeId = `${prefix}-${String(n).padStart(4, '0')}`;
    return {
      clientId: nodeId,
      username: nodeId,
      password: `secret-of-${nodeId}`,
      topic: readingTopic(nodeId),
    };
  });
}

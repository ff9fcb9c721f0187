import { commandTopic } from '../models/contracts/topics.ts';

export type TopicVerdict =
  /** The node's own readings or status. */
  | { readonly kind: 'readings' | 'status' }
  /** Not a topic for nodes; what was sent there goes to quarantine. */
  | { readonly kind: 'not-allowed'; readonly detail: string }
  /** Below another node's name: a lie, and the end of the connection. */
  | { readonly kind: 'another-node'; readonly nodeId: string };

/** Judges the topic a node publishes on: `tahan/<own id>/readings` and `tahan/<own id>/status`, no other. */
export function authorizeTopic(nodeId: string, topic: string): TopicVerdict {
  const [root, owner, ...rest] = topic.split('/');
  if (root !== 'tahan' || !owner)
    return { kind: 'not-allowed', detail: 'nodes publish below tahan/<node id>/' };
  if (owner !== nodeId) return { kind: 'another-node', nodeId: owner };
  const name = rest.join('/');
  if (name === 'readings' || name === 'status') return { kind: name };
  return { kind: 'not-allowed', detail: `nodes publish on readings and status, not on "${name}"` };
}

/** Whether a node may listen to all of these: its own command topic and nothing else, no wildcard. */
export function maySubscribe(nodeId: string, filters: readonly string[]): boolean {
  return filters.every(filter => filter === commandTopic(nodeId));
}

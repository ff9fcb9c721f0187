import { type BridgeAccess, isReserved } from '../models/contracts/bridge.ts';
import { edgeLoginsTopic } from '../models/contracts/edge.ts';
import { commandTopic } from '../models/contracts/topics.ts';
import type { Connection } from './connection.ts';

export type TopicVerdict =
  /** The node's own readings or status. */
  | { readonly kind: 'readings' | 'status' }
  /** Of foreign devices behind a bridge. */
  | { readonly kind: 'foreign' }
  /** Not a topic for nodes; what was sent there goes to quarantine. */
  | { readonly kind: 'not-allowed'; readonly detail: string }
  /** Below another node's name: a lie, and the end of the connection. */
  | { readonly kind: 'another-node'; readonly nodeId: string };

/** Judges the topic a node publishes on: `tahan/<own id>/readings` and `tahan/<own id>/status`, no other. */
export function authorizeTopic(nodeId: string, topic: string): TopicVerdict {
  if (isReadingsTopic(nodeId, topic)) return readings;
  const [first, owner, ...rest] = topic.split('/');
  if (first !== 'tahan' || !owner)
    return { kind: 'not-allowed', detail: 'nodes publish below tahan/<node id>/' };
  if (owner !== nodeId) return { kind: 'another-node', nodeId: owner };
  const name = rest.join('/');
  if (name === 'readings' || name === 'status') return { kind: name };
  return { kind: 'not-allowed', detail: `nodes publish on readings and status, not on "${name}"` };
}

const readings: TopicVerdict = { kind: 'readings' };
const [root, readingsName] = ['tahan/', '/readings'];

/** The usual topic, without taking it apart. */
const isReadingsTopic = (nodeId: string, topic: string): boolean =>
  topic.length === root.length + nodeId.length + readingsName.length &&
  topic.startsWith(root) &&
  topic.startsWith(nodeId, root.length) &&
  topic.endsWith(readingsName);

/**
 * Judges the topic a bridge publishes on: below its prefixes, whatever is there. Below `tahan/` only nodes speak, each
 * for itself: a bridge that tries is cut like a node that speaks as another.
 */
export function authorizeBridgeTopic({ topicPrefixes }: BridgeAccess, topic: string): TopicVerdict {
  if (isReserved(topic)) return { kind: 'another-node', nodeId: topic.split('/')[1] ?? '' };
  if (topicPrefixes.some(prefix => topic.startsWith(prefix))) return { kind: 'foreign' };
  return { kind: 'not-allowed', detail: `this bridge publishes below ${topicPrefixes.join(', ')}` };
}

/**
 * Whether all of these may be subscribed to. A node: its own command topic and nothing else, no wildcard. A bridge: what
 * lies below its prefixes; nothing is ever delivered there, because nobody else speaks for it, but software that insists
 * on listening to its own base topic is not turned away for it.
 */
export function mayListenTo(
  { nodeId, bridge, edge }: Pick<Connection, 'nodeId' | 'bridge' | 'edge'>,
  filters: readonly string[],
): boolean {
  if (nodeId === null) return false;
  if (edge !== null) return filters.every(filter => filter === edgeLoginsTopic(edge));
  if (bridge === null) return filters.every(filter => filter === commandTopic(nodeId));
  return filters.every(filter => bridge.topicPrefixes.some(prefix => filter.startsWith(prefix)));
}

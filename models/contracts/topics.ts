import { nodeIdSchema } from './ids.ts';

/** What a node may say or hear; the last part of `tahan/<nodeId>/<kind>`. */
export type NodeTopicKind = 'readings' | 'status' | 'command';

const kinds: readonly string[] = ['readings', 'status', 'command'] satisfies NodeTopicKind[];

export const readingTopic = (nodeId: string): string => `tahan/${nodeId}/readings`;
export const statusTopic = (nodeId: string): string => `tahan/${nodeId}/status`;
export const commandTopic = (nodeId: string): string => `tahan/${nodeId}/command`;

/** Splits a node topic; `undefined` for every topic that is not exactly one of a node's own three. */
export function parseNodeTopic(topic: string): { nodeId: string; kind: NodeTopicKind } | undefined {
  const parts = topic.split('/');
  const [root, nodeId, kind] = parts;
  if (parts.length !== 3 || root !== 'tahan' || nodeId === undefined || kind === undefined) return undefined;
  if (!kinds.includes(kind) || !nodeIdSchema.safeParse(nodeId).success) return undefined;
  return { nodeId, kind: kind as NodeTopicKind };
}

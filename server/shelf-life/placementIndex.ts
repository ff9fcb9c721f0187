/** Names a batch over all organisations; ids contain no slash. */
export type BatchKey = `${string}/${string}`;

export function batchKey(orgId: string, batchId: string): BatchKey {
  return `${orgId}/${batchId}`;
}

export function splitBatchKey(key: BatchKey): { orgId: string; batchId: string } {
  const slash = key.indexOf('/');
  return { orgId: key.slice(0, slash), batchId: key.slice(slash + 1) };
}

/** Which batches a probe speaks for: asked for every reading that comes in, so it is kept in memory. */
export interface PlacementIndex {
  batchesOf(nodeId: string, probe: string): ReadonlySet<BatchKey>;
  /** Replaces what is known of one batch. */
  set(key: BatchKey, probes: readonly PlacedProbe[]): void;
}

interface PlacedProbe {
  readonly nodeId: string;
  readonly probe: string;
}

export function createPlacementIndex(
  all: readonly (PlacedProbe & { readonly orgId: string; readonly batchId: string })[],
): PlacementIndex {
  /** Keyed by node id and probe. */
  const batches = new Map<string, Set<BatchKey>>();
  /** Keyed by batch: the probes it is listed under. */
  const probes = new Map<BatchKey, readonly string[]>();
  const nobody: ReadonlySet<BatchKey> = new Set();
  const probeKey = (nodeId: string, probe: string) => `${nodeId}/${probe}`;

  function set(key: BatchKey, placed: readonly PlacedProbe[]): void {
    for (const probe of probes.get(key) ?? []) batches.get(probe)?.delete(key);
    const now = [...new Set(placed.map(p => probeKey(p.nodeId, p.probe)))];
    probes.set(key, now);
    for (const probe of now) batches.set(probe, (batches.get(probe) ?? new Set()).add(key));
  }

  for (const [key, placements] of Map.groupBy(all, p => batchKey(p.orgId, p.batchId))) set(key, placements);
  return { set, batchesOf: (nodeId, probe) => batches.get(probeKey(nodeId, probe)) ?? nobody };
}

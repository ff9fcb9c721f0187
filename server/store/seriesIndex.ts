import type { Statements } from './embeddedStatements.ts';

export interface Series {
  readonly seriesNo: number;
  readonly probe: string;
}

export interface SeriesIndex {
  ofNode(nodeId: string): readonly Series[];
  find(nodeId: string, probe: string): number | undefined;
  /** Its number, given now if it has none. */
  numberOf(nodeId: string, probe: string): number;
  /** After a rollback: what was numbered in it is not there. */
  forget(): void;
}

/** Small numbers for (node, probe), so that a row does not repeat two texts. */
export function createSeriesIndex(statements: Statements): SeriesIndex {
  /** Keyed by node id. */
  let byNode: Map<string, Series[]> | undefined;

  function load(): Map<string, Series[]> {
    if (byNode !== undefined) return byNode;
    byNode = new Map();
    for (const row of statements.allSeries.all()) {
      const nodeId = String(row.node_id);
      byNode.set(nodeId, [
        ...(byNode.get(nodeId) ?? []),
        { seriesNo: Number(row.series_no), probe: String(row.probe) },
      ]);
    }
    return byNode;
  }
  const ofNode = (nodeId: string): readonly Series[] => load().get(nodeId) ?? [];
  const find = (nodeId: string, probe: string) => ofNode(nodeId).find(s => s.probe === probe)?.seriesNo;

  return {
    ofNode,
    find,
    numberOf(nodeId: string, probe: string): number {
      const known = find(nodeId, probe);
      if (known !== undefined) return known;
      const seriesNo = Number(statements.addSeries.run(nodeId, probe).lastInsertRowid);
      load().set(nodeId, [...ofNode(nodeId), { seriesNo, probe }]);
      return seriesNo;
    },
    forget: () => {
      byNode = undefined;
    },
  };
}

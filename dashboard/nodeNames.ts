import type { NodeView } from '../models/contracts/node.ts';

/** A place as it may stand in an id: "Kulkas depan" is "Kulkas-depan"; `null` when nothing usable is left. */
export function placeIdOf(typed: string): string | null {
  const placeId = typed
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^A-Za-z0-9._:~-]+/g, '-')
    .replaceAll(/^[^A-Za-z0-9]+|-+$/g, '');
  return placeId.length > 0 && placeId.length <= 64 ? placeId : null;
}

/** Places that have a sensor already, to be offered while somebody types. */
export function knownPlaces(nodes: Iterable<NodeView>): string[] {
  const places = [...nodes].flatMap(node => (node.placeId === null ? [] : [node.placeId]));
  return [...new Set(places)].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
}

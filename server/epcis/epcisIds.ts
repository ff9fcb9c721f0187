import { createHash } from 'node:crypto';
import { gtin14, isLot } from '../links/digitalLink.ts';
import type { Organisation } from '../store/metadata/organisations.ts';

/** A batch as far as its name in EPCIS goes. */
export interface NamedBatch {
  readonly batchId: string;
  readonly gtin: string | null;
}

/**
 * What things are called in EPCIS documents of one firm: by GS1's schemes as far as the firm has numbers of GS1, else by
 * addresses of this server. Nobody may make up a number of GS1.
 */
export interface EpcisIds {
  /** Of the vocabulary of ours that EPCIS has no words for. */
  readonly vocabulary: string;
  lot(batch: NamedBatch): string;
  /** The firm's own site. */
  readonly site: string;
  place(placeId: string): string;
  /** A place that has no id. */
  namedPlace(name: string): string;
  node(nodeId: string): string;
  shipment(shipmentId: string): string;
  method(name: string): string;
  rawData(nodeId: string, from: number, to: number): string;
}

/** @param base  address of this server, without a slash at its end */
export function createEpcisIds(
  base: string,
  { orgId, gs1CompanyPrefix: prefix, gln }: Pick<Organisation, 'orgId' | 'gs1CompanyPrefix' | 'gln'>,
): EpcisIds {
  const own = (kind: string, id: string) =>
    `${base}/epcis/${kind}/${encodeURIComponent(orgId)}/${encodeURIComponent(id)}`;
  return {
    vocabulary: `${base}/epcis/vocabulary#`,
    lot({ batchId, gtin }) {
      if (gtin === null || !isLot(batchId)) return own('lot', batchId);
      const digits = gtin14(gtin);
      if (prefix === null || !digits.slice(1).startsWith(prefix))
        return `https://id.gs1.org/01/${digits}/10/${encodeURIComponent(batchId)}`;
      const item = `${digits[0]}${digits.slice(1 + prefix.length, 13)}`;
      return `urn:epc:class:lgtin:${prefix}.${item}.${batchId}`;
    },
    site: siteOf(gln, prefix) ?? own('site', orgId),
    place: id => own('place', id),
    namedPlace: name => own('place-name', name),
    // Letters, digits and what an id of a node may have are all allowed in a GIAI but "~" and what makes it too long.
    node: id =>
      prefix !== null && /^[\w.:-]+$/.test(id) && prefix.length + id.length <= 30
        ? `urn:epc:id:giai:${prefix}.${id}`
        : own('node', id),
    shipment: id => own('shipment', id),
    method: name => `${base}/epcis/method/${name}`,
    rawData: (nodeId, from, to) =>
      `${base}/api/v1/nodes/${encodeURIComponent(nodeId)}/readings?from=${iso(from)}&to=${iso(to)}`,
  };
}

function siteOf(gln: string | null, prefix: string | null): string | null {
  if (gln === null) return null;
  if (prefix === null || !gln.startsWith(prefix)) return `https://id.gs1.org/414/${gln}`;
  return `urn:epc:id:sgln:${prefix}.${gln.slice(prefix.length, 12)}.0`;
}

const iso = (at: number) => new Date(at).toISOString();

/** Version 5 of UUIDs (RFC 9562): the same name gives the same id. The namespace is made up once for our events. */
const namespace = Buffer.from('5f0a5f5e3c1f4d0e9a4e2f6f1b7a9c21', 'hex');

/** The id of an event: the same event exported again is known by those who have it. */
export function eventIdOf(...name: readonly (string | number)[]): string {
  const hash = createHash('sha1').update(namespace).update(JSON.stringify(name)).digest().subarray(0, 16);
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `urn:uuid:${parts.join('-')}`;
}

import type { Storage, Treatment } from '../models/contracts/batch.ts';
import type { Scenario } from './scenario.ts';

/** Which node speaks for a batch, from when to when; `to: null` = from then on. */
export interface DemoPlacement {
  readonly nodeId: string;
  readonly from: number;
  readonly to: number | null;
}

/** A batch a fresh demo sets up. Placements are in order; the last is where it is now. */
export interface DemoBatch {
  readonly batchId: string;
  readonly name: string;
  readonly productId: 'takwa' | 'putih' | 'pong' | 'takwa-vakum';
  readonly producedAt: number;
  readonly quantity: { readonly amount: number; readonly unit: string };
  readonly treatment: Treatment;
  readonly storage: Storage;
  readonly placements: readonly DemoPlacement[];
}

export interface DemoNode {
  readonly nodeId: string;
  readonly name: string;
  readonly placeId: string;
  readonly reportEveryS: number;
  readonly scenario: Scenario;
  /** Batches that are with this node now. */
  readonly batches: readonly DemoBatch[];
}

/** A shipment a fresh demo has under way: one leg, with a vehicle that is a place with a node. */
export interface DemoShipment {
  readonly shipmentId: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly vehicle: string;
  readonly cooling: 'none' | 'refrigerated';
  readonly departsAt: number;
  readonly arrivesAt: number;
  readonly needH: number;
  readonly batchIds: readonly string[];
}

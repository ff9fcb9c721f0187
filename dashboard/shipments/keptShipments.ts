import type { ShipmentView } from '../../models/contracts/shipment.ts';
import type { ShipmentBoard } from '../../models/contracts/shipmentBoard.ts';
import { shipmentsKey } from '../savedLists.ts';

/** The last board and the shipments opened last, kept on the phone for when there is no internet. */
export interface KeptShipments {
  readonly version: 1;
  /** Whose they are: nobody else is shown them. */
  readonly account: string;
  readonly board: ShipmentBoard | null;
  /** The one opened last first. */
  readonly opened: readonly ShipmentView[];
}

const keptViews = 12;

export function readKept(storage: Storage, account: string): KeptShipments {
  const none: KeptShipments = { version: 1, account, board: null, opened: [] };
  try {
    const kept = JSON.parse(storage.getItem(shipmentsKey) ?? 'null') as KeptShipments | null;
    return kept?.version === 1 && kept.account === account ? kept : none;
  } catch {
    // Unreadable or forbidden storage is the same as none.
    return none;
  }
}

export function keepBoard(storage: Storage, account: string, board: ShipmentBoard): void {
  write(storage, { ...readKept(storage, account), board });
}

export function keepShipment(storage: Storage, account: string, shipment: ShipmentView): void {
  const kept = readKept(storage, account);
  const others = kept.opened.filter(({ shipmentId }) => shipmentId !== shipment.shipmentId);
  write(storage, { ...kept, opened: [shipment, ...others].slice(0, keptViews) });
}

function write(storage: Storage, kept: KeptShipments): void {
  try {
    storage.setItem(shipmentsKey, JSON.stringify(kept));
  } catch {
    // Full or forbidden storage costs only the next start without internet.
  }
}

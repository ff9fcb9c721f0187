import { useEffect, useState } from 'preact/hooks';
import type { ShipmentView } from '../../models/contracts/shipment.ts';
import type { ApiError } from '../api.ts';
import { shipmentNews } from '../shipmentNews.ts';
import { account, asRefusal, cutSince, fleet } from '../state.ts';
import { keepShipment, readKept } from './keptShipments.ts';
import { shipmentsApi } from './shipmentsApi.ts';

export interface KnownShipment {
  /** As last heard, or as the phone remembers it; null before that. */
  readonly shipment: ShipmentView | null;
  readonly failure: ApiError | null;
  retry(): void;
  /** As the server has just answered it. */
  put(shipment: ShipmentView): void;
}

/** One shipment, asked for again whenever something is heard of it or of its crates. */
export function useShipment(shipmentId: string): KnownShipment {
  const whose = account.value ?? '';
  const [shipment, setShipment] = useState<ShipmentView | null>(
    () => readKept(localStorage, whose).opened.find(kept => kept.shipmentId === shipmentId) ?? null,
  );
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [tries, setTries] = useState(0);
  const put = (view: ShipmentView): void => {
    setShipment(view);
    setFailure(null);
    keepShipment(localStorage, whose, view);
  };
  const lives = shipment?.lines.map(({ batch }) => fleet.value.batches[batch.batchId]?.estimate.asOf) ?? [];
  const news = [shipmentNews.value, cutSince.value === null, ...lives].join(' ');
  useEffect(() => {
    let wanted = true;
    shipmentsApi.one(shipmentId).then(
      view => wanted && put(view),
      (error: unknown) => {
        const refusal = asRefusal(error);
        if (wanted) setFailure(refusal);
      },
    );
    return () => {
      wanted = false;
    };
  }, [shipmentId, news, tries]);
  return { shipment, failure, retry: () => setTries(tries + 1), put };
}

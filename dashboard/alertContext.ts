import { computed } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { AlertView } from '../models/contracts/alert.ts';
import type { DeliveryView } from '../models/contracts/alertDelivery.ts';
import type { BatchView } from '../models/contracts/batch.ts';
import type { LegView, ShipmentLineView, ShipmentView } from '../models/contracts/shipment.ts';
import { mayHandleAlerts } from './alerts.ts';
import { alertsApi } from './alertsApi.ts';
import { ApiError } from './api.ts';
import { cutSince, fleet, online } from './state.ts';

const isReached = computed(() => online.value && cutSince.value === null);

/** What an alert touches: the goods, and the shipment they are in. */
export interface AlertContext {
  /** The batch itself; of a shipment the one with the least to spare. */
  readonly batch: BatchView | undefined;
  readonly shipment: ShipmentView | null;
  readonly line: ShipmentLineView | null;
  /** The leg that is travelled or comes next. */
  readonly leg: LegView | null;
  readonly where: 'road' | 'planned' | 'place';
}

/** Asked for again when something happens to the alert, and when the server is reached again. */
export function useAlertContext(alert: AlertView): AlertContext {
  const [shipment, setShipment] = useState<ShipmentView | null>(null);
  useEffect(() => {
    let wanted = true;
    shipmentOf(alert).then(
      found => wanted && setShipment(found),
      // The page says less without it, and nothing that is wrong.
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      },
    );
    return () => {
      wanted = false;
    };
  }, [alert.alertId, alert.history.length, isReached.value]);
  const line = shipment === null ? null : lineOf(shipment, alert.batchId);
  const batchId = alert.batchId ?? line?.batch.batchId;
  return {
    batch: batchId === undefined ? undefined : fleet.value.batches[batchId],
    shipment,
    line,
    leg: shipment?.legs.find(({ arrivedAt }) => arrivedAt === null) ?? null,
    where: shipment === null ? 'place' : shipment.state === 'planned' ? 'planned' : 'road',
  };
}

async function shipmentOf({ shipmentId, batchId }: AlertView): Promise<ShipmentView | null> {
  if (shipmentId !== null) return alertsApi.shipment(shipmentId);
  if (batchId === null) return null;
  const { shipments } = await alertsApi.shipmentsUnderWay();
  const found = shipments.find(({ batchIds }) => batchIds.includes(batchId));
  return found === undefined ? null : alertsApi.shipment(found.shipmentId);
}

/** The line of the batch; without one the line with the least to spare. */
function lineOf({ lines }: ShipmentView, batchId: string | null): ShipmentLineView | null {
  if (batchId !== null) return lines.find(({ batch }) => batch.batchId === batchId) ?? null;
  const known = lines.filter(({ arrival }) => arrival !== null);
  return known.sort((a, b) => (a.arrival?.marginH ?? 0) - (b.arrival?.marginH ?? 0))[0] ?? lines[0] ?? null;
}

export interface Deliveries {
  /** Null while they are not known, or not this account's business. */
  readonly list: readonly DeliveryView[] | null;
  readonly failed: boolean;
  retry(): void;
}

/** Who was told of an alert; asked for again when something happens to it. */
export function useDeliveries(alert: AlertView): Deliveries {
  const [list, setList] = useState<readonly DeliveryView[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const mayRead = mayHandleAlerts.value;
  useEffect(() => {
    if (!mayRead) return;
    let wanted = true;
    alertsApi.deliveries(alert.alertId).then(
      ({ deliveries }) => {
        if (!wanted) return;
        setList(deliveries);
        setFailed(false);
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (wanted) setFailed(true);
      },
    );
    return () => {
      wanted = false;
    };
  }, [alert.alertId, alert.history.length, isReached.value, mayRead, tries]);
  return { list, failed, retry: () => setTries(tries + 1) };
}

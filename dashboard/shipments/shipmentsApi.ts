import type { GrantView, madeGrantSchema } from '../../models/contracts/grant.ts';
import type { Cooling } from '../../models/contracts/newShipment.ts';
import type { PlaceView } from '../../models/contracts/place.ts';
import type {
  FefoView,
  ShipmentState,
  ShipmentSummary,
  ShipmentView,
} from '../../models/contracts/shipment.ts';
import type { LinkedShipment, ShipmentBoard, ShipmentPreview } from '../../models/contracts/shipmentBoard.ts';
import { list, request } from '../api.ts';

export interface NewLeg {
  readonly fromName: string;
  readonly toName: string;
  readonly vehicle?: string;
  readonly driverPhone?: string;
  readonly departsAt: string;
  readonly arrivesAt: string;
  readonly cooling?: Cooling;
  readonly temperatureC?: number;
}

export interface NewShipment {
  readonly shipmentId?: string;
  readonly name?: string;
  readonly batches: readonly { readonly batchId: string; readonly crate?: string }[];
  readonly legs: readonly NewLeg[];
  readonly needH?: number;
}

export interface Handed {
  readonly at?: string;
  readonly by?: string;
  readonly receivedBy?: string;
  readonly note?: string;
}

export type Accepted = NonNullable<ShipmentView['accepted']>;
export type MadeGrant = (typeof madeGrantSchema)['_zod']['output'];

interface ShipmentPage {
  readonly shipments: readonly ShipmentSummary[];
  readonly nextCursor: string | null;
}

const pathOf = (shipmentId: string): string => `/shipments/${encodeURIComponent(shipmentId)}`;

export const shipmentsApi = {
  board: () => request<ShipmentBoard>('GET', '/shipments/board'),
  one: (shipmentId: string) => request<ShipmentView>('GET', pathOf(shipmentId)),
  page: (state: ShipmentState | 'all', limit: number, cursor?: string) =>
    request<ShipmentPage>(
      'GET',
      `/shipments?${new URLSearchParams({ state, limit: `${limit}`, ...(cursor === undefined ? {} : { cursor }) })}`,
    ),
  fefo: () => request<FefoView>('GET', '/fefo'),
  places: () => list<'places', PlaceView>('/places', 'places'),
  preview: (shipment: NewShipment) => request<ShipmentPreview>('POST', '/shipments/preview', shipment),
  add: (shipment: NewShipment) => request<ShipmentView>('POST', '/shipments', shipment),
  move: (shipmentId: string, departsAt: string) =>
    request<ShipmentView>('PATCH', pathOf(shipmentId), { departsAt }),
  depart: (shipmentId: string, handed: Handed) =>
    request<ShipmentView>('POST', `${pathOf(shipmentId)}/depart`, handed),
  handOver: (shipmentId: string, leg: number, handed: Handed) =>
    request<ShipmentView>('POST', `${pathOf(shipmentId)}/legs/${leg}/handover`, handed),
  arrive: (shipmentId: string, arrived: Handed & { accepted: Accepted; temperatureC?: number }) =>
    request<ShipmentView>('POST', `${pathOf(shipmentId)}/arrive`, arrived),
  correct: (shipmentId: string, correction: Handed) =>
    request<ShipmentView>('POST', `${pathOf(shipmentId)}/custody`, correction),
  cancel: (shipmentId: string, reason: string) =>
    request<ShipmentView>('POST', `${pathOf(shipmentId)}/cancel`, { reason }),
  grants: () => request<{ grants: readonly GrantView[] }>('GET', '/grants'),
  makeLink: (shipmentId: string, expiresAt: string) =>
    request<MadeGrant>('POST', '/grants', {
      byLink: true,
      subject: 'shipment',
      subjectId: shipmentId,
      expiresAt,
    }),
  takeBack: (grantId: string) => request<unknown>('DELETE', `/grants/${encodeURIComponent(grantId)}`),
  linked: (token: string) => request<LinkedShipment>('POST', '/shared/shipment', { token }),
};

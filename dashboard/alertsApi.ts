import type { AlertFilter, AlertView } from '../models/contracts/alert.ts';
import type { AlertChain } from '../models/contracts/alertChain.ts';
import type { DeliveryView } from '../models/contracts/alertDelivery.ts';
import type { AlertRule, LearntPatience, RuleSettings } from '../models/contracts/alertRule.ts';
import type { ContactView } from '../models/contracts/contact.ts';
import type { MemberView } from '../models/contracts/people.ts';
import type { PlaceView } from '../models/contracts/place.ts';
import type { ShipmentSummary, ShipmentView } from '../models/contracts/shipment.ts';
import { list, request } from './api.ts';

export interface AlertPage {
  readonly alerts: readonly AlertView[];
  readonly nextCursor: string | null;
}

export interface AlertRulesView {
  readonly rules: readonly AlertRule[];
  readonly presets: Readonly<Record<string, RuleSettings>>;
}

/** Of what is over, so many are kept at hand. */
const recentlyOver = 30;

export const alertPath = (alertId: string): string => `/alerts/${encodeURIComponent(alertId)}`;

const page = (state: AlertFilter, limit: number, cursor?: string): Promise<AlertPage> =>
  request<AlertPage>(
    'GET',
    `/alerts?${new URLSearchParams({ state, limit: `${limit}`, ...(cursor === undefined ? {} : { cursor }) })}`,
  );

export const alertsApi = {
  /** What is open, and what was over last: what the pages start with. */
  async current(): Promise<AlertView[]> {
    const [open, over] = await Promise.all([page('open', 1000), page('cleared', recentlyOver)]);
    return [...open.alerts, ...over.alerts];
  },
  page,
  one: (alertId: string) => request<AlertView>('GET', alertPath(alertId)),
  deliveries: (alertId: string) =>
    request<{ deliveries: readonly DeliveryView[] }>('GET', `${alertPath(alertId)}/deliveries`),
  members: () => list<'members', MemberView>('/members', 'members'),
  shipmentsUnderWay: () =>
    request<{ shipments: readonly ShipmentSummary[] }>('GET', '/shipments?state=under-way&limit=200'),
  openShipments: () =>
    request<{ shipments: readonly ShipmentSummary[] }>('GET', '/shipments?state=open&limit=200'),
  shipment: (shipmentId: string) =>
    request<ShipmentView>('GET', `/shipments/${encodeURIComponent(shipmentId)}`),
  rules: () => request<AlertRulesView>('GET', '/alert-rules'),
  saveRules: (rules: readonly AlertRule[]) => request<AlertRulesView>('PUT', '/alert-rules', { rules }),
  learntPatience: () => request<{ sensors: LearntPatience }>('GET', '/alert-rules/patience'),
  chain: () => request<AlertChain>('GET', '/alert-chain'),
  saveChain: (chain: AlertChain) => request<AlertChain>('PUT', '/alert-chain', chain),
  contacts: () => list<'contacts', ContactView>('/contacts', 'contacts'),
  places: () => list<'places', PlaceView>('/places', 'places'),
};

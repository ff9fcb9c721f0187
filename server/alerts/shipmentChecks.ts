import { willNotArrive } from '../../models/alerts/willNotArrive.ts';
import type { AlertKind } from '../../models/contracts/alert.ts';
import type { ArrivalVerdict } from '../../models/contracts/shipment.ts';
import type { Alert } from '../store/metadata/alerts.ts';
import { subjectOf } from './alertView.ts';
import type { Decision } from './decide.ts';
import type { RuleBook } from './ruleBook.ts';
import { type Clearing, stepSubject } from './stepSubject.ts';

/** How a shipment that has not arrived yet is going to arrive: its worst line. */
export interface ExpectedArrival {
  readonly orgId: string;
  readonly shipmentId: string;
  readonly name: string;
  readonly verdict: ArrivalVerdict;
  /** Lower end of the life on arrival; null without data. */
  readonly arrivesWithP05H: number | null;
  readonly needH: number | null;
  readonly arrivesAt: number;
}

/** What alerts ask of shipments. */
export interface ShipmentWatch {
  /** Planned ones and those under way, of all organisations. */
  expectedArrivalsOfAllOrganisations(): Promise<readonly ExpectedArrival[]>;
  /** Where a batch is under way; without ids when it stands. */
  legsOf(orgId: string, batchId: string): Promise<LegUnderWay>;
}

export interface LegUnderWay {
  /** The shipment and its leg: `<shipment>` and `<shipment>/<n>`. */
  readonly ids: readonly string[];
  /** When the leg began: what was before is judged by no rule of it. */
  readonly since: number;
}

export const standing: LegUnderWay = { ids: [], since: 0 };

/** Shipments that will arrive with less life than their receivers ask for; one that has arrived is over. */
export async function checkShipments(
  shipments: ShipmentWatch,
  rules: RuleBook,
  alerts: {
    openAlert(orgId: string, kind: AlertKind, subject: string): Alert | undefined;
    openOfKind(kind: AlertKind): Iterable<Alert>;
  },
  now: number,
): Promise<{ decisions: Decision[]; clearings: Clearing[] }> {
  const kind = 'will-not-arrive';
  const decisions: Decision[] = [];
  const clearings: Clearing[] = [];
  const expected = new Set<string>();
  for (const arrival of await shipments.expectedArrivalsOfAllOrganisations()) {
    const { orgId, shipmentId, name, verdict, arrivesWithP05H, needH, arrivesAt } = arrival;
    const subject = subjectOf('shipment', shipmentId);
    expected.add(`${orgId}/${subject}`);
    const open = alerts.openAlert(orgId, kind, subject);
    const { rule } = await rules.ruleFor(orgId, kind, kind, { legIds: [shipmentId] });
    const condition = willNotArrive(verdict, rule.severity);
    if (open === undefined && condition.sign !== 'over') continue;
    const facts = {
      subjectName: name,
      arrivesAt: new Date(arrivesAt).toISOString(),
      ...(arrivesWithP05H === null ? {} : { arrivesWithP05H }),
      ...(needH === null ? {} : { needH }),
    };
    const step = stepSubject({ orgId, kind, subject, open, condition, rule, facts }, now);
    decisions.push(...step.decisions);
    if (step.clearing !== null) clearings.push(step.clearing);
  }
  for (const { orgId, subject, alertId, facts } of alerts.openOfKind(kind))
    if (!expected.has(`${orgId}/${subject}`))
      decisions.push({ what: 'clear', orgId, alertId, endedAt: now, facts, silently: true });
  return { decisions, clearings };
}

import type { LegTemperature, LegView, ShipmentView } from '../../models/contracts/shipment.ts';
import type { Format } from '../format.ts';

/** How warm a leg is taken to be, and why: "Dianggap 24–31 °C: suhu truk ini 30 hari terakhir". */
export function legTemperatureText(
  { kind, temperatureC, lowC, highC }: LegTemperature,
  format: Format,
): string {
  const low = Math.floor(lowC);
  const high = Math.ceil(highC);
  const range =
    kind === 'given' || high - low < 1
      ? format.plainTemperature(temperatureC)
      : `${format.number(low, 0)}–${format.number(high, 0)} °C`;
  return format.t(`shipments.kind.${kind}`, { range });
}

/** The leg it is on or that comes next; undefined once it is over. */
export function currentLeg({ legs, state }: Pick<ShipmentView, 'legs' | 'state'>): LegView | undefined {
  if (state === 'arrived' || state === 'cancelled') return undefined;
  return legs.find(({ arrivedAt }) => arrivedAt === null);
}

export type Step = 'depart' | 'handover' | 'arrive' | 'correct' | 'cancel' | 'move';

/** What comes next on the way; null when it is over. */
export function nextStep(
  shipment: Pick<ShipmentView, 'legs' | 'state'>,
): 'depart' | 'handover' | 'arrive' | null {
  const leg = currentLeg(shipment);
  if (leg === undefined) return null;
  if (leg.departedAt === null) return 'depart';
  return leg.leg === shipment.legs.length ? 'arrive' : 'handover';
}

import type { ShipmentLineView } from '../../models/contracts/shipment.ts';
import type { Format } from '../format.ts';
import { crateName } from './boardRows.ts';
import { arrivalLines, type ShownArrival } from './shownArrival.ts';

/** What stands under the name of a crate: what it is, and how much. */
export function crateMinor(
  line: Pick<ShipmentLineView, 'crate' | 'batch' | 'quantity'>,
  format: Format,
): string {
  const { batch, crate, quantity } = line;
  const what = crate === null ? batch.productName : batch.name;
  if (quantity === null) return what;
  return format.list([
    what,
    `${format.number(quantity.amount, quantity.amount % 1 === 0 ? 0 : 1)} ${quantity.unit}`,
  ]);
}

/** "6,2 °C"; a dash while nobody knows how warm it is. */
export function crateTemperature(
  line: Pick<ShipmentLineView, 'now'>,
  arrival: ShownArrival,
  format: Format,
): string {
  const { lastTemperatureC } = line.now;
  return lastTemperatureC === null || arrival.verdict === 'unsure'
    ? '–'
    : format.temperature(lastTemperatureC);
}

/** What the bar of a crate says to whoever does not see it. */
export function barSentence(
  line: Pick<ShipmentLineView, 'crate' | 'batch'>,
  arrival: ShownArrival,
  now: number,
  format: Format,
): string {
  return format.t('shipments.bar', {
    crate: crateName(line),
    verdict: format.t(`shipments.verdict.${arrival.verdict}`),
    at: format.moment(arrival.arrivesAt, now),
    how: format.list(arrivalLines(arrival, now, format)),
  });
}

import type { ArrivalVerdict, ShipmentLineView } from '../../models/contracts/shipment.ts';
import type { Format } from '../format.ts';
import type { ShownLife, ShownStatus } from '../shownLife.ts';
import { hourMs } from '../zone.ts';

/** What a screen may say at `now` about what a line arrives with. */
export interface ShownArrival {
  readonly verdict: ArrivalVerdict;
  readonly status: ShownStatus;
  /** Epoch ms. */
  readonly arrivesAt: number;
  /** Hours from now until it arrives; 0 when it should have. */
  readonly inH: number;
  /** Hours of life left on arrival. */
  readonly p05H: number;
  readonly medianH: number;
  readonly p95H: number;
  readonly needH: number;
  /** The bar from now on: as far as it is sure to keep on this way, and after it. */
  readonly life: ShownLife;
  /** Epoch ms; null without a sensor. */
  readonly lastReadingAt: number | null;
  /** The figures are too old to be believed: nothing has been heard of the server for so long. */
  readonly isOld: boolean;
}

const statusOf: Record<ArrivalVerdict, ShownStatus> = {
  enough: 'fresh',
  tight: 'soon',
  short: 'risk',
  unsure: 'none',
};

export const verdictStatus = (verdict: ArrivalVerdict): ShownStatus => statusOf[verdict];

/**
 * A line as it is to be shown at `now`. Once the answer is older than a quarter of the life it promised (at least 30 min,
 * at most 6 h) nobody knows any more, and the worst case counts.
 *
 * @param asOf  when the server worked it out, epoch ms
 * @returns null for a line of a cancelled shipment: it arrives nowhere
 */
export function shownArrival(
  line: Pick<ShipmentLineView, 'arrival' | 'now'>,
  asOf: number,
  now: number,
): ShownArrival | null {
  const { arrival } = line;
  if (arrival === null) return null;
  const { p05, median, p95 } = arrival.remainingH;
  const arrivesAt = Date.parse(arrival.arrivesAt);
  const ageH = Math.max(0, (now - asOf) / hourMs);
  const isOld = ageH > Math.max(0.5, Math.min(6, p05 / 4)) && arrivesAt > asOf;
  const verdict = isOld && arrival.verdict !== 'short' ? 'unsure' : arrival.verdict;
  const inH = Math.max(0, (arrivesAt - now) / hourMs);
  const left = (atArrivalH: number, nowH: number): number =>
    atArrivalH > 0 ? inH + atArrivalH : Math.max(0, Math.min(inH, nowH - ageH));
  const life = line.now.remainingH;
  return {
    verdict,
    status: statusOf[verdict],
    arrivesAt,
    inH,
    ...{ p05H: p05, medianH: median, p95H: p95, needH: arrival.needH },
    life: {
      status: statusOf[verdict],
      say: verdict === 'unsure' ? 'unknown' : p95 > 0 || life.p95 > 0 ? 'left' : 'past',
      loH: left(p05, life.p05),
      medianH: left(median, life.median),
      hiH: left(p95, life.p95),
      untilAt: arrivesAt + p05 * hourMs,
      lastReadingAt: arrival.lastReadingAt === null ? null : Date.parse(arrival.lastReadingAt),
      noSensor: arrival.lastReadingAt === null,
      lowered: false,
    },
    lastReadingAt: arrival.lastReadingAt === null ? null : Date.parse(arrival.lastReadingAt),
    isOld,
  };
}

/**
 * Two figures that are compared, in one unit and rounded down: hours when the smaller is under 48 h, or when both would
 * read the same although one is less.
 */
export function comparedLives(aH: number, bH: number, format: Format): [string, string] {
  const hours = (h: number): string => format.t('time.hours', { n: Math.floor(Math.max(0, h)) });
  const texts: [string, string] = [format.remainingText(aH), format.remainingText(bH)];
  const sameWords = texts[0] === texts[1] && aH < bH;
  return Math.min(aH, bH) < 48 || sameWords ? [hours(aH), hours(bH)] : texts;
}

/** What stands under the verdict of a line, one sentence a row. */
export function arrivalLines(shown: ShownArrival, now: number, format: Format): string[] {
  const { t } = format;
  if (shown.verdict === 'unsure') {
    const known =
      shown.lastReadingAt === null
        ? t('life.noSensor')
        : t('shipments.lastData', { at: format.moment(shown.lastReadingAt, now) });
    return [known, t('life.worstCase', { remaining: format.remainingText(shown.p05H) })];
  }
  const [arrives, need] = comparedLives(shown.p05H, shown.needH, format);
  const needs = shown.needH > 0 ? [t('shipments.needs', { need })] : [];
  if (shown.p05H > 0) return [t('shipments.arrivesWith', { left: arrives }), ...needs];
  return [shown.medianH > 0 ? t('life.maybePast') : t('life.pastLimit'), ...needs];
}

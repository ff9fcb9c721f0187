import { now } from '../clock.ts';
import { format } from '../state.ts';

/** From now on: the clock time today, "besok 01.53" tomorrow, else with its date. */
export function momentNow(at: number): string {
  const { zone, t, clock, moment } = format.value;
  const isTomorrow = zone.daysBetween(now.value, at) === 1;
  return isTomorrow ? `${t('when.tomorrow')} ${clock(at)}` : moment(at, now.value);
}

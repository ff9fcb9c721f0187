import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';
import { lowBatteryPct } from '../nodeState.ts';
import { batteryLeftText } from '../nodeWords.ts';
import { format } from '../state.ts';

interface BatteryProps {
  readonly percent: number;
  /** Where it can be said from how it fell. */
  readonly daysLeft?: number | null;
}

/** How full a battery is, drawn and in percent, and how long that lasts. */
export function Battery({ percent, daysLeft = null }: BatteryProps): JSX.Element {
  const full = Math.max(0, Math.min(100, percent));
  return (
    <span class="battery">
      <svg width="26" height="14" viewBox="0 0 26 14" aria-hidden="true">
        <rect
          x=".75"
          y=".75"
          width="21.5"
          height="12.5"
          rx="3"
          fill="none"
          stroke="var(--line-2)"
          stroke-width="1.5"
        />
        <rect x="23.5" y="4.5" width="2" height="5" rx="1" fill="var(--line-2)" />
        <rect
          x="3"
          y="3"
          width={(17 * full) / 100}
          height="8"
          rx="1.2"
          fill={full < lowBatteryPct ? 'var(--risk-fill)' : 'var(--ink-2)'}
        />
      </svg>
      <span class="for-reader">{t('sensors.battery', { percent: Math.round(full) })}</span>
      <span aria-hidden="true">{Math.round(full)}%</span>
      {daysLeft !== null && <span class="left">{batteryLeftText(daysLeft, format.value)}</span>}
    </span>
  );
}

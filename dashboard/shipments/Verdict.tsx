import type { JSX } from 'preact';
import { now } from '../clock.ts';
import { StatusPill } from '../components/StatusPill.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { rupiah } from './rupiah.ts';
import { arrivalLines, type ShownArrival } from './shownArrival.ts';

interface VerdictProps {
  readonly arrival: ShownArrival;
  readonly atRiskIdr: number | null;
}

/** Whether a crate arrives with enough, with the two figures it was decided by, and the money that hangs on it. */
export function Verdict({ arrival, atRiskIdr }: VerdictProps): JSX.Element {
  const money = arrival.verdict === 'enough' || atRiskIdr === null || atRiskIdr < 1000 ? null : atRiskIdr;
  return (
    <div class="verdict">
      <StatusPill status={arrival.status} word={t(`shipments.verdict.${arrival.verdict}`)} />
      {arrivalLines(arrival, now.value, format.value).map(line => (
        <div class="minor" key={line}>
          {line}
        </div>
      ))}
      {money !== null && (
        <div class="minor">{t('shipments.atRisk', { money: rupiah(money, format.value) })}</div>
      )}
    </div>
  );
}

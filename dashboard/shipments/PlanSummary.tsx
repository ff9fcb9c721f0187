import type { JSX } from 'preact';
import type { ShipmentPreview } from '../../models/contracts/shipmentBoard.ts';
import type { ApiError } from '../api.ts';
import { StatusPill } from '../components/StatusPill.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { countsText } from './boardSentence.ts';
import { momentNow } from './momentNow.ts';
import { rupiah } from './rupiah.ts';
import { verdictStatus } from './shownArrival.ts';

interface PlanSummaryProps {
  readonly preview: ShipmentPreview | null;
  readonly failure: ApiError | null;
  readonly count: number;
}

/** Before anything is saved: whether it arrives with enough, until when it may leave, and what would help most. */
export function PlanSummary({ preview, failure, count }: PlanSummaryProps): JSX.Element {
  return (
    <div class="plan-summary" role="status">
      {failure !== null ? (
        <span class="medium">
          {failure.unreachable
            ? t('shipments.new.previewNeedsInternet')
            : t('shipments.refused', { why: failure.message })}
        </span>
      ) : count === 0 || preview === null ? (
        <span class="medium second">
          {t(count === 0 ? 'shipments.new.chooseFirst' : 'shipments.new.reckoning')}
        </span>
      ) : (
        <Known preview={preview} />
      )}
    </div>
  );
}

function Known({ preview }: { preview: ShipmentPreview }): JSX.Element {
  const { totals, verdict, latestSafeDepartureAt, advice, arrivesAt } = preview;
  const { remainingText } = format.value;
  const worst = verdict ?? 'enough';
  const best = advice[0];
  const money = totals.atRiskIdr;
  return (
    <>
      <span class="plan-line">
        <StatusPill status={verdictStatus(worst)} word={countsText(totals, format.value)} />
        <span class="medium second">
          {t('shipments.arrivesAt', { at: momentNow(Date.parse(arrivesAt)) })}
        </span>
      </span>
      <span class="medium">
        {latestSafeDepartureAt === null
          ? t('shipments.neverSafe')
          : t('shipments.latestSafe', { at: momentNow(Date.parse(latestSafeDepartureAt)) })}
      </span>
      {worst !== 'enough' && best !== undefined && (
        <span class="medium">
          {t(`shipments.advice.${best.code}`, {
            at: best.departsAt === null ? '' : momentNow(Date.parse(best.departsAt)),
          })}
          {' · '}
          {t(best.code === 'do-not-send' ? 'shipments.advice.atBest' : 'shipments.advice.gain', {
            gain: remainingText(best.gainP05H),
            left: remainingText(best.arrivesWithP05H),
          })}
        </span>
      )}
      {worst !== 'enough' && money !== null && money >= 1000 && (
        <span class="medium second wide-page">
          {t('shipments.atRisk', { money: rupiah(money, format.value) })}
        </span>
      )}
    </>
  );
}

import type { JSX } from 'preact';
import type { LimitId } from '../../models/contracts/estimate.ts';
import type { LifeRatio } from '../../models/laboratory/compareTreatments.ts';
import { Note } from '../components/Note.tsx';
import { Placed } from '../components/Placed.tsx';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { place } from '../i18n/places.ts';
import { format } from '../state.ts';
import type { CompareState } from './compareState.ts';
import { blockedTexts, type LifeUnit, leverName, printedRange, timesText } from './compareWords.ts';
import type { ComparedSide, Comparison } from './comparison.ts';

interface CompareAnswerProps {
  readonly state: CompareState;
  readonly comparison: Comparison;
  readonly unit: LifeUnit;
}

/** What it comes to: both intervals, how many times longer at least, and what is not known about it. */
export function CompareAnswer({ state, comparison, unit }: CompareAnswerProps): JSX.Element {
  const temperature = format.value.plainTemperature(state.temperatureC);
  return (
    <section class="card compare-answer" aria-live="polite">
      <Figure
        title={t('compare.baselineAt', { temperature })}
        side={comparison.baseline}
        unit={unit}
        kind="baseline"
      />
      <Figure
        title={t('compare.whatIfAt', { temperature })}
        side={comparison.whatIf}
        unit={unit}
        kind="what-if"
      />
      <div class="said medium">
        <Said comparison={comparison} />
      </div>
      {comparison.whatIf.blocked !== null && (
        <Note status="soon">
          <b>{t('compare.blockedTitle')}.</b>{' '}
          {format.value.sentences(blockedTexts(comparison.whatIf.blocked, format.value))}
        </Note>
      )}
    </section>
  );
}

function Figure(props: { title: string; side: ComparedSide; unit: LifeUnit; kind: string }): JSX.Element {
  const { title, side, unit, kind } = props;
  return (
    <div class={`compared ${kind}`}>
      <h2 class="medium second">{title}</h2>
      <p class="compared-life">
        {side.range === null ? '–' : printedRange(unit, side.range, format.value)}{' '}
        {side.range !== null && <small>{t(`compare.unit.${unit}`)}</small>}
      </p>
      {side.limitedBy !== null && side.limitedBy !== 'spoilage' && (
        <p class="small second">{t('compare.limitedBy', { limit: t(`batch.limit.${side.limitedBy}`) })}</p>
      )}
      {side.isOutsideTestedRange && <span class="chip soon">{t('compare.outside')}</span>}
    </div>
  );
}

function Said({ comparison }: { comparison: Comparison }): JSX.Element {
  const { ratio, cost, untested, tested, whatIf } = comparison;
  const shown = format.value;
  if (ratio === null) return <p>{t('compare.independent')}</p>;
  const isLonger = ratio.atLeast >= 1.05;
  // Pathogens and rules hold back what spoilage alone would allow: said, so that the lever is not blamed for it.
  const isHeld =
    ratio.spoilageMedian * 10 >= ratio.median * 11 || ratio.spoilageAtLeast >= ratio.atLeast * 1.1;
  const longer = isLonger ? 'compare.longer' : 'compare.notLonger';
  return (
    <>
      <p>
        <Placed
          message={t(longer, { atLeast: place(0), median: place(1) })}
          of={[
            <b key="least">{timesText(ratio.atLeast, shown)}</b>,
            <b key="median">{timesText(ratio.median, shown)}</b>,
          ]}
        />
        {shown.language === 'ja' ? '' : ' '}
        {isHeld &&
          whatIf.heldBackBy !== null &&
          t('compare.spoilageAlone', heldWords(ratio, whatIf.heldBackBy, shown))}
      </p>
      <p>{shown.sentences([t('compare.independent'), ...combination(tested, untested, shown)])}</p>
      {cost !== null && <p>{shown.sentences(costTexts(cost, shown))}</p>}
    </>
  );
}

function heldWords(ratio: LifeRatio, limit: LimitId, shown: Format): Record<string, string> {
  return {
    atLeast: timesText(ratio.spoilageAtLeast, shown),
    median: timesText(ratio.spoilageMedian, shown),
    limit: shown.t(`batch.limit.${limit}`),
  };
}

function combination(tested: readonly string[], untested: readonly string[], shown: Format): string[] {
  const names = (ids: readonly string[]): string => shown.list(ids.map(id => leverName(id, shown.t)));
  return [
    ...(tested.length > 1 ? [shown.t('compare.testedTogether', { names: names(tested) })] : []),
    ...(untested.length > 0 ? [shown.t('compare.notTested', { names: names(untested) })] : []),
  ];
}

function costTexts({ more, perDay }: NonNullable<Comparison['cost']>, shown: Format): string[] {
  const rupiah = (value: number, sign = ''): string =>
    shown.t('compare.rupiah', { n: `${sign}${shown.number(Math.ceil(value), 0)}` });
  return [
    shown.t('compare.costMore', { more: rupiah(more, more > 0 ? '+' : '') }),
    ...(perDay !== null && more > 0 ? [shown.t('compare.costPerDay', { perDay: rupiah(perDay) })] : []),
  ];
}

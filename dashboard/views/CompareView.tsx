import type { JSX } from 'preact';
import '../style/compare.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { classOf } from '../../models/laboratory/treatmentChanges.ts';
import { treatmentsLike } from '../../models/parameters/setParameters.ts';
import { saveCsv } from '../charts/saveCsv.ts';
import { CompareAnswer } from '../compare/CompareAnswer.tsx';
import { CompareCharts } from '../compare/CompareCharts.tsx';
import { CompareTables } from '../compare/CompareTables.tsx';
import { comparedSets, loadComparedSets } from '../compare/comparedSets.ts';
import { type CompareState, firstState, readState, usualPlan, writeState } from '../compare/compareState.ts';
import { comparisonCsv } from '../compare/compareTable.ts';
import { unitFor } from '../compare/compareWords.ts';
import { Comparer } from '../compare/comparison.ts';
import { nameOfSet } from '../compare/floraOfSet.ts';
import { PlanSection } from '../compare/PlanSection.tsx';
import { SetChoice } from '../compare/SetChoice.tsx';
import { WhatIfPanel } from '../compare/WhatIfPanel.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { paths, route } from '../router.ts';
import { account, format, me, online } from '../state.ts';

/** The address is written when the hand rests: browsers refuse too many changes of it. */
const addressAfterMs = 200;

/** Two ways of making and keeping tahu beside each other: figures from the same draws, all of it in the address. */
export function CompareView(): JSX.Element {
  const [state, setState] = useAddress();
  const [asTable, setAsTable] = useState(false);
  const comparer = useMemo(() => new Comparer(), []);
  useEffect(() => {
    if (account.value !== null) void loadComparedSets(account.value);
  }, [account.value]);
  const sets = comparedSets.value;
  const set = sets.find(one => nameOfSet(one) === state.set) ?? null;
  const comparison = useMemo(() => comparer.compare(state, set), [state, set]);
  const { baseline, whatIf } = comparison;
  const unit = unitFor(Math.min(baseline.range?.p05H ?? Infinity, whatIf.range?.p05H ?? Infinity));
  const shown = format.value;
  return (
    <main id="content" tabIndex={-1} class="compare-page" data-drawn={writeState(state)}>
      <header class="heading lab-heading">
        <div class="grow">
          <h1>{t('compare.title')}</h1>
          <p class="second">
            {t('compare.lead', {
              set:
                set === null
                  ? t('compare.setBuiltIn')
                  : t('compare.setNamed', { title: set.title, version: set.version }),
              limit: shown.number(whatIf.parameters.spoilage.limitLog10Cfu.value),
            })}
          </p>
        </div>
        <div class="row wrap lab-actions">
          <CopyButton
            text={`${location.origin}${paths.compare}?${writeState(state)}`}
            label={t('compare.copyLink')}
            named
          />
          <button
            type="button"
            class="button compact"
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            <Icon name={asTable ? 'chart' : 'table'} size={16} />
            {asTable ? t('compare.charts') : t('compare.table')}
          </button>
          <button
            type="button"
            class="button compact"
            onClick={() => saveCsv(comparisonCsv(comparison, state, shown), 'bandingkan')}
          >
            <Icon name="download" size={16} />
            {t('compare.download')}
          </button>
          <button type="button" class="button compact" onClick={() => window.print()}>
            <Icon name="print" size={16} />
            {t('compare.report')}
          </button>
        </div>
      </header>
      {!online.value && <Note status="none">{t('compare.offline')}</Note>}
      {state.set !== null && set === null && <Note status="soon">{t('compare.setMissing')}</Note>}
      {set !== null && !treatmentsLike(set.treatment).includes(classOf(state.whatIf)) && (
        <Note status="none">
          {t('compare.setOtherClass', { treatment: t(`batch.treated.${classOf(state.whatIf)}`) })}
        </Note>
      )}
      <div class="compare-columns">
        <WhatIfPanel state={state} comparison={comparison} onState={setState} />
        <div class="compare-results">
          <CompareAnswer state={state} comparison={comparison} unit={unit} />
          {asTable ? (
            <CompareTables state={state} comparison={comparison} unit={unit} />
          ) : (
            <CompareCharts state={state} comparison={comparison} unit={unit} />
          )}
          <div class="row wrap compare-foot">
            <SetChoice sets={sets} value={state.set} onChange={next => setState({ ...state, set: next })} />
            <button
              type="button"
              class="button compact"
              onClick={() => setState({ ...state, baseline: state.whatIf })}
            >
              {t('compare.makeBaseline')}
            </button>
            <button
              type="button"
              class="button compact"
              aria-expanded={state.plan !== null}
              onClick={() => setState({ ...state, plan: state.plan === null ? usualPlan : null })}
            >
              <Icon name="flask" size={16} />
              {state.plan === null ? t('compare.plan.open') : t('compare.plan.close')}
            </button>
            <a class="button compact" href={paths.whyItKeeps}>
              {t('compare.why')}
            </a>
          </div>
          {state.plan !== null && (
            <PlanSection
              flora={whatIf.parameters.spoilage}
              temperatureC={state.temperatureC}
              plan={state.plan}
              onPlan={plan => setState({ ...state, plan })}
            />
          )}
        </div>
      </div>
    </main>
  );
}

/** The state in the address: read when the page opens and when somebody goes back, written when a change has settled. */
function useAddress(): [CompareState, (state: CompareState) => void] {
  const first = firstState(me.value?.organisation.kind === 'laboratory' ? 'codex' : 'indonesia');
  const [state, setState] = useState(() => readState(location.search, first));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    const heard = (): void => setState(readState(location.search, first));
    window.addEventListener('popstate', heard);
    return () => {
      window.removeEventListener('popstate', heard);
      clearTimeout(timer.current);
    };
  }, []);
  const change = (next: CompareState): void => {
    setState(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      // Somebody who has gone on to another page keeps that page's address.
      if (route.value.page === 'compare')
        history.replaceState(history.state, '', `${paths.compare}?${writeState(next)}`);
    }, addressAfterMs);
  };
  return [state, change];
}

import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ParameterSetView } from '../../models/contracts/parameterSets.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { format } from '../state.ts';
import { FailedSets } from './FailedSets.tsx';
import { InUseList } from './InUseList.tsx';
import { ProposalCard } from './ProposalCard.tsx';
import { parameterSetsApi } from './parameterSetsApi.ts';
import { idOfRef, rangeValues, setName } from './setWords.ts';
import { useAnswer } from './useAnswer.ts';
import '../style/parameterSets.css';

const lookAgainMs = 2_000;

/** Which numbers drive the promises, what was proposed, and all sets. */
export function ParameterSetsView(): JSX.Element {
  const sets = useAnswer('parameter sets', parameterSetsApi.all);
  const proposals = useAnswer('proposals', parameterSetsApi.proposals);
  const isGoing = sets.answer?.inUse.some(one => one.toRecalculate > 0) ?? false;
  useEffect(() => {
    if (!isGoing) return;
    const timer = setInterval(() => void sets.ask(), lookAgainMs);
    return () => clearInterval(timer);
  }, [isGoing, sets.ask]);
  const changed = async (): Promise<void> => {
    await Promise.all([sets.ask(), proposals.ask()]);
  };
  const open = (proposals.answer ?? []).filter(proposal => proposal.state === 'open');
  const stored = (sets.answer?.parameterSets ?? []).filter(set => !set.isBuiltIn);
  return (
    <main id="content" tabIndex={-1} class="sets-page">
      <header class="heading">
        <h1 class="grow">{t('nav.parameterSets')}</h1>
        <a class="button compact" href={paths.calibration}>
          <Icon name="chart" size={18} />
          {t('sets.calibration')}
        </a>
      </header>
      <div class="body">
        <p class="second">{t('sets.intro')}</p>
        <FailedSets failure={sets.failure ?? proposals.failure} text={t('sets.failed')} onRetry={changed} />
        {open.length > 0 && <h2>{t('sets.proposals')}</h2>}
        {open.map(proposal => (
          <ProposalCard key={proposal.proposalId} proposal={proposal} onDecided={changed} />
        ))}
        <h2>{t('sets.inUse')}</h2>
        {sets.answer === null && sets.failure === null && <Placeholder rows={4} />}
        {sets.answer !== null && (
          <>
            <InUseList list={sets.answer} onChanged={changed} />
            <h2>{t('sets.all')}</h2>
            {stored.length === 0 && <p class="second">{t('sets.none')}</p>}
            <ul class="card set-list">
              {sets.answer.parameterSets.map(set => (
                <SetLine key={idOfRef(set)} set={set} />
              ))}
            </ul>
          </>
        )}
      </div>
    </main>
  );
}

const stateOf = { draft: 'none', published: 'fresh', withdrawn: 'soon' } as const;

function SetLine({ set }: { set: ParameterSetView }): JSX.Element {
  const made =
    set.madeAt === null
      ? set.author
      : t('sets.by', { who: set.author, at: format.value.moment(Date.parse(set.madeAt), now.value) });
  return (
    <li class="set-line">
      <div>
        <a class="name" href={paths.parameterSet(idOfRef(set))}>
          {setName(set, t)}
        </a>
        <p class="second small">
          {t(`sets.treatment.${set.treatment}`)} ·{' '}
          {t('sets.tested', rangeValues(set.testedRangeC, format.value))} · {made}
        </p>
        <p class="second small">{t('sets.changes', { n: set.diff.length })}</p>
      </div>
      <span class={`chip ${set.isBuiltIn ? 'none' : stateOf[set.state]}`}>
        {set.isBuiltIn ? t('sets.state.builtIn') : t(`sets.state.${set.state}`)}
      </span>
    </li>
  );
}

import { type ComponentChildren, Fragment, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ParameterSetView } from '../../models/contracts/parameterSets.ts';
import type { ApiError } from '../api.ts';
import { now } from '../clock.ts';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { said } from '../snack.ts';
import { asRefusal, format, me } from '../state.ts';
import { EffectText } from './EffectText.tsx';
import { FailedSets } from './FailedSets.tsx';
import { NumbersTable } from './NumbersTable.tsx';
import { ProposalCard } from './ProposalCard.tsx';
import { parameterSetsApi } from './parameterSetsApi.ts';
import { RerunCard } from './RerunCard.tsx';
import { idOfRef, rangeValues, refOfId, setName, treatmentNames } from './setWords.ts';
import { type Answered, useAnswer } from './useAnswer.ts';
import '../style/people.css';
import '../style/parameterSets.css';

/** One set: its numbers, where they come from, what they change, and what can be done with it. */
export function ParameterSetPage({ setId }: { setId: string }): JSX.Element {
  const ref = refOfId(setId) ?? { parameterSetId: setId, version: 0 };
  const known = useAnswer(`set ${setId}`, () => parameterSetsApi.one(ref));
  const proposals = useAnswer('proposals', parameterSetsApi.proposals);
  const set = known.answer;
  const title = set === null ? setId : setName(set, t);
  const open = (proposals.answer ?? []).filter(
    ({ state, set: proposed }) => state === 'open' && idOfRef(proposed) === setId,
  );
  const changed = async (): Promise<void> => {
    await Promise.all([known.ask(), proposals.ask()]);
  };
  return (
    <main id="content" tabIndex={-1} class="sets-page">
      <PageHead
        title={title}
        crumb={title}
        above={{ path: paths.parameterSets, label: t('nav.parameterSets') }}
      />
      <div class="body">
        <Failed known={known} />
        {set === null && known.failure === null && <Placeholder rows={4} />}
        {open.map(proposal => (
          <ProposalCard key={proposal.proposalId} level={2} proposal={proposal} onDecided={changed} />
        ))}
        {set !== null && (
          <div class="set-columns">
            <div>
              <NumbersTable set={set} />
              <Uses set={set} />
            </div>
            <div>
              <Facts set={set} />
              <Publishing set={set} onChanged={changed} />
              <RerunCard setRef={ref} />
            </div>
          </div>
        )}
      </div>
    </main>
  );
}

function Failed({ known }: { known: Answered<ParameterSetView> }): JSX.Element | null {
  if (known.failure?.status === 404)
    return (
      <div class="padded">
        <p>{t('sets.notFound')}</p>
        <a class="button" href={paths.parameterSets}>
          {t('sets.toAll')}
        </a>
      </div>
    );
  return <FailedSets failure={known.failure} text={t('sets.failed')} onRetry={known.ask} />;
}

function Facts({ set }: { set: ParameterSetView }): JSX.Element {
  const levers = Object.entries(set.testedLevers).map(([id, dose]) => `${id} ${format.value.number(dose)}`);
  const parent = set.parent;
  const facts: [string, ComponentChildren][] = [
    [t('sets.fact.state'), t(`sets.state.${set.state}`)],
    [t('sets.fact.author'), set.author],
    ...(set.fromOrganisation === null
      ? []
      : ([[t('sets.fact.from'), set.fromOrganisation.name]] as [string, string][])),
    ...(set.madeAt === null
      ? []
      : ([[t('sets.fact.made'), format.value.moment(Date.parse(set.madeAt), now.value)]] as [
          string,
          string,
        ][])),
    [t('sets.fact.tested'), t('sets.tested', rangeValues(set.testedRangeC, format.value))],
    [t('sets.fact.for'), treatmentNames(set.treatments, t)],
    [t('sets.fact.caps'), set.caps.map(({ hours }) => t('time.days', { n: hours / 24 })).join(', ')],
    ...(levers.length === 0 ? [] : ([[t('sets.fact.levers'), levers.join(', ')]] as [string, string][])),
    ...(parent === null
      ? []
      : ([
          [
            t('sets.fact.parent'),
            <a href={paths.parameterSet(idOfRef(parent))} key="parent">
              {setName({ ...parent, title: '' }, t)}
            </a>,
          ],
        ] as [string, JSX.Element][])),
    ...(set.fromFitId === null
      ? []
      : ([[t('sets.fact.fit'), set.fromFitId.slice(0, 8)]] as [string, string][])),
    ...(set.note === '' ? [] : ([[t('sets.fact.note'), set.note]] as [string, string][])),
  ];
  return (
    <section class="card padded set-facts">
      <dl class="facts">
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function Uses({ set }: { set: ParameterSetView }): JSX.Element | null {
  if (set.uses.length === 0) return null;
  const moment = (iso: string): string => format.value.moment(Date.parse(iso), now.value);
  return (
    <section class="card padded">
      <h2>{t('sets.uses')}</h2>
      <ul class="stack">
        {set.uses.map(use => (
          <li key={`${use.treatment} ${use.since}`}>
            {t('sets.useFrom', {
              treatment: t(`sets.treatment.${use.treatment}`),
              from: moment(use.since),
              to: use.until === null ? t('sets.untilNow') : moment(use.until),
              who: use.approvedBy,
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Publishing again and withdrawing: for the firm that made it. */
function Publishing(props: { set: ParameterSetView; onChanged(): Promise<void> }): JSX.Element | null {
  const { set, onChanged } = props;
  const [busy, setBusy] = useState(false);
  const [withdrawing, setWithdrawing] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const role = me.value?.role;
  const isOurs = set.fromOrganisation?.orgId === me.value?.organisation.orgId;
  if (!isOurs || set.state === 'withdrawn' || (role !== 'owner' && role !== 'researcher')) return null;
  const name = setName(set, t);
  const approves = role === 'owner' && me.value?.organisation.kind === 'producer';
  const act = async (action: () => Promise<string>): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      said.value = { text: await action() };
      await onChanged();
    } catch (error) {
      setFailure(asRefusal(error));
    } finally {
      setBusy(false);
    }
  };
  const publish = async (): Promise<string> => {
    const { proposedTo } = await parameterSetsApi.publish(set, { approve: approves });
    const firms = proposedTo.map(firm => firm.name).join(', ');
    return approves
      ? t('sets.publish.used', { set: name, firm: proposedTo[0]?.name ?? '' })
      : t('sets.publish.proposed', { set: name, firms });
  };
  const withdraw = async (): Promise<string> => {
    await parameterSetsApi.withdraw(set);
    return t('sets.withdrawn', { set: name });
  };
  return (
    <section class="card padded publish-panel">
      <h2>{t('sets.publish.title', { set: name })}</h2>
      <EffectText
        name={`publish ${idOfRef(set)} over ${idOfRef(set.against)}`}
        testedRangeC={set.testedRangeC}
        ask={() => parameterSetsApi.effect(set)}
      />
      {set.legalFaults.length > 0 && (
        <Note status="risk">{t('sets.publish.blocked', { why: set.legalFaults.join('; ') })}</Note>
      )}
      {failure !== null && (
        <Note status="risk" alert>
          {failure.unreachable ? t('failed.save') : failure.message}
        </Note>
      )}
      <button
        type="button"
        class="button primary"
        disabled={busy || set.legalFaults.length > 0}
        onClick={() => void act(publish)}
      >
        {t(approves ? 'sets.publish.approve' : 'sets.publish.button', { version: set.version })}
      </button>
      {set.state === 'published' && !withdrawing && (
        <button type="button" class="button" disabled={busy} onClick={() => setWithdrawing(true)}>
          {t('sets.withdraw', { set: name })}
        </button>
      )}
      {withdrawing && (
        <>
          <p class="small">{t('sets.withdrawEffect')}</p>
          <div class="row">
            <button type="button" class="button danger" disabled={busy} onClick={() => void act(withdraw)}>
              {t('sets.withdraw', { set: name })}
            </button>
            <button type="button" class="button" onClick={() => setWithdrawing(false)}>
              {t('common.cancel')}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

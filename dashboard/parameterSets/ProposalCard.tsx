import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { ProposalView } from '../../models/contracts/parameterSets.ts';
import type { ApiError } from '../api.ts';
import { now } from '../clock.ts';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { said } from '../snack.ts';
import { asRefusal, format, me } from '../state.ts';
import { EffectText } from './EffectText.tsx';
import { parameterSetsApi } from './parameterSetsApi.ts';
import { idOfRef, rangeValues, setName, treatmentNames } from './setWords.ts';

/** A set that somebody asks this firm to use: what it would do, and two buttons for an owner. */
export function ProposalCard(props: {
  proposal: ProposalView;
  /** Where it stands below a heading of its own. */
  level?: 2 | 3;
  onDecided(): Promise<void>;
}): JSX.Element {
  const { proposal, onDecided, level = 3 } = props;
  const Heading = level === 2 ? 'h2' : 'h3';
  const { set, from, proposalId } = proposal;
  const [busy, setBusy] = useState(false);
  const [rejecting, setRejecting] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const name = setName(set, t);
  const decide = async (decision: () => Promise<unknown>, text: string): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await decision();
      said.value = { text };
      await onDecided();
    } catch (error) {
      setFailure(asRefusal(error));
    } finally {
      setBusy(false);
    }
  };
  const firm = me.value?.organisation.name ?? '';
  return (
    <article class="card padded proposal">
      <Heading>
        <a href={paths.parameterSet(idOfRef(set))}>
          {t('sets.proposal.title', { firm: from.name, set: name })}
        </a>
      </Heading>
      <p class="second small">
        {t('sets.proposal.for', {
          treatments: treatmentNames(proposal.treatments, t),
          who: proposal.proposedBy,
          at: format.value.moment(Date.parse(proposal.proposedAt), now.value),
        })}{' '}
        {t('sets.valid', rangeValues(set.testedRangeC, format.value))}{' '}
        {t('sets.changes', { n: set.diff.length })}.
      </p>
      {proposal.note !== '' && <p>{proposal.note}</p>}
      <EffectText
        name={`proposal ${proposalId}`}
        testedRangeC={set.testedRangeC}
        ask={() => parameterSetsApi.proposalEffect(proposalId)}
      />
      {failure !== null && (
        <Note status="risk" alert>
          {failure.unreachable ? t('failed.save') : failure.message}
        </Note>
      )}
      {me.value?.role !== 'owner' ? (
        <p class="second">{t('sets.proposal.ownerOnly')}</p>
      ) : (
        <div class="row">
          <button
            type="button"
            class="button primary"
            disabled={busy}
            onClick={() =>
              void decide(
                () => parameterSetsApi.approve(proposalId),
                t('sets.publish.used', { set: name, firm }),
              )
            }
          >
            {t('sets.proposal.approve', { version: set.version })}
          </button>
          {!rejecting && (
            <button type="button" class="button" disabled={busy} onClick={() => setRejecting(true)}>
              {t('sets.proposal.reject')}
            </button>
          )}
        </div>
      )}
      {rejecting && (
        <Rejection
          busy={busy}
          onReject={reason =>
            void decide(
              () => parameterSetsApi.reject(proposalId, reason),
              t('sets.proposal.rejected', { set: name }),
            )
          }
        />
      )}
    </article>
  );
}

function Rejection({ busy, onReject }: { busy: boolean; onReject(reason: string): void }): JSX.Element {
  const id = useId();
  const [reason, setReason] = useState('');
  return (
    <div class="field">
      <label for={id}>{t('sets.proposal.reason')}</label>
      <div class="row">
        <input
          id={id}
          class="input grow"
          maxLength={500}
          value={reason}
          onInput={event => setReason(event.currentTarget.value)}
        />
        <button type="button" class="button" disabled={busy} onClick={() => onReject(reason.trim())}>
          {t('sets.proposal.reject')}
        </button>
      </div>
    </div>
  );
}

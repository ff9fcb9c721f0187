import type { JSX } from 'preact';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { parameterSetsApi } from './parameterSetsApi.ts';
import { useAnswer } from './useAnswer.ts';

/** Tells an owner on the first page that a laboratory waits for an answer. Nothing while none does. */
export function ProposalNote(): JSX.Element | null {
  const { answer } = useAnswer('proposals', parameterSetsApi.proposals);
  const waiting = (answer ?? []).find(({ state }) => state === 'open');
  if (waiting === undefined) return null;
  return (
    <Note status="none">
      <div class="row wrap">
        <span class="grow">{t('sets.proposal.waits', { firm: waiting.from.name })}</span>
        <a class="button compact" href={paths.parameterSets}>
          {t('sets.proposal.look')}
        </a>
      </div>
    </Note>
  );
}

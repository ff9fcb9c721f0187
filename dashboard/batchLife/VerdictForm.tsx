import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { Verdict } from '../../models/contracts/observation.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { failureText } from '../failureText.ts';
import { t } from '../i18n/messages.ts';
import { asRefusal, format } from '../state.ts';
import { observe } from './batchLifeApi.ts';

const verdicts: readonly Verdict[] = ['still-good', 'turning-sour', 'slimy', 'smelly', 'mouldy'];

/** Smelled and looked at: one tap, and the estimate learns from it. */
export function VerdictForm({ batch }: { batch: BatchView }): JSX.Element {
  const [said, setSaid] = useState<Verdict | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const say = async (verdict: Verdict): Promise<void> => {
    setFailure(null);
    try {
      await observe(batch, { kind: 'verdict', verdict, at: new Date(now.value).toISOString() });
      setSaid(verdict);
    } catch (error) {
      setFailure(failureText(asRefusal(error), format.value.t));
    }
  };
  return (
    <>
      <p class="second">{t('batchLife.verdictHow')}</p>
      <div class="verdicts">
        {verdicts.map(verdict => (
          <button type="button" class="button" key={verdict} onClick={() => void say(verdict)}>
            {verdict === said && <Icon name="check" size={18} />}
            {t(`batchLife.verdict.${verdict}`)}
          </button>
        ))}
      </div>
      {said !== null && failure === null && (
        <Note status="fresh">{t('batchLife.verdictSaid', { verdict: t(`batchLife.verdict.${said}`) })}</Note>
      )}
      {failure !== null && (
        <Note status="risk" alert>
          {failure}
        </Note>
      )}
    </>
  );
}

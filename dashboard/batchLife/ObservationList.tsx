import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { ObservationView } from '../../models/contracts/observation.ts';
import { now } from '../clock.ts';
import { Note } from '../components/Note.tsx';
import { failureText } from '../failureText.ts';
import { t } from '../i18n/messages.ts';
import { asRefusal, format, mayMakeBatches } from '../state.ts';
import { observationsOf, takeBackObservation } from './batchLifeApi.ts';

/** What was seen of a batch, the newest first; what was noted by mistake can be taken back. */
export function ObservationList({ batch }: { batch: BatchView }): JSX.Element {
  const { batchId, observationCount } = batch;
  const [seen, setSeen] = useState<readonly ObservationView[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(failureText(asRefusal(error), format.value.t));
    }
  };
  useEffect(() => {
    void attempt(async () => setSeen([...(await observationsOf(batchId))].reverse()));
  }, [batchId, observationCount]);
  return (
    <>
      {failure !== null && (
        <Note status="soon" alert>
          {failure}
        </Note>
      )}
      <ul class="plain-list">
        {seen?.map(observation => (
          <li key={observation.observationId} class="row">
            <span class="grow">
              <b>{whatOf(observation)}</b>
              <br />
              <span class="second">
                {format.value.moment(Date.parse(observation.at), now.value)} ·{' '}
                {observation.labName ?? t(`batchLife.source.${observation.source}`)}
              </span>
            </span>
            {mayMakeBatches.value && (
              <button
                type="button"
                class="button compact"
                aria-label={t('batchLife.takeBack', { what: whatOf(observation) })}
                onClick={() => void attempt(() => takeBackObservation(batchId, observation.observationId))}
              >
                {t('batchLife.takeBackShort')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function whatOf({ verdict, log10CfuPerG, belowLog10 }: ObservationView): string {
  if (verdict !== null) return t(`batchLife.verdict.${verdict}`);
  const { number } = format.value;
  return log10CfuPerG === null
    ? t('batchLife.countBelow', { log10: number(belowLog10 ?? 0, 2) })
    : t('batchLife.countIs', { log10: number(log10CfuPerG, 2) });
}

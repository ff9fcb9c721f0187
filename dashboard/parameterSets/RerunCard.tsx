import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { RerunResult, RerunView, Spread } from '../../models/contracts/parameterSetEvidence.ts';
import type { ApiError } from '../api.ts';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { asRefusal, format, me } from '../state.ts';
import { parameterSetsApi, type SetRef } from './parameterSetsApi.ts';
import { changeText } from './setWords.ts';
import { useAnswer } from './useAnswer.ts';

const lookAgainMs = 700;
const isOpen = (rerun: RerunView | null): boolean => rerun?.state === 'queued' || rerun?.state === 'running';

/** How the promises of past batches would have changed, and how well both sets had predicted. */
export function RerunCard({ setRef }: { setRef: SetRef }): JSX.Element {
  const name = `reruns ${setRef.parameterSetId} ${setRef.version}`;
  const known = useAnswer(name, () => parameterSetsApi.reruns(setRef));
  const [asked, setAsked] = useState<RerunView | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const rerun = asked ?? known.answer?.[0] ?? null;
  const { rerunId } = rerun ?? {};
  const going = isOpen(rerun);
  useEffect(() => {
    if (!going || rerunId === undefined) return;
    const timer = setInterval(() => {
      parameterSetsApi.rerunNow(rerunId).then(setAsked, error => setFailure(asRefusal(error)));
    }, lookAgainMs);
    return () => clearInterval(timer);
  }, [going, rerunId]);
  const act = async (action: () => Promise<RerunView | null>): Promise<void> => {
    setFailure(null);
    try {
      const next = await action();
      if (next !== null) setAsked(next);
    } catch (error) {
      setFailure(asRefusal(error));
    }
  };
  const mayAsk = me.value?.role === 'owner' || me.value?.role === 'researcher';
  return (
    <section class="card padded rerun stack">
      <h2>{t('sets.rerun.title')}</h2>
      <p class="second small">{t('sets.rerun.how')}</p>
      {failure !== null && (
        <Note status="soon" alert>
          {failure.unreachable ? t('failed.load') : failure.message}
        </Note>
      )}
      {rerun?.state === 'failed' && (
        <Note status="risk">{t('sets.rerun.failed', { why: rerun.failure ?? '' })}</Note>
      )}
      {rerun?.state === 'cancelled' && <p>{t('sets.rerun.cancelled')}</p>}
      {rerun?.result != null && <Result result={rerun.result} />}
      {going && rerun !== null && (
        <div class="row" role="status">
          <progress max={Math.max(1, rerun.progress.of)} value={rerun.progress.done} />
          <span class="small">{t('sets.rerun.progress', rerun.progress)}</span>
          <button
            type="button"
            class="button compact"
            onClick={() =>
              void act(async () => {
                await parameterSetsApi.cancelRerun(rerun.rerunId);
                return null;
              })
            }
          >
            {t('sets.rerun.cancel')}
          </button>
        </div>
      )}
      {!going && mayAsk && (
        <button type="button" class="button" onClick={() => void act(() => parameterSetsApi.rerun(setRef))}>
          {t('sets.rerun.start')}
        </button>
      )}
    </section>
  );
}

function Result({ result }: { result: RerunResult }): JSX.Element {
  const { atMakingH, atQuarterH, counts, verdicts, discards, batches } = result;
  if (batches === 0 || atMakingH === null) return <p>{t('sets.rerun.nothing')}</p>;
  const change = (hours: number): string => changeText(hours, format.value, t);
  const spread = ({ median, p05, p95 }: Spread) => ({
    ...{ change: change(median), low: change(p05), high: change(p95) },
  });
  const share = (value: number | null): string =>
    value === null ? '–' : `${format.value.number(100 * value, 0)} %`;
  const log = (value: number | null): string => (value === null ? '–' : format.value.number(value, 2));
  const rows: [string, string, string][] = [];
  if (counts.before.n > 0) {
    rows.push([
      t('sets.rerun.counts', { n: counts.before.n }),
      share(counts.before.coverage),
      share(counts.after.coverage),
    ]);
    rows.push([t('sets.rerun.bias'), log(counts.before.bias), log(counts.after.bias)]);
  }
  const people = verdicts.before.n + discards.before.n;
  if (people > 0) {
    const held = (which: 'before' | 'after'): number =>
      [verdicts[which], discards[which]].reduce((sum, one) => sum + one.n * (one.coverage ?? 0), 0) / people;
    const early = (which: 'before' | 'after'): string =>
      String(verdicts[which].spoiledEarly + discards[which].spoiledEarly);
    rows.push([t('sets.rerun.verdicts', { n: people }), share(held('before')), share(held('after'))]);
    rows.push([t('sets.rerun.early'), early('before'), early('after')]);
  }
  return (
    <>
      <p>{t('sets.rerun.made', { n: batches, ...spread(atMakingH) })}</p>
      {atQuarterH !== null && <p>{t('sets.rerun.quarter', spread(atQuarterH))}</p>}
      {rows.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('sets.rerun.column.what')}</th>
              <th scope="col" class="number">
                {t('sets.rerun.column.before')}
              </th>
              <th scope="col" class="number">
                {t('sets.rerun.column.after')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([what, before, after]) => (
              <tr key={what}>
                <th scope="row">{what}</th>
                <td class="number">{before}</td>
                <td class="number">{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

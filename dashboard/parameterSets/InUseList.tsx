import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ParameterSetList } from '../../models/contracts/parameterSets.ts';
import type { ApiError } from '../api.ts';
import { now } from '../clock.ts';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { said } from '../snack.ts';
import { asRefusal, format, me } from '../state.ts';
import { EffectText } from './EffectText.tsx';
import { parameterSetsApi } from './parameterSetsApi.ts';
import { idOfRef, setName, treatmentNames } from './setWords.ts';

type InUse = ParameterSetList['inUse'][number];

/** What drives the promises of each treatment, since when, and the way back. */
export function InUseList(props: { list: ParameterSetList; onChanged(): Promise<void> }): JSX.Element {
  const { list, onChanged } = props;
  const isShown = ({ since, liveBatches }: InUse): boolean => since !== null || liveBatches > 0;
  const shown = list.inUse.some(isShown) ? list.inUse.filter(isShown) : list.inUse;
  const others = list.inUse.filter(one => !shown.includes(one)).map(({ treatment }) => treatment);
  return (
    <>
      <ul class="card set-list">
        {shown.map(one => (
          <li class="set-line" key={one.treatment}>
            <div>
              <p class="second small">{t(`sets.treatment.${one.treatment}`)}</p>
              <a class="name" href={paths.parameterSet(idOfRef(one))}>
                {setName(one, t)}
              </a>
              <p class="second small">
                {one.since === null
                  ? t('sets.sinceEver')
                  : t('sets.sinceBy', {
                      at: format.value.moment(Date.parse(one.since), now.value),
                      who: one.approvedBy ?? '–',
                    })}
                {' · '}
                {t('sets.liveBatches', { n: one.liveBatches })}
              </p>
              {one.toRecalculate > 0 && (
                <p class="small" role="status">
                  {t('sets.going', { n: one.toRecalculate })}
                </p>
              )}
            </div>
            {one.before !== null && me.value?.role === 'owner' && (
              <WayBack
                key={`${one.parameterSetId} ${one.version}`}
                one={one}
                before={one.before}
                list={list}
                onChanged={onChanged}
              />
            )}
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <p class="second small">{t('sets.others', { treatments: treatmentNames(others, t) })}</p>
      )}
    </>
  );
}

/** Says what switching back would do before it is done. */
function WayBack(props: {
  one: InUse;
  before: NonNullable<InUse['before']>;
  list: ParameterSetList;
  onChanged(): Promise<void>;
}): JSX.Element {
  const { one, before, list, onChanged } = props;
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const name = setName(before, t);
  const set = list.parameterSets.find(
    other => other.parameterSetId === before.parameterSetId && other.version === before.version,
  );
  const goBack = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      const { parameterSetId, version } = before;
      await parameterSetsApi.use({ parameterSetId, version }, one.treatment);
      said.value = { text: t('sets.switched', { set: name }) };
      await onChanged();
    } catch (error) {
      setFailure(asRefusal(error));
    } finally {
      setBusy(false);
    }
  };
  if (!open)
    return (
      <button type="button" class="button compact" onClick={() => setOpen(true)}>
        {t('sets.back', { set: name })}
      </button>
    );
  return (
    <div class="wide stack">
      <EffectText
        name={`back ${one.treatment} ${idOfRef(before)} from ${idOfRef(one)}`}
        testedRangeC={set?.testedRangeC ?? { min: 0, max: 37 }}
        ask={() => parameterSetsApi.effect(before, one.treatment)}
      />
      {failure !== null && (
        <Note status="risk" alert>
          {failure.unreachable ? t('failed.save') : failure.message}
        </Note>
      )}
      <div class="row">
        <button type="button" class="button primary" disabled={busy} onClick={() => void goBack()}>
          {t('sets.backNow', { set: name })}
        </button>
        <button type="button" class="button" onClick={() => setOpen(false)}>
          {t('common.cancel')}
        </button>
      </div>
    </div>
  );
}

import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { ParameterSetPreview } from '../../models/contracts/parameterSetEvidence.ts';
import type { Published } from '../../models/contracts/parameterSets.ts';
import type { ApiError } from '../api.ts';
import { Note } from '../components/Note.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { asRefusal, format, me } from '../state.ts';
import { EffectSentences } from './EffectText.tsx';
import { LegalLimits, type TypedLimit, typedLimits } from './LegalLimits.tsx';
import { type NewParameterSet, parameterSetsApi } from './parameterSetsApi.ts';
import { idOfRef, rangeValues, setName } from './setWords.ts';
import { type Treatment, treatments } from './treatments.ts';
import '../style/parameterSets.css';

export interface PublishPanelProps {
  /** A fit that is done. */
  readonly fitId: string;
  /** What the set is called unless somebody says otherwise. */
  readonly title: string;
  /** What was tested; null: to be chosen. */
  readonly treatment: Treatment | null;
  /** Levers that every series had. */
  readonly testedLevers?: Readonly<Record<string, number>>;
  /** What the reader must know before publishing. */
  readonly warnings: readonly string[];
}

/**
 * Publishes a fit as a parameter set: says what it would do to the live batches, and to whom it is proposed; one button.
 * Loads what it needs itself; the area `parameterSets` must be open.
 */
export function PublishPanel(props: PublishPanelProps): JSX.Element {
  const { fitId, warnings, testedLevers } = props;
  const [title, setTitle] = useState(props.title);
  const [treatment, setTreatment] = useState<Treatment>(props.treatment ?? 'none');
  const [note, setNote] = useState('');
  const [limits, setLimits] = useState<readonly TypedLimit[]>([]);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [published, setPublished] = useState<Published | null>(null);
  const draft: NewParameterSet = {
    ...{ fitId, treatment, title: title.trim() || props.title, note: note.trim() },
    testedLevers: { ...testedLevers },
    legalLimits: typedLimits(limits),
  };
  const asked = JSON.stringify({ ...draft, title: '', note: '' });
  const { preview, refused } = usePreview(draft, asked);
  if (published !== null) return <Done published={published} />;
  const shown = preview?.set ?? null;
  const name = setName({ parameterSetId: '', version: shown?.version ?? 2, title: draft.title }, t);
  const approves = me.value?.role === 'owner' && me.value.organisation.kind === 'producer';
  const publish = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      const set = await parameterSetsApi.add(draft);
      setPublished(await parameterSetsApi.publish(set, { approve: approves, note: draft.note ?? '' }));
    } catch (error) {
      setFailure(asRefusal(error));
    } finally {
      setBusy(false);
    }
  };
  const blocked = shown !== null && shown.legalFaults.length > 0;
  return (
    <section class="card padded publish-panel" aria-label={t('sets.publish.title', { set: name })}>
      <h2>{t('sets.publish.title', { set: name })}</h2>
      <Fields {...{ title, setTitle, treatment, setTreatment, note, setNote }} />
      <PanelText preview={preview} refused={refused} />
      {warnings.map(warning => (
        <Note status="soon" key={warning}>
          {warning}
        </Note>
      ))}
      {shown !== null && (
        <LegalLimits
          faults={shown.legalFaults}
          levers={shown.testedLevers}
          typed={limits}
          onTyped={setLimits}
        />
      )}
      {failure !== null && (
        <Note status="risk" alert>
          {failure.unreachable ? t('failed.save') : failure.message}
        </Note>
      )}
      <button
        type="button"
        class="button primary large"
        disabled={busy || shown === null || blocked}
        onClick={() => void publish()}
      >
        {t(approves ? 'sets.publish.approve' : 'sets.publish.button', { version: shown?.version ?? 2 })}
      </button>
      <p class="small muted">{t('sets.publish.back')}</p>
    </section>
  );
}

function usePreview(draft: NewParameterSet, asked: string) {
  const [preview, setPreview] = useState<ParameterSetPreview | null>(null);
  const [refused, setRefused] = useState<ApiError | null>(null);
  useEffect(() => {
    let wanted = true;
    setRefused(null);
    parameterSetsApi.preview(draft).then(
      answer => wanted && setPreview(answer),
      error => {
        if (!wanted) return;
        setPreview(null);
        setRefused(asRefusal(error));
      },
    );
    return () => {
      wanted = false;
    };
  }, [asked]);
  return { preview, refused };
}

function PanelText(props: { preview: ParameterSetPreview | null; refused: ApiError | null }): JSX.Element {
  const { preview, refused } = props;
  if (refused !== null)
    return (
      <Note status="risk" alert>
        <p>{t('sets.publish.refused')}</p>
        <ul>
          {(refused.fields.length > 0 ? refused.fields : [{ field: '', message: refused.message }]).map(
            ({ field, message }) => (
              <li key={field}>
                {field.replace(/^parameters\./, '')} {message}
              </li>
            ),
          )}
        </ul>
      </Note>
    );
  if (preview === null) return <Placeholder rows={2} />;
  const { set, effect, proposedTo } = preview;
  return (
    <>
      <p class="set-effect">{t('sets.valid', rangeValues(set.testedRangeC, format.value))}</p>
      <EffectSentences effect={effect} testedRangeC={set.testedRangeC} />
      <p class="second small">
        {t('sets.publish.to', { firms: proposedTo.map(firm => firm.name).join(', ') })}
      </p>
    </>
  );
}

function Fields(props: {
  title: string;
  setTitle(title: string): void;
  treatment: Treatment;
  setTreatment(treatment: Treatment): void;
  note: string;
  setNote(note: string): void;
}): JSX.Element {
  const id = useId();
  return (
    <>
      <div class="field">
        <label for={`${id}title`}>{t('sets.publish.name')}</label>
        <input
          id={`${id}title`}
          class="input"
          maxLength={128}
          value={props.title}
          onInput={event => props.setTitle(event.currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for={`${id}treatment`}>{t('sets.publish.treatment')}</label>
        <select
          id={`${id}treatment`}
          class="input"
          value={props.treatment}
          onChange={event => props.setTreatment(event.currentTarget.value as Treatment)}
        >
          {treatments.map(treatment => (
            <option key={treatment} value={treatment}>
              {t(`sets.treatment.${treatment}`)}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for={`${id}note`}>{t('sets.publish.note')}</label>
        <textarea
          id={`${id}note`}
          class="input"
          rows={2}
          maxLength={2000}
          value={props.note}
          onInput={event => props.setNote(event.currentTarget.value)}
        />
      </div>
    </>
  );
}

function Done({ published }: { published: Published }): JSX.Element {
  const { set, proposedTo } = published;
  const name = setName(set, t);
  const used = proposedTo.find(firm => firm.state === 'approved');
  const asked = proposedTo.filter(firm => firm.state === 'open').map(firm => firm.name);
  return (
    <section class="card padded publish-panel">
      <Note status="fresh">
        {used !== undefined && <p>{t('sets.publish.used', { set: name, firm: used.name })}</p>}
        {asked.length > 0 && <p>{t('sets.publish.proposed', { set: name, firms: asked.join(', ') })}</p>}
      </Note>
      <a class="button" href={paths.parameterSet(idOfRef(set))}>
        {t('sets.publish.open', { set: name })}
      </a>
    </section>
  );
}

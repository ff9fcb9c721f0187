import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { NodeView } from '../../models/contracts/node.ts';
import type { OffsetView } from '../../models/contracts/offset.ts';
import { api } from '../api.ts';
import { now } from '../clock.ts';
import { toLocalInput } from '../dateInput.ts';
import { failureText } from '../failureText.ts';
import { t } from '../i18n/messages.ts';
import { signedOffset } from '../nodeWords.ts';
import { type OffsetForm, readOffset, readOffsetForm, stepOffset } from '../offsetForm.ts';
import { asRefusal, format } from '../state.ts';
import { Note } from './Note.tsx';
import { OffsetEffectLine } from './OffsetEffectLine.tsx';

interface OffsetEditorProps {
  readonly node: NodeView;
  readonly history: readonly OffsetView[];
  onSaved(): Promise<void>;
}

const mainProbe = 'main';

/** Adds a line to the offsets of a sensor: how much, from when, and until when the calibration is good. */
export function OffsetEditor({ node, history, onSaved }: OffsetEditorProps): JSX.Element {
  const shown = format.value;
  const { form, change, save, busy, outcome } = useOffsetForm(node, onSaved);
  const probes = [
    ...new Set([form.probe, node.lastReading?.probe ?? mainProbe, ...history.map(l => l.probe)]),
  ];
  const value = readOffset(form.value);
  const rawC = node.lastReading?.probe === form.probe ? node.lastReading.rawTemperatureC : null;
  return (
    <form
      class="stack"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void save();
      }}
    >
      <p class="second medium">{t('sensors.offset.how')}</p>
      {probes.length > 1 && <ProbeField form={form} probes={probes} onChange={change} />}
      <ValueField form={form} onChange={change} />
      {rawC !== null && value !== null && (
        <p class="medium">
          {t('sensors.offset.preview', {
            raw: shown.temperature(rawC),
            used: shown.temperature(rawC + value),
          })}
        </p>
      )}
      <OffsetEffectLine nodeId={node.nodeId} form={form} />
      <div class="two-fields">
        <FromField form={form} onChange={change} />
        <DueField form={form} onChange={change} />
      </div>
      <NoteField form={form} onChange={change} />
      {outcome !== null && (
        <Note status={outcome.saved ? 'fresh' : 'risk'} alert={!outcome.saved}>
          {outcome.text}
        </Note>
      )}
      <button type="submit" class="button primary" disabled={busy}>
        {busy ? t('common.saving') : t('sensors.offset.save')}
      </button>
    </form>
  );
}

function useOffsetForm(node: NodeView, onSaved: () => Promise<void>) {
  const { zone } = format.value;
  const [form, setForm] = useState<OffsetForm>(() => ({
    probe: node.lastReading?.probe ?? mainProbe,
    value: signedOffset(node.offsetC, format.value),
    ...{ from: null, due: '', note: '' },
  }));
  const [outcome, setOutcome] = useState<{ saved: boolean; text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<OffsetForm>): void => {
    setForm({ ...form, ...part });
    setOutcome(null);
  };
  const save = async (): Promise<void> => {
    const read = readOffsetForm(form, now.value, zone, t);
    if ('wrong' in read) return setOutcome({ saved: false, text: read.wrong });
    setBusy(true);
    try {
      await api.addOffset(node.nodeId, read.offset);
      setForm({ ...form, from: null, due: '', note: '' });
      setOutcome({ saved: true, text: t('sensors.offset.saved') });
      await onSaved();
    } catch (error) {
      setOutcome({ saved: false, text: failureText(asRefusal(error), t) });
    } finally {
      setBusy(false);
    }
  };
  return { form, change, save, busy, outcome };
}

interface PartProps {
  readonly form: OffsetForm;
  onChange(part: Partial<OffsetForm>): void;
}

function ProbeField({ form, probes, onChange }: PartProps & { probes: readonly string[] }): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t('sensors.offset.probe')}</label>
      <select
        class="input"
        id={id}
        value={form.probe}
        onChange={event => onChange({ probe: event.currentTarget.value })}
      >
        {probes.map(probe => (
          <option key={probe} value={probe}>
            {probe}
          </option>
        ))}
      </select>
    </div>
  );
}

function ValueField({ form, onChange }: PartProps): JSX.Element {
  const shown = format.value;
  const id = useId();
  const step = (by: number): void => onChange({ value: signedOffset(stepOffset(form.value, by), shown) });
  return (
    <div class="field">
      <label for={id}>{t('sensors.offset.value')}</label>
      <div class="stepper">
        <button type="button" aria-label={t('sensors.offset.less')} onClick={() => step(-0.1)}>
          −
        </button>
        <input
          id={id}
          autocomplete="off"
          value={form.value}
          onInput={event => onChange({ value: event.currentTarget.value })}
        />
        <button type="button" aria-label={t('sensors.offset.more')} onClick={() => step(0.1)}>
          +
        </button>
      </div>
    </div>
  );
}

function FromField({ form, onChange }: PartProps): JSX.Element {
  const { zone } = format.value;
  const id = useId();
  return (
    <div class="field">
      <label for={form.from === null ? undefined : id}>{t('sensors.offset.from')}</label>
      {form.from === null ? (
        <div class="fact-row">
          <span class="strong">{t('when.now')}</span>
          <button
            type="button"
            class="button compact"
            aria-label={`${t('common.change')}: ${t('sensors.offset.from')}`}
            onClick={() => onChange({ from: toLocalInput(now.value, zone) })}
          >
            {t('common.change')}
          </button>
        </div>
      ) : (
        <input
          class="input"
          id={id}
          type="datetime-local"
          value={form.from}
          max={toLocalInput(now.value, zone)}
          onInput={event => onChange({ from: event.currentTarget.value })}
        />
      )}
    </div>
  );
}

function DueField({ form, onChange }: PartProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t('sensors.offset.due')}</label>
      <input
        class="input"
        id={id}
        type="date"
        value={form.due}
        onInput={event => onChange({ due: event.currentTarget.value })}
      />
      <p class="hint">{t('sensors.offset.optional')}</p>
    </div>
  );
}

function NoteField({ form, onChange }: PartProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t('sensors.offset.note')}</label>
      <input
        class="input"
        id={id}
        value={form.note}
        placeholder={t('sensors.offset.optional')}
        autocomplete="off"
        onInput={event => onChange({ note: event.currentTarget.value })}
      />
    </div>
  );
}

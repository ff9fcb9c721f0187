import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { toKept } from '../../models/laboratory/columnUse.ts';
import { now } from '../clock.ts';
import { Note } from '../components/Note.tsx';
import { fromLocalInput, toLocalInput } from '../dateInput.ts';
import { t } from '../i18n/messages.ts';
import { fleet, zone } from '../state.ts';
import { unitChoices } from './columnChoices.ts';
import { Choice } from './FactFields.tsx';
import { type SensorTemperature, typedNumber } from './runFacts.ts';
import type { Upload } from './useUpload.ts';

interface UploadQuestionsProps {
  readonly upload: Upload;
  readonly sensor: SensorTemperature | null;
  readonly canChangeSensor: boolean;
  onSensor(sensor: SensorTemperature | null): void;
}

/** What the table does not say: units, the temperature of the run, a limit of detection. One question each. */
export function UploadQuestions({
  upload,
  sensor,
  canChangeSensor,
  onSensor,
}: UploadQuestionsProps): JSX.Element {
  const { checked, table, mapping } = upload;
  const hasNotDetected = checked.issues.some(issue => issue.kind === 'not-detected');
  const asksTemperature =
    canChangeSensor &&
    (checked.missing.includes('temperature') || mapping.constantTemperatureC !== null || sensor !== null);
  const others = checked.missing.filter(role => role !== 'temperature');
  return (
    <>
      {others.length > 0 && (
        <Note status="soon">
          {t(
            `experiments.missing.${others[0] === 'life' ? 'life' : others[0] === 'time' ? 'time' : 'count'}`,
          )}
        </Note>
      )}
      {checked.unsureColumns.map(index => {
        const use = mapping.columns[index]!;
        return (
          <Note status="soon" key={index}>
            <p>{t('experiments.whichUnit', { name: table.header[index]! })}</p>
            <div class="unit-choices">
              {unitChoices(use).map(choice => (
                <button
                  type="button"
                  class="button compact"
                  key={choice.value}
                  onClick={() => upload.setColumn(index, { ...use, unit: choice.unit, isSure: true })}
                >
                  {t(choice.label)}
                </button>
              ))}
            </div>
          </Note>
        );
      })}
      {asksTemperature && <RunTemperature upload={upload} sensor={sensor} onSensor={onSensor} />}
      {hasNotDetected && <DetectionLimit upload={upload} />}
    </>
  );
}

function DetectionLimit({ upload }: { upload: Upload }): JSX.Element {
  const [text, setText] = useState('');
  const id = useId();
  return (
    <Note status="none">
      <label for={id}>{t('experiments.detectionLimit')}</label>
      <input
        id={id}
        class="input short"
        inputMode="decimal"
        value={text}
        onInput={event => {
          setText(event.currentTarget.value);
          upload.setMapping({ detectionLimitLog10: typedNumber(event.currentTarget.value) });
        }}
      />
    </Note>
  );
}

/** One temperature for the whole table, or what a live sensor measured meanwhile. */
function RunTemperature({
  upload,
  sensor,
  onSensor,
}: Pick<UploadQuestionsProps, 'upload' | 'sensor' | 'onSensor'>): JSX.Element {
  const known = upload.mapping.constantTemperatureC;
  const [text, setText] = useState(known === null || sensor !== null ? '' : String(known));
  const [unit, setUnit] = useState<'c' | 'f'>('c');
  const ids = [useId(), useId()] as const;
  const nodes = Object.values(fleet.value.nodes);
  const say = (typed: string, asUnit: 'c' | 'f'): void => {
    setText(typed);
    setUnit(asUnit);
    onSensor(null);
    const value = typedNumber(typed);
    upload.setMapping({ constantTemperatureC: value === null ? null : toKept(value, asUnit) });
  };
  const choose = (nodeId: string): void => {
    if (nodeId === '') {
      onSensor(null);
      say(text, unit);
      return;
    }
    const probe = fleet.value.nodes[nodeId]?.lastReading?.probe ?? 'main';
    const lastH = Math.max(0, ...upload.checked.rows.map(row => row.timeH));
    const last = Date.parse(fleet.value.nodes[nodeId]?.lastReading?.measuredAt ?? '');
    onSensor({ nodeId, probe, from: (Number.isFinite(last) ? last : now.value) - lastH * 3_600_000 });
    // Rows are read as if at one temperature until the sensor's are copied in, when it is saved.
    upload.setMapping({ constantTemperatureC: 0 });
  };
  return (
    <Note status={known === null ? 'soon' : 'none'}>
      <p>{t('experiments.whichTemperature')}</p>
      <div class="run-temperature">
        {sensor === null && (
          <>
            <label class="for-reader" for={ids[0]}>
              {t('experiments.temperature')}
            </label>
            <input
              id={ids[0]}
              class="input short"
              inputMode="decimal"
              value={text}
              onInput={event => say(event.currentTarget.value, unit)}
            />
            <select
              class="input short"
              aria-label={t('experiments.temperatureUnit')}
              value={unit}
              onChange={event => say(text, event.currentTarget.value as 'c' | 'f')}
            >
              <option value="c">°C</option>
              <option value="f">°F</option>
            </select>
          </>
        )}
        {nodes.length > 0 && (
          <Choice
            label={t('experiments.fromSensor')}
            value={sensor?.nodeId ?? ''}
            onValue={choose}
            options={[
              { value: '', label: t('experiments.noSensor') },
              ...nodes.map(node => ({ value: node.nodeId, label: node.name })),
            ]}
          />
        )}
        {sensor !== null && (
          <div class="field">
            <label for={ids[1]}>{t('experiments.firstSample')}</label>
            <input
              id={ids[1]}
              class="input"
              type="datetime-local"
              value={toLocalInput(sensor.from, zone.value)}
              onChange={event => {
                const from = fromLocalInput(event.currentTarget.value, zone.value);
                if (from !== null) onSensor({ ...sensor, from });
              }}
            />
          </div>
        )}
      </div>
    </Note>
  );
}

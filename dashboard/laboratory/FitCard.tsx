import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { FitView } from '../../models/contracts/fit.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { t } from '../i18n/messages.ts';
import type { FitToOrder } from './fitsApi.ts';
import { fitsApi } from './fitsApi.ts';
import type { TreatmentGroup } from './treatmentGroups.ts';

export interface FitChoice {
  readonly censored: boolean;
  readonly profile: boolean;
  readonly bootstrap: boolean;
}

interface FitCardProps {
  readonly groups: readonly TreatmentGroup[];
  readonly group: TreatmentGroup | undefined;
  nameOf(group: TreatmentGroup): string;
  onGroup(key: string): void;
  /** Counts that are only limits. */
  readonly censoredCount: number;
  /** Null: no count is limited, or temperatures change. */
  readonly limit: number | null;
  onLimit(limit: number): void;
  readonly open: readonly FitView[];
  readonly fit: FitView | null;
  readonly mayFit: boolean;
  onRun(choice: Pick<FitToOrder, 'censored' | 'profile' | 'bootstrap'>): void;
  onCancel(fitId: string): void;
}

/** What is fitted and how, with its progress; the command line that gives the same numbers. */
export function FitCard(props: FitCardProps): JSX.Element {
  const { open, fit, group, groups } = props;
  const [choice, setChoice] = useState<FitChoice>({ censored: false, profile: false, bootstrap: false });
  const withLimits = choice.censored && props.censoredCount > 0;
  const run = () =>
    props.onRun({
      censored: withLimits,
      ...(choice.profile && !withLimits ? { profile: true } : {}),
      ...(choice.bootstrap && !withLimits ? { bootstrap: 999 } : {}),
    });
  return (
    <section class="card padded fit-card no-print">
      <h2>{t('fit.run.title')}</h2>
      {groups.length > 1 && (
        <label class="field">
          <span>{t('fit.run.series')}</span>
          <select
            class="input"
            value={group?.key}
            onChange={event => props.onGroup(event.currentTarget.value)}
          >
            {groups.map(one => (
              <option key={one.key} value={one.key}>
                {props.nameOf(one)}
              </option>
            ))}
          </select>
        </label>
      )}
      {props.limit !== null && <LimitField limit={props.limit} onLimit={props.onLimit} />}
      {props.mayFit && (
        <>
          {props.censoredCount > 0 && (
            <Check
              label={t('fit.run.censored', { n: props.censoredCount })}
              isOn={choice.censored}
              onChange={censored => setChoice({ ...choice, censored })}
            />
          )}
          <Check
            label={t('fit.run.profile')}
            isOn={choice.profile && !withLimits}
            isOff={withLimits}
            onChange={profile => setChoice({ ...choice, profile })}
          />
          <Check
            label={t('fit.run.bootstrap')}
            isOn={choice.bootstrap && !withLimits}
            isOff={withLimits}
            onChange={bootstrap => setChoice({ ...choice, bootstrap })}
          />
          {open.length === 0 && (
            <button type="button" class="button primary wide" onClick={run}>
              {t(fit === null ? 'fit.run' : 'fit.run.again')}
            </button>
          )}
        </>
      )}
      {open.map(one => (
        <Running key={one.fitId} fit={one} mayFit={props.mayFit} onCancel={props.onCancel} />
      ))}
      {fit !== null && <Reproduce fit={fit} />}
    </section>
  );
}

function LimitField({ limit, onLimit }: { limit: number; onLimit(limit: number): void }): JSX.Element {
  return (
    <label class="field inline">
      <span>{t('fit.run.limit')}</span>
      <input
        class="input"
        type="number"
        min={4}
        max={9}
        step={0.1}
        value={limit}
        onInput={event => {
          const value = event.currentTarget.valueAsNumber;
          if (value >= 4 && value <= 9) onLimit(value);
        }}
      />
    </label>
  );
}

interface CheckProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly isOff?: boolean;
  onChange(isOn: boolean): void;
}

function Check({ label, isOn, isOff = false, onChange }: CheckProps): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isOn}
        disabled={isOff}
        onChange={event => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

interface RunningProps {
  readonly fit: FitView;
  readonly mayFit: boolean;
  onCancel(fitId: string): void;
}

function Running({ fit, mayFit, onCancel }: RunningProps): JSX.Element {
  const { progress } = fit;
  const text = progressText(fit);
  return (
    <div class="fit-progress" role="status">
      <div class="row">
        <span class="grow">{text}</span>
        {mayFit && (
          <button type="button" class="button compact" onClick={() => onCancel(fit.fitId)}>
            {t('fit.run.cancel')}
          </button>
        )}
      </div>
      {progress === null || progress.of === 0 ? (
        <progress aria-label={text} />
      ) : (
        <progress aria-label={text} max={progress.of} value={progress.done} />
      )}
    </div>
  );
}

function progressText({ state, progress }: FitView): string {
  if (state === 'queued' || progress === null) return t('fit.run.waits');
  const { stage, done, of } = progress;
  const steps = { done, of };
  if (stage === 'models') return t('fit.run.models', steps);
  if (stage === 'starts') return t('fit.run.starts', steps);
  return t(stage === 'profile' ? 'fit.run.profileStage' : 'fit.run.bootstrapStage', steps);
}

function Reproduce({ fit }: { fit: FitView }): JSX.Element {
  return (
    <details class="reproduce">
      <summary>{t('fit.run.command')}</summary>
      <p>
        <code>{fit.command}</code>
      </p>
      <div class="row">
        <CopyButton text={fit.command} label={t('fit.run.command')} />
        <a class="button compact" href={fitsApi.dataPath(fit.fitId)} download>
          {t('fit.run.data')}
        </a>
      </div>
      {fit.leftOut.length > 0 && (
        <p class="small second">{t('fit.run.leftOut', { n: fit.leftOut.length })}</p>
      )}
    </details>
  );
}

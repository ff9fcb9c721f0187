import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { ShipmentPreview } from '../../models/contracts/shipmentBoard.ts';
import { now } from '../clock.ts';
import { LifeAxis } from '../components/LifeAxis.tsx';
import { LifeBar } from '../components/LifeBar.tsx';
import { StatusPill } from '../components/StatusPill.tsx';
import { t } from '../i18n/messages.ts';
import { axisMarks } from '../lifeAxis.ts';
import { paths } from '../router.ts';
import { shownLife } from '../shownLife.ts';
import { fleet, format, mayMakeBatches } from '../state.ts';
import { boardHorizonH } from './boardRows.ts';
import { CrateBar, type SharedAxis } from './CrateBar.tsx';
import { batchesAtHome, type ShipmentForm } from './newShipmentForm.ts';
import { type ShownArrival, shownArrival } from './shownArrival.ts';
import { board } from './useBoard.ts';
import { Verdict } from './Verdict.tsx';

interface BatchChoiceProps {
  readonly form: ShipmentForm;
  readonly preview: ShipmentPreview | null;
  onChange(part: Partial<ShipmentForm>): void;
}

const shownAtFirst = 12;

/** What is here, the first to spoil first: what it has now, and once it is chosen what it would arrive with. */
export function BatchChoice({ form, preview, onChange }: BatchChoiceProps): JSX.Element {
  const [all, setAll] = useState(false);
  const here = batchesAtHome(Object.values(fleet.value.batches), board.value, now.value);
  const arrivals = arrivalsOf(preview);
  const chosen = new Set(form.batchIds);
  const shown = all ? here : here.filter((batch, index) => index < shownAtFirst || chosen.has(batch.batchId));
  const lives = shown.map(batch => shownLife(batch.estimate, now.value));
  const horizonH = boardHorizonH([
    ...lives.map(life => ({ inH: Math.min(life.loH, 72), needH: 0 })),
    ...[...arrivals.values()].map(({ arrival }) => arrival),
  ]);
  const marks = axisMarks(now.value, horizonH, format.value);
  const axis = { horizonH, gridH: marks.map(mark => mark.atH) };
  const toggle = (batchId: string): void =>
    onChange({
      batchIds: chosen.has(batchId)
        ? form.batchIds.filter(id => id !== batchId)
        : [...form.batchIds, batchId],
    });
  return (
    <fieldset class="field batch-choice">
      <legend>{t('shipments.new.what')}</legend>
      {here.length === 0 ? (
        <p class="second">
          {t('shipments.new.nothingHere')}{' '}
          {mayMakeBatches.value && <a href={paths.newBatch}>{t('nav.newBatch')}</a>}
        </p>
      ) : (
        <>
          <div class="choice-axis">
            <LifeAxis marks={marks} horizonH={horizonH} />
          </div>
          <ul class="rows">
            {shown.map(batch => (
              <li key={batch.batchId} class={chosen.has(batch.batchId) ? 'chosen' : ''}>
                <BatchOption
                  batch={batch}
                  checked={chosen.has(batch.batchId)}
                  planned={chosen.has(batch.batchId) ? arrivals.get(batch.batchId) : undefined}
                  axis={axis}
                  onToggle={() => toggle(batch.batchId)}
                />
              </li>
            ))}
          </ul>
          {shown.length < here.length && (
            <button type="button" class="button plain compact" onClick={() => setAll(true)}>
              {t('shipments.new.allBatches', { n: here.length })}
            </button>
          )}
        </>
      )}
    </fieldset>
  );
}

interface Planned {
  readonly line: ShipmentPreview['lines'][number];
  readonly arrival: ShownArrival;
}

function arrivalsOf(preview: ShipmentPreview | null): ReadonlyMap<string, Planned> {
  const arrivals = new Map<string, Planned>();
  for (const line of preview?.lines ?? []) {
    const arrival = shownArrival(line, Date.parse(preview?.asOf ?? ''), now.value);
    if (arrival !== null) arrivals.set(line.batch.batchId, { line, arrival });
  }
  return arrivals;
}

function BatchOption(props: {
  readonly batch: BatchView;
  readonly checked: boolean;
  readonly planned: Planned | undefined;
  readonly axis: SharedAxis;
  onToggle(): void;
}): JSX.Element {
  const { batch, checked, planned, axis, onToggle } = props;
  const life = shownLife(batch.estimate, now.value);
  return (
    <label class={`item crate ${life.status}`} data-choice={batch.batchId}>
      <input type="checkbox" checked={checked} onChange={onToggle} />
      <span class="what">
        <span class="name">{batch.name}</span>
        <span class="minor">
          {life.say === 'unknown'
            ? t('life.worstCase', { remaining: format.value.remainingText(life.loH) })
            : t('shipments.new.hasNow', { left: format.value.remainingText(life.loH) })}
        </span>
      </span>
      <span class="right">
        {planned === undefined ? (
          <StatusPill status={life.status} />
        ) : (
          <Verdict arrival={planned.arrival} atRiskIdr={planned.line.atRiskIdr} />
        )}
      </span>
      <span class="bar">
        {planned === undefined ? (
          <LifeBar name={batch.name} life={life} format={format.value} {...axis} />
        ) : (
          <CrateBar line={planned.line} arrival={planned.arrival} {...axis} />
        )}
      </span>
    </label>
  );
}

import type { JSX } from 'preact';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { keptAt } from '../keptWords.ts';
import { paths } from '../router.ts';
import { type ShownLife, shownLife } from '../shownLife.ts';
import { unsentBatches } from '../state.ts';
import { LifeBar } from './LifeBar.tsx';
import { Recalculated } from './Recalculated.tsx';
import { StatusPill } from './StatusPill.tsx';

interface BatchRowProps {
  readonly batch: BatchView;
  readonly now: number;
  readonly horizonH: number;
  readonly gridH: readonly number[];
  readonly format: Format;
}

/** One batch of the home list: status, name, assumption, how much longer at least, and its bar. */
export function BatchRow({ batch, now, horizonH, gridH, format }: BatchRowProps): JSX.Element {
  const life = shownLife(batch.estimate, now);
  const sold = batch.soldOutAt === null ? null : Date.parse(batch.soldOutAt);
  return (
    <a
      class={`item ${life.status}${sold === null ? '' : ' sold'}`}
      href={paths.batch(batch.batchId)}
      data-batch={batch.batchId}
    >
      <div>
        <StatusPill status={life.status} />
        <div class="name">{batch.name}</div>
        <Assumption batch={batch} life={life} now={now} format={format} />
        <Recalculated estimate={batch.estimate} format={format} kind="minor" />
        {unsentBatches.value.has(batch.batchId) && <div class="minor warn">{t('offline.unsent')}</div>}
        {sold !== null && <div class="minor warn">{t('soldOut.done', { at: format.moment(sold, now) })}</div>}
      </div>
      <div class="measured">
        <Measured batch={batch} life={life} now={now} format={format} />
      </div>
      <div class="right">
        <AtLeast life={life} now={now} format={format} />
      </div>
      <div class="bar">
        <LifeBar name={batch.name} life={life} horizonH={horizonH} gridH={gridH} format={format} />
      </div>
    </a>
  );
}

interface PartProps {
  readonly life: ShownLife;
  readonly now: number;
  readonly format: Format;
}

function Assumption({ batch, life, now, format }: PartProps & { batch: BatchView }): JSX.Element {
  if (life.say === 'unknown')
    return (
      <div class="minor">
        {life.lastReadingAt === null
          ? t('life.noDataYet')
          : t('life.silentSince', { at: format.moment(life.lastReadingAt, now) })}
      </div>
    );
  return (
    <>
      <div class="minor">{keptAt(batch, format)}</div>
      {life.noSensor && <div class="minor warn">{t('life.noSensor')}</div>}
      {life.lowered && life.lastReadingAt !== null && (
        <div class="minor warn">
          {t('life.lastTemperature', { at: format.moment(life.lastReadingAt, now) })}
        </div>
      )}
    </>
  );
}

function Measured({ batch, life, now, format }: PartProps & { batch: BatchView }): JSX.Element {
  const { lastTemperatureC } = batch.estimate;
  if (lastTemperatureC === null || life.lastReadingAt === null) return <>–</>;
  return (
    <>
      {format.temperature(lastTemperatureC)}
      <small>{format.moment(life.lastReadingAt, now)}</small>
    </>
  );
}

/** "Paling sedikit 5 jam, s.d. hari ini 18.00", or what is to be said in its place. */
function AtLeast({ life, now, format }: PartProps): JSX.Element {
  if (life.say === 'unknown')
    return (
      <>
        <div class="minor">{t('life.notSure')}</div>
        <div class="figure">?</div>
        {life.lastReadingAt !== null && (
          <div class="minor">{t('life.worstCase', { remaining: format.remainingText(life.loH) })}</div>
        )}
      </>
    );
  const printed = format.remaining(life.loH);
  const until = format.until(life.untilAt, now);
  return (
    <>
      <div class="minor">
        {life.say === 'left'
          ? t('life.atLeast')
          : life.say === 'past'
            ? t('life.pastLimit')
            : t('life.maybePast')}
      </div>
      <div class="figure">
        {printed.figure} <small>{printed.unit}</small>
      </div>
      <div class="minor">
        {life.say !== 'left'
          ? t('life.checkFirst')
          : until.passed
            ? t('life.untilNow')
            : t('life.until', { day: until.day, clock: until.clock })}
      </div>
    </>
  );
}

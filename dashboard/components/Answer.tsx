import type { JSX } from 'preact';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { place, splitAtPlaces } from '../i18n/places.ts';
import { keptIn } from '../keptWords.ts';
import { axisMarks, barHorizonH } from '../lifeAxis.ts';
import { type ShownLife, shownLife } from '../shownLife.ts';
import { LifeAxis } from './LifeAxis.tsx';
import { LifeBar } from './LifeBar.tsx';
import { Note } from './Note.tsx';
import { Recalculated } from './Recalculated.tsx';
import { StatusPill } from './StatusPill.tsx';

interface AnswerProps {
  readonly batch: BatchView;
  readonly now: number;
  readonly format: Format;
}

/** How much longer this batch keeps at least, until when, how sure, under which assumption, from which data. */
export function Answer({ batch, now, format }: AnswerProps): JSX.Element {
  const life = shownLife(batch.estimate, now);
  const { zone } = format;
  const horizonH = barHorizonH(life.say === 'unknown' ? 24 : life.hiH);
  const marks = axisMarks(now, horizonH, format);
  const dataAt = life.lastReadingAt ?? Date.parse(batch.estimate.asOf);
  return (
    <section class={`answer ${life.status}`}>
      <div class="state">
        <StatusPill status={life.status} />
        {life.lowered ? (
          <span class="chip soon">{t('life.lastTemperature', { at: format.moment(dataAt, now) })}</span>
        ) : (
          <span class="small second">
            {life.noSensor
              ? t('life.noDataYet')
              : t('life.dataAt', { at: `${format.moment(dataAt, now)} ${zone.name}` })}
          </span>
        )}
      </div>
      <Figure life={life} now={now} format={format} />
      <div class="bar">
        <LifeBar
          name={batch.name}
          life={life}
          horizonH={horizonH}
          gridH={marks.map(mark => mark.atH)}
          format={format}
        />
        <LifeAxis marks={marks} horizonH={horizonH} />
      </div>
      {life.say !== 'unknown' && (
        <p class="how">
          {splitAtPlaces(t('life.intervalIf', { range: place(0), kept: place(1) })).map(part =>
            typeof part === 'string' ? (
              part
            ) : (
              <b key={part} class={part === 0 ? 'no-wrap' : ''}>
                {part === 0 ? format.range(life.loH, life.hiH) : keptIn(batch, format)}
              </b>
            ),
          )}
        </p>
      )}
      <Recalculated estimate={batch.estimate} format={format} kind="how" />
      <Caveats batch={batch} life={life} now={now} format={format} />
    </section>
  );
}

interface PartProps {
  readonly life: ShownLife;
  readonly now: number;
  readonly format: Format;
}

function Figure({ life, now, format }: PartProps): JSX.Element {
  const { zone } = format;
  if (life.say === 'unknown')
    return (
      <>
        <div class="question">{t('life.notSure')}</div>
        <div class="answer-figure">?</div>
        <div class="until">{t('life.worstCase', { remaining: format.remainingText(life.loH) })}</div>
      </>
    );
  const printed = format.remaining(life.loH);
  const until = format.until(life.untilAt, now);
  const act = (): string => {
    if (life.say !== 'left') return t('life.checkFirst');
    if (until.passed) return t('life.sellNow');
    return life.status === 'soon'
      ? t('life.sellBefore', { day: until.day, clock: until.clock })
      : t('life.untilFull', { day: until.day, clock: until.clock, zone: zone.name });
  };
  return (
    <>
      <div class="question">
        {life.say === 'left'
          ? t('life.keepsAtLeast')
          : life.say === 'past'
            ? t('life.pastLimit')
            : t('life.maybePast')}
      </div>
      <div class="answer-figure">
        {printed.figure}
        <small>{printed.unit}</small>
      </div>
      <div class="until">{act()}</div>
    </>
  );
}

function Caveats({ batch, life, now, format }: PartProps & { batch: BatchView }): JSX.Element {
  const { flags } = batch.estimate;
  const chips = [
    flags.includes('no-sensor') && t('life.noSensor'),
    flags.includes('outside-tested-range') && t('life.outsideTestedRange'),
    flags.includes('wide-interval') && t('life.wideInterval'),
    flags.includes('sealed-pack-unchilled') && t('life.sealedUnchilled'),
  ].filter(chip => chip !== false);
  return (
    <>
      {chips.length > 0 && (
        <ul class="chips">
          {chips.map(chip => (
            <li class="chip" key={chip}>
              {chip}
            </li>
          ))}
        </ul>
      )}
      {life.say === 'unknown' && life.lastReadingAt !== null && (
        <Note status="none">{t('life.silentSince', { at: format.moment(life.lastReadingAt, now) })}</Note>
      )}
      {life.say !== 'unknown' && life.lowered && life.lastReadingAt !== null && (
        <Note status="soon">{t('life.loweredOne', { at: format.moment(life.lastReadingAt, now) })}</Note>
      )}
    </>
  );
}

import type { JSX } from 'preact';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { Format } from '../format.ts';
import { keptIn } from '../keptWords.ts';
import { axisMarks, barHorizonH } from '../lifeAxis.ts';
import { type ShownLife, shownLife } from '../shownLife.ts';
import { LifeAxis } from './LifeAxis.tsx';
import { LifeBar } from './LifeBar.tsx';
import { Note } from './Note.tsx';
import { StatusPill } from './StatusPill.tsx';

interface AnswerProps {
  readonly batch: BatchView;
  readonly now: number;
  readonly format: Format;
}

/** How much longer this batch keeps at least, until when, how sure, under which assumption, from which data. */
export function Answer({ batch, now, format }: AnswerProps): JSX.Element {
  const life = shownLife(batch.estimate, now);
  const { words, zone } = format;
  const horizonH = barHorizonH(life.say === 'unknown' ? 24 : life.hiH);
  const marks = axisMarks(now, horizonH, format);
  const dataAt = life.lastReadingAt ?? Date.parse(batch.estimate.asOf);
  return (
    <section class={`answer ${life.status}`}>
      <div class="state">
        <StatusPill status={life.status} />
        {life.lowered ? (
          <span class="chip soon">{words.lastTemperature(format.moment(dataAt, now))}</span>
        ) : (
          <span class="small second">
            {life.noSensor ? words.noDataYet : words.dataAt(`${format.moment(dataAt, now)} ${zone.name}`)}
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
          {words.interval} <b class="no-wrap">{format.range(life.loH, life.hiH)}</b>, {words.ifKept}{' '}
          <b>{keptIn(batch, format)}</b>.
        </p>
      )}
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
  const { words, zone } = format;
  if (life.say === 'unknown')
    return (
      <>
        <div class="question">{words.notSure}</div>
        <div class="answer-figure">?</div>
        <div class="until">{words.worstCase(format.remainingText(life.loH))}</div>
      </>
    );
  const printed = format.remaining(life.loH);
  const until = format.until(life.untilAt, now);
  const act = (): string => {
    if (life.say !== 'left') return words.checkFirst;
    if (until.passed) return words.sellNow;
    return life.status === 'soon'
      ? words.sellBefore(until.day, until.clock)
      : words.Until(until.day, until.clock, zone.name);
  };
  return (
    <>
      <div class="question">
        {life.say === 'left' ? words.keepsAtLeast : life.say === 'past' ? words.pastLimit : words.maybePast}
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
  const { words } = format;
  const { flags } = batch.estimate;
  const chips = [
    flags.includes('no-sensor') && words.noSensor,
    flags.includes('outside-tested-range') && words.outsideTestedRange,
    flags.includes('wide-interval') && words.wideInterval,
    flags.includes('sealed-pack-unchilled') && words.sealedUnchilled,
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
        <Note status="none">{words.silentSince(format.moment(life.lastReadingAt, now))}</Note>
      )}
      {life.say !== 'unknown' && life.lowered && life.lastReadingAt !== null && (
        <Note status="soon">{words.loweredOne(format.moment(life.lastReadingAt, now))}</Note>
      )}
    </>
  );
}

import type { JSX } from 'preact';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import type { ShownLife } from '../shownLife.ts';

interface LifeBarProps {
  readonly name: string;
  readonly life: ShownLife;
  /** Hours the whole width stands for. */
  readonly horizonH: number;
  /** Hours from now of the vertical lines. */
  readonly gridH: readonly number[];
  /** Where it is on the road: hours from now until it arrives, and the life asked for from then on. */
  readonly arrival?: { readonly inH: number; readonly needH: number | null } | undefined;
  /** What it says to whoever does not see it, where that is more than how long it keeps. */
  readonly sentence?: string;
  readonly format: Format;
}

/**
 * The life bar: now at the left edge, solid while sure to keep, hatched over the 90 % interval. On the road ▼ is the
 * arrival and the bracket the life asked for: where solid covers the bracket, the goods are fine.
 */
export function LifeBar(props: LifeBarProps): JSX.Element {
  const { name, life, horizonH, gridH, arrival, format } = props;
  const percent = (hours: number): number => Math.max(0, Math.min(100, (hours / horizonH) * 100));
  const lo = percent(life.loH);
  const hi = percent(life.hiH);
  const sentence = props.sentence ?? barSentence(name, life, format);
  const grid = gridH.map(hours => <i class="grid" key={hours} style={{ left: `${percent(hours)}%` }} />);
  if (life.say === 'unknown')
    return (
      <div class="life-bar none unknown" role="img" aria-label={sentence}>
        {grid}
        {arrival !== undefined && <i class="arrival" style={{ left: `${percent(arrival.inH)}%` }} />}
      </div>
    );
  const full = life.loH >= horizonH;
  const shape = `${full ? ' full' : ''}${life.hiH > horizonH ? ' over' : ''}`;
  return (
    <div class={`life-bar ${life.status}${shape}`} role="img" aria-label={sentence}>
      {grid}
      <b class="sure" style={full ? {} : { width: `${lo}%` }} />
      {hi > lo && <b class="maybe" style={{ left: `${lo}%`, width: `${hi - lo}%` }} />}
      {life.medianH > life.loH && life.medianH < horizonH && (
        <i class="median" style={{ left: `${percent(life.medianH)}%` }} />
      )}
      {arrival?.needH != null && (
        <i
          class="need"
          style={{
            left: `${percent(arrival.inH)}%`,
            width: `${percent(arrival.inH + arrival.needH) - percent(arrival.inH)}%`,
          }}
        />
      )}
      {arrival !== undefined && <i class="arrival" style={{ left: `${percent(arrival.inH)}%` }} />}
    </div>
  );
}

function barSentence(name: string, life: ShownLife, format: Format): string {
  if (life.say === 'unknown') return t('lifeBar.none', { name });
  if (life.say === 'past') return t('lifeBar.past', { name });
  return t('lifeBar.left', {
    name,
    atLeast: format.remainingText(life.loH),
    median: format.remainingText(life.medianH),
    most: format.remainingText(life.hiH),
  });
}

import { msPerHour } from '../../models/units.ts';
import { type FormatWords, localTime } from '../notify/alertFormat.ts';
import { escapeHtml } from './html.ts';
import type { PackLife } from './packLife.ts';

interface BarOptions {
  readonly formatWords: FormatWords;
  readonly timeZone: string;
  readonly now: number;
  /** What stands at the left edge. */
  readonly nowWord: string;
  /** The bar as a sentence. */
  readonly sentence: string;
}

const width = 320;
const barHeight = 14;
/** Of a label of 12 px. */
const charPx = 6.6;

/** The life bar with its axis: now at the left edge, solid while sure to keep, hatched over the 90 % interval. */
export function lifeBar(
  life: Pick<PackLife, 'loH' | 'medianH' | 'hiH' | 'say'>,
  options: BarOptions,
): string {
  const horizonH = horizonOf(life.hiH);
  const x = (hours: number) => Math.round(Math.min(1, Math.max(0, hours / horizonH)) * width * 10) / 10;
  const [lo, median, hi] = [x(life.loH), x(life.medianH), x(life.hiH)];
  const marks = marksOf(horizonH, options);
  const grid = marks.map(({ atH }) => `<path d="M${x(atH)} 4v${barHeight}" class="grid"/>`).join('');
  const known = life.say !== 'unknown';
  const bar = known
    ? `${hi > lo ? `<rect x="${lo}" y="4" width="${(hi - lo).toFixed(1)}" height="${barHeight}" class="maybe"/>` : ''}${
        lo > 0 ? `<rect y="4" width="${lo}" height="${barHeight}" rx="3" class="sure"/>` : ''
      }${median > lo ? `<path d="M${median} 1v${barHeight + 6}" class="mid"/>` : ''}`
    : `<path d="M0 ${4 + barHeight / 2}h${width}" class="gone"/>`;
  const labels = fitting(marks, horizonH, options.nowWord)
    .map(({ atH, label }) => `<text x="${x(atH)}" y="36">${escapeHtml(label)}</text>`)
    .join('');
  return (
    `<svg class="bar" viewBox="0 0 ${width} 40" role="img" aria-label="${escapeHtml(options.sentence)}">` +
    '<defs><pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(25)">' +
    '<rect width="6" height="6" class="soft"/><path d="M0 0v6" class="hatch"/></pattern></defs>' +
    `<rect y="4" width="${width}" height="${barHeight}" rx="3" class="track"/>${grid}${bar}` +
    `<text y="36" class="now">${escapeHtml(options.nowWord)}</text>${labels}</svg>`
  );
}

/** The whole interval and a little air. */
function horizonOf(hiH: number): number {
  const wanted = Math.min(hiH, 60 * 24) * 1.15;
  return [8, 12, 16, 24, 36, 48].find(h => wanted <= h) ?? Math.ceil(wanted / 24) * 24;
}

interface Mark {
  readonly atH: number;
  readonly label: string;
}

/** Midnights of the firm's zone and, on a short axis, hours. */
function marksOf(horizonH: number, { formatWords, timeZone, now }: BarOptions): Mark[] {
  const local = localTime(timeZone);
  const stepH = horizonH <= 16 ? 3 : horizonH <= 24 ? 6 : horizonH < 48 ? 12 : 24;
  const everyDays = Math.ceil(horizonH / 24 / 8);
  const marks: Mark[] = [];
  const { minute, second, ms } = local(now);
  const hourStart = now - minute * 60_000 - second * 1000 - ms;
  for (let at = hourStart + msPerHour; at < now + horizonH * msPerHour; at += msPerHour) {
    const { hour, midnight, weekday, dayOfMonth } = local(at);
    if (hour % stepH !== 0 || (stepH === 24 && (midnight / 86_400_000) % everyDays !== 0)) continue;
    const label =
      hour === 0
        ? `${shortDay(formatWords.weekdays[weekday]!)} ${dayOfMonth}`
        : `${String(hour).padStart(2, '0')}${formatWords.clock}00`;
    marks.push({ atH: (at - now) / msPerHour, label });
  }
  return marks;
}

/** "Friday" becomes "Fri", "金曜日" becomes "金". */
const shortDay = (weekday: string): string =>
  /^\p{Script=Han}/u.test(weekday) ? weekday.slice(0, 1) : weekday.slice(0, 3);

/** Marks whose labels fit: one that would touch its neighbour or leave the axis is dropped. */
function fitting(marks: readonly Mark[], horizonH: number, nowWord: string): Mark[] {
  const widthOf = (text: string) => [...text].reduce((sum, c) => sum + (c > '\u2E80' ? 12 : charPx), 0);
  let end = widthOf(nowWord) + 12;
  return marks.filter(({ atH, label }) => {
    const x = (atH / horizonH) * width;
    if (x < end || x + widthOf(label) > width + 4) return false;
    end = x + widthOf(label) + 8;
    return true;
  });
}

import { goalText, ratioText, spreadText } from './figureText.ts';
import { type Goal, isHeld, type MeasuredRow, timesBetter } from './measuredRow.ts';

const width = 1_080;
const margin = 24;
const barsFrom = 470;
const barsTo = width - 210;
const lineHeight = 22;
const colours = { text: '#1f2933', quiet: '#616e7c', better: '#2f7d5b', worse: '#c05621', line: '#cbd2d9' };

interface Scale {
  readonly x: (ratio: number) => number;
  readonly ticks: readonly number[];
}

/**
 * How many times better ours is than each of the others, as bars from 1 on a logarithmic scale: to the right ours is
 * better, to the left the other is. Rows without another say their figure.
 */
export function chartOf(title: string, below: string, rows: readonly MeasuredRow[]): string {
  const scale = scaleOf(rows);
  const parts: string[] = [];
  let y = 92;
  for (const row of rows) {
    parts.push(...head(row, y));
    y += lineHeight;
    for (const who of Object.keys(row.others)) {
      parts.push(...bar(row, who, y, scale));
      y += lineHeight;
    }
    y += 12;
  }
  const height = y + margin;
  const lines = scale.ticks.map(
    tick =>
      `<line x1="${scale.x(tick)}" x2="${scale.x(tick)}" y1="70" y2="${height - margin}" stroke="${tick === 1 ? colours.quiet : colours.line}"/>` +
      text(scale.x(tick), 64, `${tick}×`, { anchor: 'middle', colour: colours.quiet }),
  );
  const hasBars = rows.some(row => Object.keys(row.others).length > 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(margin, 30, title, { size: 19, weight: 600 }),
    text(margin, 50, below, { colour: colours.quiet }),
    ...(hasBars ? lines : []),
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function head(row: MeasuredRow, y: number): string[] {
  const figure = `${row.job}: ${spreadText(row.ours)} ${row.unit}`.trim();
  const white = `<rect x="${margin}" y="${y - 14}" width="${width - 2 * margin}" height="19" fill="#ffffff"/>`;
  const goals = (row.goals ?? []).filter(({ against }) => against === undefined);
  return [
    // A title may be as long as it likes: the lines of the scale do not go through it.
    white,
    text(margin, y, figure, { weight: 600 }),
    ...goals.map(goal => verdict(row, goal, `goal ${goalText(row, goal)}`, y)),
  ];
}

function verdict(row: MeasuredRow, goal: Goal, words: string, y: number): string {
  return text(width - margin, y, words, {
    anchor: 'end',
    colour: isHeld(row, goal) ? colours.better : colours.worse,
  });
}

function bar(row: MeasuredRow, who: string, y: number, { x }: Scale): string[] {
  const label = shortened(`${who}: ${spreadText(row.others[who]!)}`, 66);
  const ratio = timesBetter(row, who);
  const goals = (row.goals ?? []).filter(({ against }) => against === who);
  const words = (goal: Goal) => `goal ${goal.value}×: ${isHeld(row, goal) ? 'held' : 'NOT HELD'}`;
  const parts = [
    text(margin + 12, y, label, { colour: colours.quiet }),
    ...goals.map(goal => verdict(row, goal, words(goal), y)),
  ];
  if (!isDrawable(ratio)) return parts;
  const [from, to] = [x(Math.min(1, ratio)), x(Math.max(1, ratio))];
  const colour = ratio >= 1 ? colours.better : colours.worse;
  return [
    ...parts,
    `<rect x="${from}" y="${y - 11}" width="${Math.max(1, to - from)}" height="13" fill="${colour}"/>`,
    ...goals.map(
      ({ value }) => `<rect x="${x(value) - 1}" y="${y - 14}" width="3" height="19" fill="${colours.text}"/>`,
    ),
    text(to + 6, y, ratioText(row, who), { colour, weight: 600 }),
  ];
}

const isDrawable = (ratio: number): boolean => Number.isFinite(ratio) && ratio > 0;

function scaleOf(rows: readonly MeasuredRow[]): Scale {
  const ratios = rows.flatMap(row => Object.keys(row.others).map(who => timesBetter(row, who)));
  const goals = rows.flatMap(row => row.goals ?? []).filter(({ against }) => against !== undefined);
  const exponents = [...ratios, ...goals.map(({ value }) => value)].filter(isDrawable).map(Math.log10);
  const least = Math.floor(Math.min(-1, ...exponents));
  const most = Math.ceil(Math.max(1, ...exponents));
  const x = (ratio: number) =>
    Math.round(barsFrom + ((Math.log10(ratio) - least) / (most - least)) * (barsTo - barsFrom));
  const ticks = Array.from({ length: most - least + 1 }, (_, n) => Number(`1e${least + n}`));
  return { x, ticks };
}

interface TextStyle {
  readonly size?: number;
  readonly weight?: number;
  readonly colour?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { size, weight, colour = colours.text, anchor = 'start' } = style;
  const more = [
    ...(size ? [`font-size="${size}"`] : []),
    ...(weight ? [`font-weight="${weight}"`] : []),
    ...(anchor === 'start' ? [] : [`text-anchor="${anchor}"`]),
  ];
  return `<text x="${x}" y="${y}" fill="${colour}" ${more.join(' ')}>${escaped(content)}</text>`;
}

const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const shortened = (content: string, most: number): string =>
  content.length <= most ? content : `${content.slice(0, most - 1)}…`;

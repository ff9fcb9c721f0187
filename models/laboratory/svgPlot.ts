export type Marker = 'disc' | 'square' | 'triangle' | 'diamond' | 'cross';

export interface Series {
  readonly label: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Points for what was observed, a line for what is predicted, a band between `y` and `upper`. */
  readonly as: 'line' | 'points' | 'band';
  readonly upper?: readonly number[];
  readonly axis?: 'left' | 'right';
  readonly colour?: string;
  readonly marker?: Marker;
  readonly dashed?: boolean;
  /** Left out of the legend. */
  readonly unnamed?: boolean;
}

export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly rightLabel?: string;
  readonly series: readonly Series[];
  /** A horizontal line on the left axis. */
  readonly limit?: { readonly at: number; readonly label: string };
}

const width = 720;
const height = 420;
const frame = { left: 64, right: 656, top: 40, bottom: 360 };
// Readable side by side by people who see colours differently (Okabe and Ito), and on white paper.
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'];

/** A plot as SVG text: axes with round numbers, bands, lines, points and a legend. The same plot gives the same text. */
export function svgPlot(plot: Plot): string {
  const left = plot.series.filter(series => series.axis !== 'right');
  const right = plot.series.filter(series => series.axis === 'right');
  const x = scaleOf(
    plot.series.flatMap(series => series.x),
    frame.left,
    frame.right,
  );
  const y = scaleOf(
    [
      ...left.flatMap(series => [...series.y, ...(series.upper ?? [])]),
      ...(plot.limit ? [plot.limit.at] : []),
    ],
    frame.bottom,
    frame.top,
  );
  const yRight = scaleOf(
    right.flatMap(series => series.y),
    frame.bottom,
    frame.top,
  );
  const coloured = plot.series.map((series, i) => ({
    ...series,
    colour: series.colour ?? colours[i % colours.length]!,
  }));
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(plot.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(width / 2, 20, plot.title, 'middle', 15),
    ...x.ticks.map(
      tick =>
        line(x.at(tick), frame.top, x.at(tick), frame.bottom, '#e4e4e4') +
        text(x.at(tick), frame.bottom + 18, label(tick), 'middle'),
    ),
    ...y.ticks.map(
      tick =>
        line(frame.left, y.at(tick), frame.right, y.at(tick), '#e4e4e4') +
        text(frame.left - 8, y.at(tick) + 4, label(tick), 'end'),
    ),
    ...(right.length
      ? yRight.ticks.map(tick => text(frame.right + 8, yRight.at(tick) + 4, label(tick), 'start'))
      : []),
    text((frame.left + frame.right) / 2, frame.bottom + 38, plot.xLabel, 'middle'),
    turned(16, plot.yLabel),
    ...(plot.rightLabel ? [turned(width - 8, plot.rightLabel)] : []),
    ...(plot.limit ? [limitLine(y.at(plot.limit.at), plot.limit.label)] : []),
    ...coloured.map(series => draw(series, x.at, series.axis === 'right' ? yRight.at : y.at)),
    ...coloured.filter(series => !series.unnamed).map(legend),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

type Coloured = Series & { readonly colour: string };

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const finite = values.filter(Number.isFinite);
  const low = finite.length ? finite.reduce((a, b) => Math.min(a, b)) : 0;
  const high = finite.length ? finite.reduce((a, b) => Math.max(a, b)) : 1;
  const span = high - low || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 5));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(candidate => span / candidate <= 6) ?? span;
  const start = Math.floor(low / step) * step;
  const end = Math.max(start + step, Math.ceil(high / step) * step);
  const ticks = Array.from({ length: Math.round((end - start) / step) + 1 }, (_, i) => start + i * step);
  return { at: value => from + ((value - start) / (end - start)) * (to - from), ticks };
}

function draw(series: Coloured, x: Scale['at'], y: Scale['at']): string {
  const { colour } = series;
  const placed = (values: readonly number[]) =>
    series.x
      .map((value, i) => [x(value), y(values[i]!)] as const)
      .filter(pair => pair.every(Number.isFinite));
  const points = placed(series.y);
  if (series.as === 'points')
    return points.map(([px, py]) => marked(series.marker ?? 'disc', px, py, colour)).join('');
  if (series.as === 'band')
    return `<polygon fill="${colour}" fill-opacity="0.18" points="${joined([...points, ...placed(series.upper ?? []).reverse()])}"/>`;
  const dashes = series.dashed ? ' stroke-dasharray="6 4"' : '';
  return `<polyline fill="none" stroke="${colour}" stroke-width="2"${dashes} points="${joined(points)}"/>`;
}

const joined = (points: readonly (readonly [number, number])[]): string =>
  points.map(pair => pair.map(value => value.toFixed(1)).join(',')).join(' ');

/** Shapes of one area, so that none looks heavier; a cross for what was left out. */
function marked(marker: Marker, x: number, y: number, colour: string): string {
  const polygon = (corners: readonly (readonly [number, number])[]) =>
    `<polygon points="${joined(corners.map(([dx, dy]) => [x + dx, y + dy] as const))}" fill="${colour}"/>`;
  const square: readonly (readonly [number, number])[] = [
    [-3.1, -3.1],
    [3.1, -3.1],
    [3.1, 3.1],
    [-3.1, 3.1],
  ];
  if (marker === 'square') return polygon(square);
  if (marker === 'triangle')
    return polygon([
      [0, -4.8],
      [4.2, 2.9],
      [-4.2, 2.9],
    ]);
  if (marker === 'diamond')
    return polygon([
      [0, -4.4],
      [4.4, 0],
      [0, 4.4],
      [-4.4, 0],
    ]);
  if (marker === 'cross') {
    const [a, b, c, d] = square.map(([dx, dy]) => joined([[x + dx, y + dy]]));
    return `<path d="M${a}L${c}M${b}L${d}" stroke="${colour}" stroke-width="1.5" fill="none"/>`;
  }
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3.5" fill="${colour}"/>`;
}

function legend({ as, colour, label: name, marker, dashed }: Coloured, i: number): string {
  const y = frame.top + 10 + 18 * i;
  const left = frame.left + 12;
  const sign =
    as === 'points'
      ? marked(marker ?? 'disc', left + 6, y, colour)
      : `<rect x="${left}" y="${y - 2}" width="${dashed ? 7 : 12}" height="4" fill="${colour}"/>`;
  return sign + text(frame.left + 30, y + 4, name, 'start');
}

const limitLine = (y: number, name: string): string =>
  `<line x1="${frame.left}" y1="${y.toFixed(1)}" x2="${frame.right}" y2="${y.toFixed(1)}" stroke="#b00020" stroke-dasharray="6 4"/>` +
  text(frame.right - 4, y - 6, name, 'end');

const line = (x1: number, y1: number, x2: number, y2: number, colour: string): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${colour}"/>`;

const text = (x: number, y: number, content: string, anchor: string, size = 12): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}">${escaped(content)}</text>`;

const turned = (x: number, content: string): string =>
  `<text x="${x}" y="${(frame.top + frame.bottom) / 2}" text-anchor="middle" transform="rotate(-90 ${x} ${(frame.top + frame.bottom) / 2})">${escaped(content)}</text>`;

const label = (value: number): string => String(Number(value.toPrecision(6)));

const escaped = (content: string): string =>
  content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

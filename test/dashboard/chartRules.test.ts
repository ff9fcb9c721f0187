import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertChartModel } from '../../dashboard/charts/alertChartModel.ts';
import { chartModel, type Point, type Span } from '../../dashboard/charts/chartModel.ts';
import { type ChartColours, faded, timeAxis } from '../../dashboard/charts/chartParts.ts';
import { countContent } from '../../dashboard/charts/countChart.ts';
import { type ChartContent, chartConfig, type Drawing, gapBoxes } from '../../dashboard/charts/drawing.ts';
import { driftCsv, driftModel } from '../../dashboard/charts/driftModel.ts';
import { lifeContent } from '../../dashboard/charts/lifeChart.ts';
import { nextCursor } from '../../dashboard/charts/nextCursor.ts';
import { nodeLine } from '../../dashboard/charts/nodeChartModel.ts';
import { temperatureContent } from '../../dashboard/charts/temperatureChart.ts';
import { thinLine } from '../../dashboard/charts/thinLine.ts';
import { createFormat } from '../../dashboard/format.ts';
import { createZone } from '../../dashboard/zone.ts';
import { aHistory, anEstimate, hourMs, iso, now } from './builders.ts';
import { translateIn } from './words.ts';

const jakarta = createZone('Asia/Jakarta');
const dayMs = 24 * hourMs;
const names = [
  ...(['ink', 'surface', 'line', 'controlEdge', 'grid', 'axis', 'temperature', 'count', 'life'] as const),
  ...(['limit', 'cold', 'coldFill', 'risk', 'riskFill', 'none', 'noneFill'] as const),
];
/** A colour of its own for each name. */
const colours = Object.fromEntries(
  names.map((name, i) => [name, `#0000${i + 10}`]),
) as unknown as ChartColours;

function drawingOf(language: 'id' | 'en' | 'ja' = 'id', gaps: Span[] = []): Drawing {
  const format = createFormat(language, translateIn(language), jakarta);
  const history = aHistory({ gaps: gaps.map(gap => ({ from: iso(gap.from), to: iso(gap.to) })) });
  const model = chartModel(history, anEstimate({ lo: 7, median: 10, hi: 14 }));
  return {
    ...{ model, format, colours, sizePx: 12, from: model.from, to: model.to, widthPx: 360 },
    ...{ narrow: true, lifeNow: null },
  };
}

const contents: [name: string, of: (drawing: Drawing) => ChartContent][] = [
  ['temperature', temperatureContent],
  ['count', countContent],
  ['life', lifeContent],
];

describe('thinLine', () => {
  const anyLine = fc
    .array(fc.option(fc.double({ min: -40, max: 60, noNaN: true }), { freq: 12 }), {
      minLength: 30,
      maxLength: 500,
    })
    .map(values => values.map((y, x): Point => ({ x, y })));

  test('a spike of one reading in 20,000 stays, as do both sides of a gap', () => {
    const points = Array.from({ length: 20_000 }, (_, x): Point => ({ x, y: 4 + Math.sin(x) / 10 }));
    points[7_777] = { x: 7_777, y: 31.4 };
    points[12_000] = { x: 12_000, y: null };
    const thin = thinLine(points, { from: 0, to: 20_000 }, 320);
    expect(thin.length).toBeLessThanOrEqual(2 * 320 + 4);
    expect(thin).toContainEqual({ x: 7_777, y: 31.4 });
    expect(thin).toContainEqual({ x: 12_000, y: null });
  });

  test('highest, lowest and every break stay, times ascend, and nothing is made up', () => {
    fc.assert(
      fc.property(anyLine, fc.integer({ min: 1, max: 60 }), (points, widthPx) => {
        const thin = thinLine(points, { from: 0, to: points.length }, widthPx);
        const known = (of: readonly Point[]) => of.flatMap(({ y }) => (y === null ? [] : [y]));
        expect(Math.max(...known(thin))).toBe(Math.max(...known(points)));
        expect(Math.min(...known(thin))).toBe(Math.min(...known(points)));
        expect(thin.filter(({ y }) => y === null)).toEqual(points.filter(({ y }) => y === null));
        expect(thin.map(({ x }) => x)).toEqual([...new Set(thin.map(({ x }) => x))].sort((a, b) => a - b));
        for (const point of thin) expect(points[point.x]).toBe(point);
      }),
    );
  });

  test('up to two points per CSS px are left as they are', () => {
    const points = [1, 2, 3, 4].map((y, x) => ({ x, y }));
    expect(thinLine(points, { from: 0, to: 4 }, 2)).toBe(points);
  });
});

describe('gaps', () => {
  const frame = drawingOf();
  const widthOf = (gap: Span) => {
    const { gap0 } = gapBoxes([gap], frame) as Record<string, { xMin: number; xMax: number }>;
    return ((gap0!.xMax - gap0!.xMin) / (frame.to - frame.from)) * (frame.widthPx - 36 - 8);
  };

  test('a gap shorter than a pixel is still drawn, a longer one at its length', () => {
    expect(widthOf({ from: now - 1000, to: now })).toBeCloseTo(1.5);
    expect(widthOf({ from: now - 4 * hourMs, to: now })).toBeGreaterThan(40);
  });

  test.each(contents)('are boxes in the chart of %s', (_name, of) => {
    const { annotations } = of(drawingOf('id', [{ from: now - 6 * hourMs, to: now - 5 * hourMs }]));
    expect(annotations.gap0).toMatchObject({ type: 'box', backgroundColor: faded(colours.noneFill, 0.22) });
  });

  test('are never bridged: no line spans them, and the line of an alert is broken in them', () => {
    for (const [, of] of contents)
      for (const set of of(drawingOf()).datasets) expect(set.spanGaps).toBe(false);
    const bucket = (from: number) => ({
      from: iso(from),
      to: iso(from + 60_000),
      ...{ minC: 4, meanC: 5, maxC: 6, count: 1 },
    });
    const span = { from: now - 4 * hourMs, to: now };
    const source = { nodeId: 'S-01', probe: 'main', position: 'main', ...span };
    const buckets = [bucket(now - 4 * hourMs), bucket(now - hourMs)];
    const model = alertChartModel([{ source, buckets }], span, 600);
    expect(nodeLine(model, row => row.meanC).map(({ y }) => y)).toEqual([5, null, 5]);
  });
});

describe('past and forecast', () => {
  const dashed = (set: { borderDash?: unknown }) => Array.isArray(set.borderDash);

  test.each([
    ['count', countContent],
    ['life', lifeContent],
  ] as const)('the line of %s is solid up to now and dashed after it', (_name, of) => {
    const drawing = drawingOf();
    const { asOf } = drawing.model;
    const lines = of(drawing).datasets.filter(set => Number(set.borderWidth ?? 0) > 0);
    expect(lines.length).toBe(2);
    for (const set of lines) {
      const xs = set.data.map(({ x }) => x);
      if (dashed(set as { borderDash?: unknown })) expect(Math.min(...xs)).toBeGreaterThanOrEqual(asOf);
      else expect(Math.max(...xs)).toBeLessThanOrEqual(asOf);
    }
    expect(lines.filter(set => dashed(set as { borderDash?: unknown })).length).toBe(1);
  });

  test.each([
    ['count', countContent],
    ['life', lifeContent],
  ] as const)('the interval of %s is a tint of 22 % before now and 14 % after', (_name, of) => {
    const tints = of(drawingOf()).datasets.flatMap(set => set.backgroundColor ?? []);
    expect(tints.map(tint => `${tint}`.match(/[\d.]+\)$/)?.[0])).toEqual(['0.22)', '0.14)']);
  });

  test.each(contents)('now is a solid line of 1.5 px in the chart of %s', (_name, of) => {
    const { now: line } = of(drawingOf()).annotations as Record<string, { borderDash?: number[] }>;
    expect(line).toMatchObject({ type: 'line', borderWidth: 1.5, xMin: now, xMax: now });
    expect(line?.borderDash).toBeUndefined();
  });

  test('the assumed temperature is dotted after now', () => {
    const { assumed } = temperatureContent(drawingOf()).annotations;
    expect(assumed).toMatchObject({ xMin: now, borderDash: [2, 4] });
  });
});

describe('the time axis', () => {
  test.each([
    ['id', 'Sel 24'],
    ['en', 'Tue 24'],
    ['ja', '24日(火)'],
  ] as const)('names the midnight of the zone by its day in weight 600, in %s', (language, day) => {
    const { format } = drawingOf(language);
    const from = Date.parse('2026-11-23T12:00:00Z');
    const axis = timeAxis(from, from + dayMs, 5, format, colours, 12).x as unknown as {
      afterBuildTicks(scale: object): void;
      ticks: {
        callback(value: number): string;
        font(context: { tick: { value: number } }): { weight: number };
      };
    };
    const scale = { min: from, max: from + dayMs, ticks: [] as { value: number }[] };
    axis.afterBuildTicks(scale);
    const midnight = Date.parse('2026-11-23T17:00:00Z');
    const strong = scale.ticks.filter(tick => axis.ticks.font({ tick }).weight === 600);
    expect(strong).toEqual([{ value: midnight }]);
    expect(axis.ticks.callback(midnight)).toBe(day);
  });
});

describe('every chart', () => {
  test('does not move, leaves events to the page and thins its lines', () => {
    const drawing = drawingOf();
    const many = Array.from({ length: 5_000 }, (_, i) => ({
      x: drawing.from + (i * (drawing.to - drawing.from)) / 5_000,
      y: i === 2_500 ? 40 : 5,
    }));
    const content = { ...temperatureContent(drawing), datasets: [{ data: many }] };
    const { options, data } = chartConfig(drawing, content, 'system-ui');
    expect(options).toMatchObject({ animation: false, events: [], maintainAspectRatio: false });
    expect(data.datasets[0]?.data.length).toBeLessThanOrEqual(2 * drawing.widthPx);
    expect(data.datasets[0]?.data).toContainEqual(many[2_500]);
  });

  test('is read by arrows, Home and End within its rows, and by no other key', () => {
    expect(['ArrowLeft', 'ArrowRight', 'Home', 'End'].map(key => nextCursor(key, 5, 10))).toEqual([
      4, 6, 0, 9,
    ]);
    expect([nextCursor('ArrowLeft', 0, 10), nextCursor('ArrowRight', 9, 10)]).toEqual([0, 9]);
    expect(nextCursor('Enter', 5, 10)).toBeNull();
  });

  test.each(contents)('of a batch, %s has its words in Japanese', (_name, of) => {
    const { annotations } = of({
      ...drawingOf('ja', [{ from: now - 7 * hourMs, to: now }]),
      lifeNow: 'あと7時間',
    });
    const words = Object.values(annotations).flatMap(mark => ('content' in mark ? [`${mark.content}`] : []));
    for (const word of words) expect(word).toMatch(/[぀-ヿ一-鿿]|^[\d.:–° C/]+$/);
  });
});

describe('driftModel', () => {
  const line = (offsetId: number, day: number, temperatureOffsetC: number, more = {}) => ({
    ...{ offsetId, nodeId: 'S-01', probe: 'main', temperatureOffsetC, from: iso(now - day * dayMs) },
    ...{ calibrationDueAt: null, note: null, createdAt: iso(now), createdBy: 'user:x', ...more },
  });

  test('tells what the sensor showed beside the reference: what is added, turned round', () => {
    const { rows } = driftModel([line(2, 10, -0.4), line(1, 90, 0)], 'main', now);
    expect(rows.map(row => row.differenceC)).toEqual([0, 0.4]);
    expect(Object.is(rows[0]?.differenceC, -0)).toBe(false);
  });

  test('takes the later line of two for one instant, and one probe only', () => {
    const { rows } = driftModel(
      [line(1, 10, 0.1), line(3, 10, 0.3), line(2, 5, 0.2, { probe: 'core' })],
      'main',
      now,
    );
    expect(rows.map(row => row.offsetC)).toEqual([0.3]);
  });

  test('has an axis that is alike both ways and holds the limit and every calibration', () => {
    expect(driftModel([], 'main', now).range).toEqual({ min: -0.6, max: 0.6, step: 0.3 });
    expect(driftModel([line(1, 3, -3.4)], 'main', now).range).toEqual({ min: -4, max: 4, step: 2 });
  });

  test('writes CSV with ISO times, a decimal point and quoted notes', () => {
    const model = driftModel([line(1, 10, -0.25, { note: 'es, "acuan"' })], 'main', now);
    expect(driftCsv(model)).toBe(
      `at,differenceC,offsetC,note\r\n${iso(now - 10 * dayMs)},0.25,-0.25,"es, ""acuan"""\r\n`,
    );
  });
});

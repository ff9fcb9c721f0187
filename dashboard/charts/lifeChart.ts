import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { type Band, lifeRange, type Row } from './chartModel.ts';
import { bandLines, box, faded, label, line, valueAxis, verticalLine } from './chartParts.ts';
import {
  bands,
  type ChartContent,
  costliest,
  type Drawing,
  draw,
  gapBoxes,
  type LineChart,
  labelPx,
  nowIsFarRight,
  plotX,
} from './drawing.ts';

/** Remaining life: its interval, the lower end as the strong line, and what warm spans cost. */
export function lifeChart(canvas: HTMLCanvasElement, drawing: Drawing): LineChart {
  return draw(canvas, drawing, lifeContent(drawing));
}

export function lifeContent(drawing: Drawing): ChartContent {
  const { model, format, colours, sizePx } = drawing;
  const inUnits = (row: Row): Band => ({
    lo: row.remainingH.lo / model.lifeUnitH,
    median: row.remainingH.median / model.lifeUnitH,
    hi: row.remainingH.hi / model.lifeUnitH,
  });
  const range = lifeRange(model);
  const past = bands(model.past, inUnits, drawing);
  const future = bands(model.forecast, inUnits, drawing);
  const now = past.at(-1);
  const left = nowIsFarRight(drawing);
  const low = now === undefined || now.band.lo < range.max * 0.25;
  return {
    datasets: [
      ...bandLines(past, colours.life, 0.22),
      ...bandLines(future, colours.life, 0.14),
      line(
        past.map(row => ({ x: row.at, y: row.band.lo })),
        colours.life,
        { borderWidth: 2.5 },
      ),
      line(untilZero(future, model.loEndsAt), colours.life, { borderDash: [5, 4] }),
    ],
    y: valueAxis(range, drawing.sizePx, colours, value => format.number(value, value % 1 === 0 ? 0 : 1)),
    annotations: {
      ...gapBoxes(drawing.model.gaps, drawing),
      ...excursionBoxes(drawing, range.max),
      now: verticalLine(model.asOf, colours.ink),
      ...(now === undefined || drawing.lifeNow === null
        ? {}
        : {
            atLeast: label(model.asOf, now.band.lo, drawing.lifeNow, colours.life, sizePx, {
              alignX: left ? 'end' : 'start',
              dx: left ? -8 : 8,
              alignY: low ? 'end' : 'center',
              dy: low ? -2 : 0,
              background: faded(colours.surface, 0.88),
            }),
          }),
    },
  };
}

/** The dashed line of the least life ends where it meets zero instead of running along the axis. */
function untilZero(
  future: readonly { at: number; band: Band }[],
  zeroAt: number,
): { x: number; y: number }[] {
  const above = future.filter(row => row.band.lo > 0 && row.at < zeroAt);
  if (above.length === 0) return [];
  return [...above.map(row => ({ x: row.at, y: row.band.lo })), { x: zeroAt, y: 0 }];
}

/** Warm spans that cost life; the costliest is named with its loss. */
function excursionBoxes(drawing: Drawing, top: number): Record<string, AnnotationOptions> {
  const { model, format, colours, sizePx, from, to } = drawing;
  const costly = model.excursions.filter(e => e.lifeLostH > 0 && e.to > from);
  const marks: Record<string, AnnotationOptions> = Object.fromEntries(
    costly.map((e, index) => [`warm${index}`, box(e.from, e.to, faded(colours.riskFill, 0.14))]),
  );
  const worst = costliest(model);
  if (worst === undefined || worst.lifeLostH <= 0 || worst.to < from) return marks;
  const text = format.t('charts.tooWarm', { loss: format.lossText(worst.lifeLostH) });
  const right = (worst.to - from) / (to - from) < 0.6;
  const reachesNow = plotX(drawing, worst.to) + labelPx(drawing, text) + 6 > plotX(drawing, model.asOf);
  const x = right ? (reachesNow ? Math.max(worst.to, model.asOf) : worst.to) : worst.from;
  marks.warmLabel = label(x, top * 0.86, text, colours.risk, sizePx, {
    alignX: right ? 'start' : 'end',
    dx: right ? 6 : -6,
    background: faded(colours.surface, 0.7),
  });
  return marks;
}

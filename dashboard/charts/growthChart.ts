import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import type { GrowthPanel } from '../../models/laboratory/growthPanels.ts';
import type { Format } from '../format.ts';
import { faded, horizontalLine, label, line } from './chartParts.ts';
import type { LineChart } from './drawing.ts';
import { crosses, drawLab, type LabFrame, labFrame, lookOf, marks, timeUnit, tint } from './labChart.ts';

export interface GrowthLook {
  /** Place among the temperatures; -1 where it changes. */
  readonly index: number;
  readonly limitLog10: number | null;
  /** The name of the limit stands in the first panel. */
  readonly namesLimit: boolean;
  readonly range: { readonly min: number; readonly max: number };
}

/** Counts of one temperature, the fitted curve with the 90 % band of its predictions, and when it meets the limit. */
export function growthChart(
  canvas: HTMLCanvasElement,
  panel: GrowthPanel,
  look: GrowthLook,
  format: Format,
): LineChart {
  const frame = labFrame(canvas, format);
  const { unit, hours, step } = timeUnit(panel.toH);
  const own = lookOf(frame, look.index);
  const at = (timeH: number) => timeH / hours;
  const band = panel.curve.flatMap(({ timeH, prediction }) =>
    prediction === null ? [] : [{ x: at(timeH), ...prediction }],
  );
  const kept = panel.points.filter(point => point.row.excluded === null);
  const xy = (point: GrowthPanel['points'][number]) => ({ x: at(point.timeH), y: point.value });
  return drawLab(canvas, frame, {
    datasets: [
      marks(kept.filter(point => point.kind === 'count').map(xy), own, frame),
      ...censoredMarks(kept, xy, own, frame),
      crosses(panel.points.filter(point => point.row.excluded !== null).map(xy), frame),
      line(
        panel.curve.map(({ timeH, value }) => ({ x: at(timeH), y: value })),
        own.colour,
      ),
      ...tint(band, own.colour, 0.18),
    ],
    x: {
      ...{ min: 0, max: at(panel.toH), step },
      text: value =>
        value === 0 ? `0 ${format.t(`fit.unit.${unit}`)}` : format.number(value, step < 1 ? 1 : 0),
    },
    y: { ...look.range, step: 2, text: value => format.number(value, 0) },
    annotations: look.limitLog10 === null ? {} : limitMarks(panel, look, frame, at),
  });
}

/** Limits as arrows: the count lies below, or above. */
function censoredMarks(
  kept: GrowthPanel['points'],
  xy: (point: GrowthPanel['points'][number]) => { x: number; y: number },
  own: ReturnType<typeof lookOf>,
  frame: LabFrame,
) {
  return (['below', 'above'] as const).map(kind => ({
    ...marks(kept.filter(point => point.kind === kind).map(xy), own, frame, 5),
    pointStyle: 'triangle' as const,
    pointRotation: kind === 'below' ? 180 : 0,
    pointBackgroundColor: faded(own.colour, 0.35),
  }));
}

function limitMarks(
  panel: GrowthPanel,
  { limitLog10, namesLimit }: GrowthLook,
  { format, colours, sizePx }: LabFrame,
  at: (timeH: number) => number,
): Record<string, AnnotationOptions> {
  const limit = limitLog10!;
  const named = format.t('fit.limit', { limit: format.number(limit) });
  const met = panel.limit;
  const isLate = met !== null && met.atH > 0.7 * panel.toH;
  return {
    limit: horizontalLine(limit, colours.limit, [5, 4], 1.2),
    ...(namesLimit
      ? {
          limitLabel: label(0, limit, named, colours.limit, sizePx, {
            ...{ alignY: 'end', dx: 2, dy: -2, background: faded(colours.surface, 0.7) },
          }),
        }
      : {}),
    ...(met === null
      ? {}
      : {
          met: {
            ...{ type: 'line', xMin: at(met.atH), xMax: at(met.atH), yMin: -20, yMax: limit },
            ...{ borderColor: colours.limit, borderWidth: 1.2, borderDash: [2, 3] },
          } as AnnotationOptions<'line'>,
          metLabel: label(at(met.atH), 3.1, hoursText(met.atH, format), colours.limit, sizePx, {
            ...{ alignX: isLate ? 'end' : 'start', dx: isLate ? -4 : 4 },
            background: faded(colours.surface, 0.75),
          }),
        }),
  };
}

/** "13,0 hari", "56 jam", "9,4 jam". */
export function hoursText(hours: number, format: Format): string {
  if (hours >= 96) return format.t('fit.days', { n: format.number(hours / 24) });
  return format.t('fit.hours', { n: format.number(hours, hours < 10 ? 1 : 0) });
}

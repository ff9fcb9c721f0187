import type { Residual, ResidualPattern } from '../../models/laboratory/residualPatterns.ts';
import type { Format } from '../format.ts';
import { box, faded, horizontalLine, label } from './chartParts.ts';
import type { LineChart } from './drawing.ts';
import { drawLab, labFrame, lookOf, marks, roundStep } from './labChart.ts';

export interface ResidualLook {
  /** Temperatures in order, for shapes and colours. */
  readonly temperatures: readonly number[];
  /** Standard deviation of one observation. */
  readonly sd: number;
  readonly pattern: ResidualPattern | null;
  /** Of the pattern, short. */
  readonly patternText: string;
}

/** Observed minus fitted against fitted; what chance leaves lies within the grey zone, 19 times of 20. */
export function residualChart(
  canvas: HTMLCanvasElement,
  residuals: readonly Residual[],
  look: ResidualLook,
  format: Format,
): LineChart {
  const frame = labFrame(canvas, format);
  const { colours, sizePx } = frame;
  const largest = Math.max(2.6 * look.sd, ...residuals.map(one => Math.abs(one.residual) * 1.08), 0.05);
  const step = roundStep(2 * largest, 6);
  const end = Math.ceil(largest / step) * step;
  const fitted = residuals.map(one => one.fitted);
  const from = Math.min(...fitted);
  const to = Math.max(...fitted);
  const xStep = roundStep(Math.max(to - from, 0.5), 7);
  const x = { min: Math.floor(from / xStep) * xStep, max: Math.ceil(to / xStep) * xStep };
  const digits = step < 0.1 ? 2 : 1;
  const indexOf = (temperatureC: number | null) =>
    temperatureC === null ? -1 : look.temperatures.indexOf(temperatureC);
  const own = look.pattern !== null && 'temperatureC' in look.pattern ? look.pattern.temperatureC : null;
  return drawLab(canvas, frame, {
    datasets: [...Map.groupBy(residuals, one => one.temperatureC)].map(([temperatureC, group]) =>
      marks(
        group.map(one => ({ x: one.fitted, y: one.residual })),
        lookOf(frame, indexOf(temperatureC)),
        frame,
        3.5,
      ),
    ),
    x: { ...x, step: xStep, text: value => format.number(value, xStep < 1 ? 1 : 0) },
    y: {
      ...{ min: -end, max: end, step, widthEm: digits === 2 ? 3.7 : 3 },
      text: value =>
        `${value > 1e-9 ? '+' : ''}${format.number(Math.abs(value) < 1e-9 ? 0 : value, Math.abs(value) < 1e-9 ? 0 : digits)}`,
    },
    annotations: {
      zone: box(x.min, x.max, faded(colours.noneFill, 0.14), { yMin: -2 * look.sd, yMax: 2 * look.sd }),
      zoneLabel: label(x.max, 2 * look.sd, '±2 SD', colours.axis, sizePx, { alignX: 'end', alignY: 'end' }),
      zero: horizontalLine(0, colours.ink, [], 1.2),
      ...(look.pattern === null
        ? {}
        : {
            pattern: label(
              x.max,
              -end,
              look.patternText,
              own === null ? colours.axis : lookOf(frame, indexOf(own)).colour,
              sizePx,
              { alignX: 'end', alignY: 'end', dy: -4, background: faded(colours.surface, 0.8) },
            ),
          }),
    },
  });
}

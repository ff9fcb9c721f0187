import { rootPx } from '../components/useWidth.ts';
import type { Format } from '../format.ts';
import type { ChartModel } from './chartModel.ts';
import { readColours } from './chartParts.ts';
import { countChart } from './countChart.ts';
import type { Drawing } from './drawing.ts';
import { lifeChart } from './lifeChart.ts';
import { temperatureChart } from './temperatureChart.ts';

export interface Canvases {
  readonly temperature: HTMLCanvasElement;
  readonly count: HTMLCanvasElement;
  readonly life: HTMLCanvasElement;
}

export interface DrawnCharts {
  /** Where an instant stands, in CSS px from the left of a canvas. */
  xOf(at: number): number;
  /** The instant below a point, in CSS px from the left of a canvas. */
  atOf(x: number): number;
  destroy(): void;
}

/** Draws temperature, predicted count and remaining life below each other on one time axis. */
export function drawCharts(
  canvases: Canvases,
  model: ChartModel,
  format: Format,
  span: { from: number; to: number },
  lifeNow: string | null,
): DrawnCharts {
  const widthPx = canvases.temperature.parentElement?.clientWidth ?? 320;
  const drawing: Drawing = {
    model,
    format,
    colours: readColours(document.documentElement),
    sizePx: 12 * (rootPx() / 16),
    widthPx,
    narrow: widthPx < 480,
    lifeNow,
    ...span,
  };
  const temperature = temperatureChart(canvases.temperature, drawing);
  const charts = [temperature, countChart(canvases.count, drawing), lifeChart(canvases.life, drawing)];
  const scale = (): {
    getPixelForValue(v: number): number;
    getValueForPixel(x: number): number | undefined;
  } => {
    const x = temperature.scales.x;
    if (x === undefined) throw new Error('the temperature chart has no scale named x');
    return x;
  };
  return {
    xOf: at => scale().getPixelForValue(at),
    atOf: x => scale().getValueForPixel(x) ?? model.asOf,
    destroy: () => {
      for (const chart of charts) chart.destroy();
    },
  };
}

import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useWidth } from '../components/useWidth.ts';
import { shownTheme } from '../preferences.ts';
import { format } from '../state.ts';
import { nearestRow } from './chartModel.ts';
import type { LineChart } from './drawing.ts';

interface LineChartOptions<Row extends { readonly at: number }> {
  readonly rows: readonly Row[];
  /** The row that is read, by pointer or keys. */
  readonly row: Row | undefined;
  /** What is drawn; the chart is made anew when it is another. */
  readonly drawing: unknown;
  draw(canvas: HTMLCanvasElement): LineChart;
  onCursor(cursor: number | null): void;
}

interface LineChartParts {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** Where the line of the row that is read stands. */
  readonly cursorPx: number | null;
  /** For the box around the canvas. */
  readonly pointer: {
    onPointerDown(event: PointerEvent): void;
    onPointerMove(event: PointerEvent): void;
    onPointerLeave(event: PointerEvent): void;
  };
}

/** A chart that is drawn anew when its data, width, language or colours change, and read where the pointer is. */
export function useLineChart<Row extends { readonly at: number }>(
  options: LineChartOptions<Row>,
): LineChartParts {
  const { rows, row, drawing, draw, onCursor } = options;
  const [frame, widthPx] = useWidth<HTMLDivElement>(0);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<LineChart | null>(null);
  const [cursorPx, setCursorPx] = useState<number | null>(null);
  useEffect(() => {
    if (!canvas.current || widthPx === 0) return;
    const chart = draw(canvas.current);
    drawn.current = chart;
    return () => {
      drawn.current = null;
      chart.destroy();
    };
  }, [drawing, format.value, shownTheme.value, Math.round(widthPx / 8)]);
  useEffect(() => {
    setCursorPx(row === undefined ? null : (drawn.current?.scales.x?.getPixelForValue(row.at) ?? null));
  }, [row, drawing, widthPx]);
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const at = drawn.current?.scales.x?.getValueForPixel(event.clientX - box.left);
    if (at !== undefined && rows.length > 0) onCursor(nearestRow(rows, at));
  };
  const leave = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') onCursor(null);
  };
  const pointer = { onPointerDown: point, onPointerMove: point, onPointerLeave: leave };
  return { frame, canvas, cursorPx, pointer };
}

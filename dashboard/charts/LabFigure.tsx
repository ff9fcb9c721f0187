import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useWidth } from '../components/useWidth.ts';
import type { Format } from '../format.ts';
import { shownTheme } from '../preferences.ts';
import { format } from '../state.ts';
import type { LineChart } from './drawing.ts';
import { nextCursor } from './nextCursor.ts';

/** A point that can be read, in the values of the axes. */
export interface ReadPoint {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

interface LabFigureProps {
  readonly title: ComponentChildren;
  readonly aside: ComponentChildren;
  /** One sentence that says what the drawing shows. */
  readonly summary: string;
  /** What the keys do, for a reader. */
  readonly keys: string;
  readonly size: 'panel' | 'half';
  readonly points: readonly ReadPoint[];
  /** The same function until something of the drawing changed. */
  readonly draw: (canvas: HTMLCanvasElement, format: Format) => LineChart;
  /** Chosen by a click or Enter; absent: points are only read. */
  onPick?(index: number): void;
}

/** A drawing whose points are read by pointer and keys, one line above them. */
export function LabFigure(props: LabFigureProps): JSX.Element {
  const { points, draw, onPick } = props;
  const [frame, widthPx] = useWidth<HTMLDivElement>(0);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<LineChart | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const shown = format.value;
  const theme = shownTheme.value;
  useEffect(() => {
    if (!canvas.current || widthPx === 0) return;
    const chart = draw(canvas.current, shown);
    drawn.current = chart;
    return () => {
      drawn.current = null;
      chart.destroy();
    };
  }, [draw, shown, theme, Math.round(widthPx / 8)]);

  const pixels = (index: number): { left: number; top: number } | null => {
    const { x, y } = drawn.current?.scales ?? {};
    const point = points[index];
    if (!x || !y || !point) return null;
    return { left: x.getPixelForValue(point.x), top: y.getPixelForValue(point.y) };
  };
  const nearest = (event: PointerEvent | MouseEvent): number | null => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    let found: number | null = null;
    let least = reachPx;
    for (const index of points.keys()) {
      const at = pixels(index);
      if (!at) continue;
      const away = Math.hypot(at.left - (event.clientX - box.left), at.top - (event.clientY - box.top));
      if (away < least) {
        least = away;
        found = index;
      }
    }
    return found;
  };
  const step = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && cursor !== null) onPick?.(cursor);
    const next = nextCursor(event.key, cursor ?? -1, points.length);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
  };
  const at = cursor === null ? null : pixels(cursor);
  return (
    <figure class={`figure-panel lab-figure ${props.size}`}>
      <div class="title">
        <h3>{props.title}</h3>
        <span class={cursor === null ? 'aside' : 'aside reading'} aria-live="polite">
          {cursor === null ? props.aside : points[cursor]?.text}
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing with points, no field of a form */}
      <div
        class={`canvas-box lab ${onPick ? 'pickable' : ''}`}
        ref={frame}
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the points from here
        tabIndex={0}
        aria-label={`${props.summary} ${props.keys}`}
        onKeyDown={step}
        onPointerMove={event => setCursor(nearest(event))}
        onPointerLeave={() => setCursor(null)}
        onClick={event => {
          const index = nearest(event);
          if (index !== null) onPick?.(index);
        }}
      >
        <canvas ref={canvas} />
        {at && <i class="ring" style={{ left: `${at.left}px`, top: `${at.top}px` }} />}
      </div>
      <figcaption class="for-reader">{props.summary}</figcaption>
    </figure>
  );
}

/** How near to a point the pointer means it. */
const reachPx = 22;

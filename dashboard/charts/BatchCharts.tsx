import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { BatchHistory } from '../../models/contracts/estimate.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { useWidth } from '../components/useWidth.ts';
import type { Format } from '../format.ts';
import { shownTheme } from '../preferences.ts';
import { format } from '../state.ts';
import { dayMs } from '../zone.ts';
import { type ChartModel, chartModel, nearestRow, type Row } from './chartModel.ts';
import { chartSummaries } from './chartSummary.ts';
import { type DrawnCharts, drawCharts } from './drawCharts.ts';
import { HistoryTable } from './HistoryTable.tsx';
import { historyCsv, rowWords } from './historyRows.ts';

export interface BatchChartsProps {
  readonly batch: BatchView;
  readonly history: BatchHistory;
}

type SpanChoice = 'all' | 'day';

/** Temperature, predicted count and remaining life on one time axis, read by pointer or keys, or as a table. */
export function BatchCharts({ batch, history }: BatchChartsProps): JSX.Element {
  const [asTable, setAsTable] = useState(false);
  const [choice, setChoice] = useState<SpanChoice>('all');
  const [cursor, setCursor] = useState<number | null>(null);
  // The estimate that came with this history: a newer one would move the ends before the curves follow.
  const model = useMemo(() => chartModel(history, batch.estimate), [history]);
  const rows = [...model.past, ...model.forecast];
  const row = cursor === null ? undefined : rows[cursor];
  const span = spanOf(model, choice);
  const { charts } = format.value.words;

  const step = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') setAsTable(true);
    const next = nextCursor(event.key, cursor ?? model.past.length - 1, rows.length);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
  };

  return (
    <>
      <PanelHead model={model} row={row} choice={choice} onChoice={setChoice} />
      {asTable ? (
        <HistoryTable rows={rows} format={format.value} />
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a group of drawings, no fields of a form
        <div
          class="charts"
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the charts from here
          tabIndex={0}
          aria-label={`${charts.title}. ${charts.keys}`}
          onKeyDown={step}
        >
          <Figures model={model} rows={rows} row={row} span={span} onCursor={setCursor} />
        </div>
      )}
      <div class="panel-foot">
        <span class="swatch">
          <i class="pale" />
          {charts.intervalKey}
        </span>
        <div class="row">
          <button type="button" class="button compact" onClick={() => saveCsv(model, batch.batchId)}>
            <Icon name="download" size={16} />
            {charts.download}
          </button>
          <button
            type="button"
            class="button compact"
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            <Icon name={asTable ? 'chart' : 'table'} size={16} />
            {asTable ? charts.showCharts : charts.showTable}
          </button>
        </div>
      </div>
    </>
  );
}

function spanOf(model: ChartModel, choice: SpanChoice): { from: number; to: number } {
  if (choice === 'all') return { from: model.from, to: model.to };
  return { from: Math.max(model.from, model.asOf - dayMs), to: Math.min(model.to, model.asOf + dayMs / 4) };
}

/** Which row a key moves the reading to; null for keys that are none of ours. */
function nextCursor(key: string, cursor: number, count: number): number | null {
  if (key === 'ArrowLeft') return Math.max(0, cursor - 1);
  if (key === 'ArrowRight') return Math.min(count - 1, cursor + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return null;
}

interface PanelHeadProps {
  readonly model: ChartModel;
  readonly row: Row | undefined;
  readonly choice: SpanChoice;
  onChoice(choice: SpanChoice): void;
}

function PanelHead({ model, row, choice, onChoice }: PanelHeadProps): JSX.Element {
  const { words, zone } = format.value;
  const { charts } = words;
  const longEnough = model.asOf - model.from > dayMs * 1.1;
  const reading = row === undefined ? null : rowWords(row, format.value);
  return (
    <div class="panel-head">
      {longEnough && (
        <Segmented<SpanChoice>
          label={charts.span}
          value={choice}
          onChange={onChoice}
          options={[
            { value: 'day', label: charts.lastDay },
            { value: 'all', label: charts.allTime },
          ]}
        />
      )}
      <p class={reading === null ? '' : 'reading'} aria-live="polite">
        {reading === null || row === undefined ? (
          <>
            <span class="wide-only">{charts.sameAxis(zone.name)}</span>
            <span class="narrow-only">{charts.touch}</span>
          </>
        ) : (
          <>
            {row.forecast ? `${reading.time} (${charts.forecast})` : reading.time}
            <span class="wide-only">
              {charts.readout(reading.temperature, reading.count, reading.remaining)}
            </span>
          </>
        )}
      </p>
    </div>
  );
}

interface FiguresProps {
  readonly model: ChartModel;
  readonly rows: readonly Row[];
  readonly row: Row | undefined;
  readonly span: { from: number; to: number };
  onCursor(cursor: number | null): void;
}

function Figures({ model, rows, row, span, onCursor }: FiguresProps): JSX.Element {
  const temperature = useRef<HTMLCanvasElement>(null);
  const count = useRef<HTMLCanvasElement>(null);
  const life = useRef<HTMLCanvasElement>(null);
  const [frame, widthPx] = useWidth<HTMLDivElement>(0);
  const drawn = useRef<DrawnCharts | null>(null);
  const [x, setX] = useState<number | null>(null);
  const shown = format.value;
  const theme = shownTheme.value;

  useEffect(() => {
    if (!temperature.current || !count.current || !life.current || widthPx === 0) return;
    const canvases = { temperature: temperature.current, count: count.current, life: life.current };
    const charts = drawCharts(canvases, model, shown, span);
    drawn.current = charts;
    return () => {
      drawn.current = null;
      charts.destroy();
    };
  }, [model, shown, theme, span.from, span.to, Math.round(widthPx / 8)]);
  useEffect(() => {
    const inside = row !== undefined && row.at >= span.from && row.at <= span.to;
    setX(inside ? (drawn.current?.xOf(row.at) ?? null) : null);
  }, [row, span.from, span.to, widthPx]);

  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const at = drawn.current?.atOf(event.clientX - box.left);
    if (at !== undefined) onCursor(nearestRow(rows, Math.max(span.from, Math.min(span.to, at))));
  };
  const leave = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') onCursor(null);
  };
  const values = headValues(model, row, shown);
  const summaries = chartSummaries(model, shown);
  const { charts, units } = shown.words;
  const figures = [
    {
      ref: temperature,
      kind: 'temperature',
      title: charts.temperature,
      colour: '--d-temp',
      value: values.temperature,
      summary: summaries.temperature,
    },
    {
      ref: count,
      kind: 'count',
      title: charts.count,
      colour: '--d-count',
      value: values.count,
      summary: summaries.count,
    },
    {
      ref: life,
      kind: 'life',
      title: charts.remaining(units[model.lifeUnit]),
      colour: '--d-life',
      value: values.remaining,
      summary: summaries.remaining,
    },
  ] as const;
  return (
    <div ref={frame}>
      {figures.map(figure => (
        <figure class="figure-panel" key={figure.kind}>
          <div class="title">
            <h3>{figure.title}</h3>
            <span class="value" style={{ color: `var(${figure.colour})` }}>
              {figure.value}
            </span>
          </div>
          <div
            class={`canvas-box ${figure.kind}`}
            onPointerDown={point}
            onPointerMove={point}
            onPointerLeave={leave}
          >
            <canvas ref={figure.ref} />
            {x !== null && <i class="cursor" style={{ left: `${x}px` }} />}
          </div>
          <figcaption class="for-reader">{figure.summary}</figcaption>
        </figure>
      ))}
    </div>
  );
}

/** The value beside each title: now, or where the pointer is. */
function headValues(
  model: ChartModel,
  row: Row | undefined,
  shown: Format,
): { temperature: string; count: string; remaining: string } {
  const { charts } = shown.words;
  if (row !== undefined) {
    const read = rowWords(row, shown);
    return { temperature: read.temperature, count: read.count, remaining: read.remaining };
  }
  const last = model.past.at(-1);
  const measured = model.past.findLast(r => r.temperatureC !== null);
  const current = measured !== undefined && model.asOf - measured.at <= dayMs / 48;
  return {
    temperature:
      measured === undefined || measured.temperatureC === null
        ? '–'
        : current
          ? charts.valueNow(shown.temperature(measured.temperatureC))
          : charts.valueAt(shown.temperature(measured.temperatureC), shown.moment(measured.at, now.value)),
    count: last === undefined ? '–' : charts.valueNow(shown.number(last.count.median)),
    remaining:
      last === undefined
        ? '–'
        : model.unsure
          ? shown.words.notSure
          : shown.range(last.remainingH.lo, last.remainingH.hi),
  };
}

function saveCsv(model: ChartModel, batchId: string): void {
  const url = URL.createObjectURL(new Blob([historyCsv(model)], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${batchId.replaceAll(':', '-')}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}

import type { JSX } from 'preact';
import { useCallback, useMemo, useState } from 'preact/hooks';
import type { ExperimentRow, ExperimentVersion } from '../../models/contracts/experiment.ts';
import type { GrowthPanel, PanelPoint } from '../../models/laboratory/growthPanels.ts';
import type { Residual } from '../../models/laboratory/residualPatterns.ts';
import { ChartFoot } from '../charts/ChartFoot.tsx';
import { growthChart, hoursText } from '../charts/growthChart.ts';
import { LabFigure } from '../charts/LabFigure.tsx';
import { saveCsv } from '../charts/saveCsv.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { modelName } from './fitWords.ts';
import { RowTable } from './RowTable.tsx';
import { shapeClass } from './shapes.ts';

interface GrowthCardProps {
  readonly version: ExperimentVersion;
  readonly panels: readonly GrowthPanel[];
  readonly residuals: readonly Residual[];
  /** Of the fit that is drawn; null: only points. */
  readonly model: string | null;
  readonly limitLog10: number | null;
  readonly fileName: string;
  onPick(row: ExperimentRow): void;
}

/** One panel for each temperature: counts, curve, band, and when the limit is met. */
export function GrowthCard(props: GrowthCardProps): JSX.Element {
  const { panels, model, version, residuals } = props;
  const [wantsTable, setWantsTable] = useState(false);
  const isLife = version.kind === 'shelf-life';
  const asTable = wantsTable || isLife;
  const range = useMemo(() => rangeOf(panels), [panels]);
  const constant = panels.filter(panel => panel.temperatureC !== null);
  return (
    <section class="card growth-card">
      <div class="card-head">
        <h2>{t(titles[version.kind])}</h2>
        {!isLife && <Keys model={model} />}
      </div>
      {asTable ? (
        <RowTable rows={version.rows} residuals={residuals} isLife={isLife} onPick={props.onPick} />
      ) : (
        <div class={`growth-panels ${panels.length === 1 ? 'alone' : ''}`}>
          {panels.map((panel, i) => (
            <Panel
              key={panel.key}
              panel={panel}
              index={constant.indexOf(panel)}
              namesLimit={i === 0}
              range={range}
              limitLog10={props.limitLog10}
              onPick={props.onPick}
            />
          ))}
        </div>
      )}
      <ChartFoot
        asTable={asTable}
        onSave={() => saveCsv(rowsCsv(version, residuals), props.fileName)}
        canSwitch={!isLife}
        onSwitch={() => setWantsTable(!asTable)}
      />
    </section>
  );
}

const titles = {
  growth: 'fit.growth',
  inactivation: 'fit.survival',
  'shelf-life': 'fit.table.lives',
} as const;

function Keys({ model }: { model: string | null }): JSX.Element {
  return (
    <div class="chart-keys">
      <span>
        <i class="shape circle" />
        {t('fit.key.count')}
      </span>
      <span>
        <i class="cross">×</i>
        {t('fit.key.excluded')}
      </span>
      {model !== null && (
        <>
          <span>
            <i class="stroke" />
            {t('fit.key.fit', { model: modelName(model, format.value) })}
          </span>
          <span>
            <i class="tint" />
            {t('fit.key.band')}
          </span>
        </>
      )}
    </div>
  );
}

interface PanelProps {
  readonly panel: GrowthPanel;
  readonly index: number;
  readonly namesLimit: boolean;
  readonly range: { readonly min: number; readonly max: number };
  readonly limitLog10: number | null;
  onPick(row: ExperimentRow): void;
}

function Panel({ panel, index, namesLimit, range, limitLog10, onPick }: PanelProps): JSX.Element {
  const shown = format.value;
  const draw = useCallback(
    (canvas: HTMLCanvasElement, now: Format) =>
      growthChart(canvas, panel, { index, limitLog10, namesLimit, range }, now),
    [panel, index, limitLog10, namesLimit, range],
  );
  const hours = panel.toH > 120 ? 24 : 1;
  const points = useMemo(
    () =>
      panel.points.map(point => ({ x: point.timeH / hours, y: point.value, text: pointText(point, shown) })),
    [panel, shown],
  );
  return (
    <LabFigure
      title={
        <span class={`lab-name ${shapeClass(index)}`}>
          {index >= 0 && <i class="mark" aria-hidden="true" />}
          {panelName(panel, shown)}
        </span>
      }
      aside={asideOf(panel, shown)}
      summary={summaryOf(panel, limitLog10, shown)}
      keys={t('fit.keys.pick')}
      size="panel"
      points={points}
      draw={draw}
      onPick={i => panel.points[i] && onPick(panel.points[i].row)}
    />
  );
}

/** Whole numbers around all counts, the same in every panel. */
function rangeOf(panels: readonly GrowthPanel[]): { min: number; max: number } {
  const values = panels.flatMap(panel => [
    ...panel.points.map(point => point.value),
    ...panel.curve.flatMap(({ value, prediction }) => [value, prediction?.hi ?? value]),
  ]);
  const min = Math.floor(Math.min(2, ...values));
  const max = Math.ceil(Math.max(min + 4, ...values));
  return { min: min - (min % 2 === 0 ? 0 : 1), max: max + (max % 2 === 0 ? 0 : 1) };
}

function panelName(panel: GrowthPanel, shown: Format): string {
  return panel.temperatureC === null ? panel.series.join(', ') : shown.plainTemperature(panel.temperatureC);
}

function asideOf(panel: GrowthPanel, shown: Format): JSX.Element | string {
  if (panel.temperatureC === null) {
    const all = panel.temperatures.map(point => point.temperatureC);
    return t('fit.panel.changing', {
      from: shown.plainTemperature(Math.min(...all)),
      to: shown.plainTemperature(Math.max(...all)),
    });
  }
  const mu = panel.muLnPerH;
  if (mu === null || !(mu > 0)) return t('fit.panel.points', { n: panel.points.length });
  return t('fit.panel.rate', {
    mu: shown.number(mu, mu < 0.01 ? 4 : 3),
    doubling: hoursText(Math.LN2 / mu, shown),
  });
}

function summaryOf(panel: GrowthPanel, limitLog10: number | null, shown: Format): string {
  const { limit } = panel;
  const facts = {
    name: panelName(panel, shown),
    n: panel.points.length,
    time: hoursText(panel.toH / 1.04, shown),
  };
  const said = [t('fit.panel.summary', facts)];
  if (limit !== null && limitLog10 !== null) {
    const values = { limit: shown.number(limitLog10), time: hoursText(limit.atH, shown) };
    said.push(
      limit.lo === null || limit.hi === null
        ? t('fit.panel.limitOnly', values)
        : t('fit.panel.limitAt', {
            ...values,
            lo: hoursText(limit.lo, shown),
            hi: hoursText(limit.hi, shown),
          }),
    );
  }
  return shown.sentences(said);
}

function pointText({ row, timeH, value, kind }: PanelPoint, shown: Format): string {
  const count = shown.number(value, 2);
  const written = kind === 'count' ? count : t(`fit.point.${kind}`, { value: count });
  const values = { row: row.row, time: hoursText(timeH, shown), value: written };
  return row.excluded === null
    ? t('fit.point', values)
    : t('fit.point.excluded', { ...values, reason: row.excluded });
}

/** Every row with what the model says of it, as it stands in the version. */
function rowsCsv({ rows, series }: ExperimentVersion, residuals: readonly Residual[]): string {
  const fitted = new Map(residuals.map(one => [one.row.row, one]));
  const temperature = new Map(
    series.map(one => [one.series, one.temperature.kind === 'constant' ? one.temperature.temperatureC : '']),
  );
  const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map(row =>
    [
      ...[row.row, quoted(row.series), quoted(row.replicate ?? ''), temperature.get(row.series) ?? ''],
      ...[row.timeH, row.log10CfuPerG ?? '', row.belowLog10 ?? '', row.aboveLog10 ?? ''],
      ...[row.shelfLifeH ?? '', row.shelfLifeAboveH ?? '', quoted(row.excluded ?? '')],
      ...[fitted.get(row.row)?.fitted ?? '', fitted.get(row.row)?.residual ?? ''],
    ].join(','),
  );
  const header =
    'row,series,replicate,temperature_c,time_h,log10_cfu_g,below_log10,above_log10,shelf_life_h,shelf_life_above_h,excluded,fitted,residual';
  return `${[header, ...lines].join('\n')}\n`;
}

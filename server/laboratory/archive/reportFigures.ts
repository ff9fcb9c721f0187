import type { NewFit } from '../../../models/contracts/fit.ts';
import { fittedModelOf } from '../../../models/laboratory/fittedModel.ts';
import { type GrowthPanel, growthPanels, type PanelPoint } from '../../../models/laboratory/growthPanels.ts';
import { rateAgainstTemperature } from '../../../models/laboratory/rateAgainstTemperature.ts';
import { type Residual, residualsOf } from '../../../models/laboratory/residualPatterns.ts';
import { type Marker, type Series, svgPlot } from '../../../models/laboratory/svgPlot.ts';
import type { ArchiveContent, ArchivedFit } from './archiveContent.ts';
import type { ReportWords } from './reportWords.ts';

export interface Figure {
  readonly svg: string;
  readonly caption: string;
}

/** One shape and colour for each temperature, as on the screen. */
const looks: readonly { readonly marker: Marker; readonly colour: string }[] = [
  { marker: 'disc', colour: '#1f66b0' },
  { marker: 'square', colour: '#17806e' },
  { marker: 'triangle', colour: '#b35c00' },
  { marker: 'diamond', colour: '#7b3f98' },
];
const lookOf = (i: number) => looks[i % looks.length]!;
const paleColour = '#8b98a1';
const leftOutColour = '#46545f';
/** Beyond this many in one plot the legend hides the points. */
const mostInLegend = 6;

/** Every figure of a report, from the same views as the page of the experiment. Without a fit only what was measured. */
export function reportFigures(content: ArchiveContent, words: ReportWords): Figure[] {
  const { fit, version } = content;
  if (fit === null || fit.report.status === 'not_identifiable') return panelFigures(content, null, words);
  const fitted = fittedModelOf(version, fit.request, fit.report);
  return [
    ...panelFigures(content, fit, words),
    ...(fitted === null ? [] : residualFigures(residualsOf(fitted), words)),
    ...rateFigures(fit, fitted, words),
  ];
}

/** Counts against time, one plot for each temperature, with curve, intervals and the limit. */
function panelFigures(content: ArchiveContent, fit: ArchivedFit | null, words: ReportWords): Figure[] {
  const { version } = content;
  if (version.kind === 'shelf-life') return [];
  const limitLog10 = version.kind === 'growth' ? limitOf(content) : null;
  const request: NewFit | null = fit?.request ?? null;
  const fitted = fit === null ? null : fittedModelOf(version, fit.request, fit.report);
  const panels = growthPanels(version, request, fit?.report ?? null, fitted, limitLog10);
  const [factor, xLabel] = version.kind === 'inactivation' ? [60, words.timeMin] : [1, words.timeH];
  return panels.map((panel, i) => {
    const name = panel.temperatureC === null ? panel.series.join(', ') : `${panel.temperatureC} °C`;
    const isReached = panel.limit !== null && limitLog10 !== null;
    const crossing = isReached ? words.limitAt(hours(panel.limit.atH)) : '';
    const caption = panel.curve.length > 0 ? words.figures.fitted(name) : words.figures.counts(name);
    return {
      caption: [caption, crossing].filter(Boolean).join('. '),
      svg: svgPlot({
        ...{ title: name, xLabel, yLabel: words.count },
        series: [...curveOf(panel, factor, i, words), ...pointsOf(panel, factor, i, words)],
        ...(limitLog10 === null ? {} : { limit: { at: limitLog10, label: words.limit(limitLog10) } }),
      }),
    };
  });
}

/** Of the parameter set, or the count at which tahu is usually spoiled. */
const limitOf = ({ set }: ArchiveContent): number =>
  set?.parameters.find(({ name }) => name === 'limitLog10Cfu')?.value ?? 7;

const hours = (value: number): string => `${Number(value.toPrecision(3))} h`;

function curveOf({ curve }: GrowthPanel, factor: number, look: number, words: ReportWords): Series[] {
  if (curve.length === 0) return [];
  const { colour } = lookOf(look);
  const x = curve.map(({ timeH }) => timeH * factor);
  const known = curve.every(({ prediction }) => prediction !== null);
  const band: Series = {
    ...{ label: words.prediction90, x, as: 'band', colour },
    y: curve.map(point => point.prediction?.lo ?? point.value),
    upper: curve.map(point => point.prediction?.hi ?? point.value),
  };
  const line: Series = { label: words.fitted, x, y: curve.map(({ value }) => value), as: 'line', colour };
  return known ? [band, line] : [line];
}

function pointsOf({ points }: GrowthPanel, factor: number, look: number, words: ReportWords): Series[] {
  const some = (label: string, own: readonly PanelPoint[], drawn: Pick<Series, 'marker' | 'colour'>) =>
    own.length === 0
      ? []
      : [
          {
            ...{ label, as: 'points' as const, ...drawn },
            x: own.map(point => point.timeH * factor),
            y: own.map(point => point.value),
          },
        ];
  const kept = points.filter(({ row }) => row.excluded === null);
  const { marker, colour } = lookOf(look);
  return [
    ...some(
      words.measured,
      kept.filter(({ kind }) => kind === 'count'),
      { marker, colour },
    ),
    ...some(
      words.onlyALimit,
      kept.filter(({ kind }) => kind !== 'count'),
      { marker, colour: paleColour },
    ),
    ...some(
      words.leftOut,
      points.filter(({ row }) => row.excluded !== null),
      { marker: 'cross', colour: leftOutColour },
    ),
  ];
}

/** Residuals against what was fitted: a pattern says that the model misses something. */
function residualFigures(residuals: readonly Residual[], words: ReportWords): Figure[] {
  if (residuals.length === 0) return [];
  const groups = [
    ...Map.groupBy(residuals, one => (one.temperatureC === null ? one.series : `${one.temperatureC} °C`)),
  ];
  const series = groups.map(([label, own], i): Series => {
    return {
      ...{ label, as: 'points', ...lookOf(i), unnamed: groups.length > mostInLegend },
      x: own.map(one => one.fitted),
      y: own.map(one => one.residual),
    };
  });
  const axes = { title: words.figures.residuals, xLabel: words.fitted, yLabel: words.residual };
  return [
    { caption: words.figures.residuals, svg: svgPlot({ ...axes, series, limit: { at: 0, label: '' } }) },
  ];
}

/** The secondary model with its 90 % interval, and what each temperature says by itself. */
function rateFigures(
  { input, request, report }: ArchivedFit,
  fitted: ReturnType<typeof fittedModelOf>,
  words: ReportWords,
): Figure[] {
  const chart = rateAgainstTemperature(input, request, fitted, report);
  if (chart === null) return [];
  const { line, points, scale, tested } = chart;
  const x = line.map(({ temperatureC }) => temperatureC);
  const { colour } = lookOf(0);
  const series: Series[] = [
    ...(line.every(({ ends }) => ends !== null)
      ? [
          {
            ...{ label: words.interval90, x, as: 'band' as const, colour },
            y: line.map(({ ends }) => ends!.lo),
            upper: line.map(({ ends }) => ends!.hi),
          },
        ]
      : []),
    { label: words.fitted, x, y: line.map(({ value }) => value), as: 'line', colour },
    {
      ...{ label: words.ownCurve, as: 'points', ...lookOf(0) },
      x: points.map(({ temperatureC }) => temperatureC),
      y: points.map(({ value }) => value),
    },
  ];
  const title = words.rates[scale];
  return [
    {
      caption: `${title}. ${words.testedRange(tested.from, tested.to)}`,
      svg: svgPlot({ title, xLabel: words.temperature, yLabel: words.rateAxes[scale], series }),
    },
  ];
}

import type { FittedRow } from '../../../models/laboratory/fitInput.ts';
import { type CurveReport, fittedCurves, rateCurve } from '../../../models/laboratory/fittedCurves.ts';
import { type Marker, type Plot, type Series, svgPlot } from '../../../models/laboratory/svgPlot.ts';
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
const leftOutColour = '#46545f';
/** Beyond this many series in one plot its legend hides the points. */
const mostInPlot = 6;

/** Every figure of a report. Without a fit only what was measured. */
export function reportFigures(content: ArchiveContent, words: ReportWords): Figure[] {
  const { fit } = content;
  if (fit === null || fit.report.status === 'not_identifiable') return measuredFigures(content, words);
  const report = fit.report as unknown as CurveReport & Residuals;
  return [
    ...curveFigures(content, fit, report, words),
    ...residualFigures(fit, report, words),
    ...rateFigures(fit, report, words),
  ];
}

interface Residuals {
  readonly predicted?: readonly number[];
  readonly residuals?: readonly number[];
  readonly T_c?: readonly number[];
  readonly sqrt_mu?: readonly number[];
}

const timeOf = (content: ArchiveContent, hours: number) =>
  content.version.kind === 'inactivation' ? hours * 60 : hours;

/** Counts against time, one plot for each temperature. */
function measuredFigures(content: ArchiveContent, words: ReportWords): Figure[] {
  const { version } = content;
  if (version.kind === 'shelf-life') return [];
  return temperaturesOf(content).map(({ name, series }, i) =>
    figure(words.figures.counts(name), {
      title: name,
      ...axes(content, words),
      series: [...pointsOf(content, series, words, i)],
    }),
  );
}

function curveFigures(
  content: ArchiveContent,
  fit: ArchivedFit,
  report: CurveReport,
  words: ReportWords,
): Figure[] {
  if (fit.input.use.form === 'rate') return [];
  const curves = fit.input.use.form === 'two-step' ? [] : fittedCurves(fit.order, report);
  return temperaturesOf(content).map(({ name, series }, i) => {
    const own = curves.filter(({ first }) => series.includes(fit.input.rows[first]!.series.series));
    const { colour } = lookOf(i);
    return figure(words.figures.fitted(name), {
      title: name,
      ...axes(content, words),
      series: [
        ...own.map(
          ({ time, value }, n): Series => ({
            ...{ label: words.fitted, x: time, y: value, as: 'line', colour, unnamed: n > 0 },
          }),
        ),
        ...pointsOf(content, series, words, i),
      ],
    });
  });
}

function pointsOf(
  content: ArchiveContent,
  series: readonly string[],
  words: ReportWords,
  look: number,
): Series[] {
  const rows = content.version.rows.filter(row => series.includes(row.series));
  const countOf = (row: (typeof rows)[number]) =>
    row.log10CfuPerG ?? row.belowLog10 ?? row.aboveLog10 ?? Number.NaN;
  const some = (label: string, own: typeof rows, drawn: Partial<Series>): Series[] =>
    own.length === 0
      ? []
      : [
          {
            ...{ label, as: 'points', ...drawn },
            x: own.map(row => timeOf(content, row.timeH)),
            y: own.map(countOf),
          },
        ];
  const kept = rows.filter(row => row.excluded === null);
  return [
    ...some(
      words.measured,
      kept.filter(row => row.log10CfuPerG !== null),
      lookOf(look),
    ),
    ...some(
      words.onlyALimit,
      kept.filter(row => row.log10CfuPerG === null),
      { marker: lookOf(look).marker, colour: '#9aa5ad' },
    ),
    ...some(
      words.leftOut,
      rows.filter(row => row.excluded !== null),
      { marker: 'cross', colour: leftOutColour },
    ),
  ];
}

/** Residuals against what was fitted: a pattern says that the model misses something. */
function residualFigures(fit: ArchivedFit, report: Residuals, words: ReportWords): Figure[] {
  const { predicted, residuals } = report;
  if (predicted === undefined || residuals === undefined) return [];
  if (predicted.length !== fit.input.rows.length) return [];
  const groups = [
    ...Map.groupBy(
      fit.input.rows.map((row, i) => ({ row, i })),
      ({ row }) => nameOf(row),
    ),
  ];
  const series: Series[] =
    groups.length > mostInPlot
      ? [{ label: words.residual, x: predicted, y: residuals, as: 'points', ...lookOf(0) }]
      : groups.map(([name, own], n) => ({
          ...{ label: name, as: 'points', ...lookOf(n) },
          x: own.map(({ i }) => predicted[i]!),
          y: own.map(({ i }) => residuals[i]!),
        }));
  const plot: Plot = {
    title: words.figures.residuals,
    xLabel: words.fitted,
    yLabel: words.residual,
    series,
    limit: { at: 0, label: '' },
  };
  return [figure(words.figures.residuals, plot)];
}

/** Square root of the rate against temperature, with its 90 % interval. */
function rateFigures(fit: ArchivedFit, report: CurveReport & Residuals, words: ReportWords): Figure[] {
  const { use } = fit.input;
  const temperatures = [...new Set(fit.input.rows.flatMap(row => row.temperatureC ?? []))];
  const points: Series[] = [];
  if (report.T_c && report.sqrt_mu)
    points.push({ label: words.measured, x: report.T_c, y: report.sqrt_mu, as: 'points', ...lookOf(0) });
  if (use.form === 'rate')
    points.push({
      ...{ label: words.measured, as: 'points', ...lookOf(0) },
      x: fit.input.rows.map(row => row.temperatureC ?? Number.NaN),
      y: fit.input.rows.map(row => Math.sqrt(row.value)),
    });
  const low = temperatures.reduce((a, b) => Math.min(a, b), 0);
  const high = temperatures.reduce((a, b) => Math.max(a, b), 10);
  const curve = use.form === 'two-step' ? null : rateCurve(fit.order, report, [Math.min(0, low), high]);
  if (curve === null && points.length === 0) return [];
  const line: Series[] =
    curve === null
      ? []
      : [
          {
            ...{ label: words.interval90, x: curve.temperatureC, y: curve.low, upper: curve.high },
            ...{ as: 'band', colour: lookOf(0).colour },
          },
          {
            ...{ label: words.fitted, x: curve.temperatureC, y: curve.root },
            ...{ as: 'line', colour: lookOf(0).colour },
          },
        ];
  const yLabel = use.form === 'rate' ? words.rootOfLife : words.rootOfRate;
  return [
    figure(words.figures.rates, {
      title: words.figures.rates,
      xLabel: words.temperature,
      yLabel,
      series: [...line, ...points],
    }),
  ];
}

const axes = ({ version }: ArchiveContent, words: ReportWords) => ({
  xLabel: version.kind === 'inactivation' ? words.timeMin : words.timeH,
  yLabel: words.count,
});

const figure = (caption: string, plot: Plot): Figure => ({ caption, svg: svgPlot(plot) });

const nameOf = ({ temperatureC, series }: FittedRow) =>
  temperatureC === null ? series.series : `${temperatureC} °C`;

/** Series by their temperature, the coldest first; one that changes stands for itself. */
function temperaturesOf({ version }: ArchiveContent): { name: string; series: string[] }[] {
  const named = version.series.map(({ series, temperature }) => ({
    series,
    name: temperature.kind === 'constant' ? `${temperature.temperatureC} °C` : series,
    at: temperature.kind === 'constant' ? temperature.temperatureC : Number.POSITIVE_INFINITY,
  }));
  return [
    ...Map.groupBy(
      named.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
      ({ name }) => name,
    ),
  ].map(([name, own]) => ({ name, series: own.map(one => one.series) }));
}

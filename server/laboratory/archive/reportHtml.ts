import type { ExperimentSeries } from '../../../models/contracts/experiment.ts';
import type { ArchiveContent } from './archiveContent.ts';
import { citationText } from './citation.ts';
import { reportFigures } from './reportFigures.ts';
import { type ReportWords, reportWords } from './reportWords.ts';

/** Paper and screen alike; no script, nothing from elsewhere. */
const style = `
@page { size: A4; margin: 18mm 16mm; }
body { font: 11pt/1.45 "Noto Sans", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", system-ui, sans-serif; color: #16202a; max-width: 180mm; margin: 0 auto; padding: 6mm; }
h1 { font-size: 18pt; margin: 0 0 2mm; }
h2 { font-size: 13pt; margin: 8mm 0 2mm; border-bottom: 1px solid #c8d0d6; break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 9.5pt; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 1mm 2mm; border-bottom: 1px solid #e2e7ea; overflow-wrap: anywhere; }
tr { break-inside: avoid; }
td.n, th.n { text-align: right; white-space: nowrap; }
figure { margin: 4mm 0; break-inside: avoid; }
figure svg { width: 100%; height: auto; border: 1px solid #e2e7ea; }
figcaption { font-size: 9.5pt; color: #46545f; }
code { font-size: 9pt; overflow-wrap: anywhere; }
.caution { border-left: 3px solid #a86400; padding-left: 3mm; }
@media print { body { padding: 0; max-width: none; } }
`;

/** The report of an experiment, its fit and its parameter set as one page that needs nothing else. */
export function reportHtml(content: ArchiveContent): string {
  const { experiment, language } = content;
  const words = reportWords[language];
  const figures = reportFigures(content, words);
  const parts = [
    `<h1>${escaped(experiment.title)}</h1>`,
    `<p>${escaped(words.title)}</p>`,
    factsOf(content, words),
    fitPart(content, words),
    section(
      words.sections.figures,
      figures.map(
        ({ svg, caption }) => `<figure>${svg}<figcaption>${escaped(caption)}</figcaption></figure>`,
      ),
    ),
    seriesPart(content, words),
    rowsPart(content, words),
    setPart(content, words),
    section(words.sections.citation, [`<p>${escaped(citationText(content))}</p>`]),
    `<p class="caution">${escaped(words.caution)}</p>`,
  ];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(experiment.title)}</title>
<style>${style}</style>
</head>
<body>
${parts.filter(part => part !== '').join('\n')}
</body>
</html>
`;
}

function factsOf(
  { organisation, experiment, version, fit, programVersion }: ArchiveContent,
  words: ReportWords,
) {
  const excluded = version.rows.filter(row => row.excluded !== null).length;
  const facts: [string, string][] = [
    [words.facts.organisation, escaped(organisation)],
    [words.facts.version, `${version.version} (${escaped(words.kinds[version.kind])})`],
    [words.facts.made, `${day(version.madeAt)}, ${escaped(version.madeBy)}`],
    [words.facts.rows, escaped(words.rowsOf(version.rows.length, excluded, version.series.length))],
    ...(fit === null
      ? []
      : ([
          [words.facts.model, `<code>${escaped(fit.request.model)}</code>`],
          [words.facts.command, `<code>${escaped(fit.command)}</code>`],
        ] as [string, string][])),
    ...(`${experiment.note}${version.note}` === ''
      ? []
      : ([[words.facts.notes, escaped([experiment.note, version.note].filter(Boolean).join(' · '))]] as [
          string,
          string,
        ][])),
    [words.facts.program, `Tahan ${escaped(programVersion)}`],
  ];
  return `<table>${facts.map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${value}</td></tr>`).join('')}</table>`;
}

interface Report {
  readonly status?: string;
  readonly reasons?: readonly string[];
  readonly estimates?: Readonly<Record<string, number>>;
  readonly standard_errors?: Readonly<Record<string, number>> | null;
  readonly wald95?: Intervals | null;
  readonly profile95?: Intervals;
  readonly bootstrap95?: { readonly intervals: Intervals; readonly resamples: number };
  readonly correlation?: readonly (readonly number[])[] | null;
  readonly parameter_order?: readonly string[];
  readonly criteria?: Readonly<Record<string, number | null>>;
  readonly residual_diagnostics?: { readonly remarks: readonly string[] } | null;
  readonly n?: number;
  readonly df?: number;
  readonly rss?: number;
  readonly sigma?: number;
  readonly acceptable_zone_share?: number;
  readonly Bf?: number;
  readonly Af?: number;
}
type Intervals = Readonly<Record<string, readonly [number | null, number | null]>>;

function fitPart({ fit }: ArchiveContent, words: ReportWords): string {
  if (fit === null) return `<p>${escaped(words.noFit)}</p>`;
  const report = fit.report as Report;
  if (report.status === 'not_identifiable')
    return `<p>${escaped(words.notIdentifiable)}</p><ul>${(report.reasons ?? []).map(reason => `<li>${escaped(reason)}</li>`).join('')}</ul>`;
  const names = Object.keys(report.estimates ?? {});
  const { columns } = words;
  const kinds: [string, Intervals | null | undefined][] = [
    [columns.interval95, report.wald95],
    [columns.profile95, report.profile95],
    [columns.bootstrap95, report.bootstrap95?.intervals],
  ];
  const given = kinds.filter((kind): kind is [string, Intervals] => Boolean(kind[1]));
  const estimates = table(
    [columns.parameter, columns.estimate, columns.error, ...given.map(([name]) => name)],
    names.map(name => [
      name,
      number(report.estimates?.[name]),
      number(report.standard_errors?.[name]),
      ...given.map(([, intervals]) => `${number(intervals[name]?.[0])} … ${number(intervals[name]?.[1])}`),
    ]),
  );
  const order = report.parameter_order ?? [];
  const correlation = report.correlation
    ? section(words.sections.correlation, [
        table(
          ['', ...order],
          report.correlation.map((row, i) => [order[i] ?? '', ...row.map(value => value.toFixed(3))]),
        ),
      ])
    : '';
  const measures: [string, number | null | undefined][] = [
    ['n', report.n],
    ['df', report.df],
    ['RSS', report.rss],
    ['σ', report.sigma],
    ...Object.entries(report.criteria ?? {}),
    ['±0.5 log10', report.acceptable_zone_share],
    ['Bf', report.Bf],
    ['Af', report.Af],
  ];
  const agreement = section(words.sections.agreement, [
    table(
      [columns.measure, columns.value],
      measures.filter(([, value]) => typeof value === 'number').map(([name, value]) => [name, number(value)]),
    ),
    ...(report.residual_diagnostics?.remarks ?? []).map(remark => `<p>${escaped(remark)}</p>`),
    ...(report.reasons ?? []).map(reason => `<p>${escaped(reason)}</p>`),
  ]);
  return [section(words.sections.estimates, [estimates]), correlation, agreement].join('\n');
}

function seriesPart({ version }: ArchiveContent, words: ReportWords): string {
  const { columns } = words;
  return section(words.sections.series, [
    table(
      [columns.series, columns.temperature, 'pH', 'aw', columns.levers, columns.medium],
      version.series.map(series => [
        series.series,
        temperatureOf(series, words),
        number(series.pH),
        number(series.aw),
        Object.entries(series.levers)
          .map(([lever, dose]) => `${lever} ${dose}`)
          .join(', '),
        [series.medium, series.method].filter(Boolean).join(', '),
      ]),
    ),
  ]);
}

function temperatureOf({ temperature }: ExperimentSeries, words: ReportWords): string {
  if (temperature.kind === 'constant') return `${temperature.temperatureC} °C`;
  const all = temperature.points.map(point => point.temperatureC);
  const low = all.reduce((a, b) => Math.min(a, b));
  const high = all.reduce((a, b) => Math.max(a, b));
  const node = temperature.kind === 'node' ? `, ${temperature.nodeId}` : '';
  return `${words.changing}: ${number(low)} – ${number(high)} °C${node}`;
}

function rowsPart({ version }: ArchiveContent, words: ReportWords): string {
  const { columns } = words;
  const excluded = [
    ...version.rows.filter(row => row.excluded !== null).map(row => [`${row.row}`, row.excluded ?? '']),
    ...version.source.leftOut.map(row => [`${row.row}`, row.reason]),
  ];
  const { decisions } = version.source;
  return [
    excluded.length === 0
      ? ''
      : section(words.sections.leftOut, [table([columns.row, columns.reason], excluded)]),
    decisions.length === 0
      ? ''
      : section(words.sections.decisions, [
          table(
            [columns.row, columns.series, columns.found, columns.became],
            decisions.map(({ row, column, found, became }) => [`${row}`, column, found, became]),
          ),
        ]),
  ].join('\n');
}

function setPart({ set }: ArchiveContent, words: ReportWords): string {
  if (set === null) return '';
  const { columns } = words;
  return section(`${words.sections.set}: ${set.title} v${set.version}`, [
    `<p>${escaped([set.author, set.note, words.testedRange(set.testedRangeC.min, set.testedRangeC.max)].filter(Boolean).join(' · '))}</p>`,
    table(
      [columns.parameter, columns.value, columns.sd, columns.unit, columns.mark, columns.source],
      set.parameters.map(({ name, value, sd, unit, mark, source }) => [
        ...[name, number(value), number(sd), unit, words.marks[mark], source],
      ]),
    ),
  ]);
}

const section = (title: string, parts: readonly string[]): string =>
  parts.length === 0 ? '' : `<section><h2>${escaped(title)}</h2>\n${parts.join('\n')}\n</section>`;

/** Six digits: what is exact to the last one stands in the JSON files. */
const number = (value: number | null | undefined): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(6))) : '–';

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = header.map(
    (_, i) => rows.length > 0 && rows.every(row => /^(–|-?\d[\d.e+-]*)( … .*)?$/.test(row[i] ?? '')),
  );
  const cell = (tag: 'td' | 'th', text: string, i: number) =>
    `<${tag}${isNumber[i] ? ' class="n"' : ''}>${escaped(text)}</${tag}>`;
  return `<table><thead><tr>${header.map((text, i) => cell('th', text, i)).join('')}</tr></thead><tbody>${rows
    .map(row => `<tr>${row.map((text, i) => cell('td', text, i)).join('')}</tr>`)
    .join('\n')}</tbody></table>`;
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

import type { ArchiveContent } from './archiveContent.ts';

/** What lies in the archive, and the one line that gets the same numbers again. */
export function readmeText(content: ArchiveContent, dataFile: string): string {
  const { experiment, version, fit, set, programVersion } = content;
  const files: [string, string][] = [
    [dataFile, fit === null ? 'the data as `tahan fit` takes them' : 'the data as they were fitted'],
    ['rows.csv', 'every row, also those left out, with why'],
    ['data.parquet', 'the same rows for R, Python, DuckDB'],
    ['experiment.json', 'the experiment; Tahan imports the archive by it'],
    ['origin.json', 'where and when it was made'],
    ...(fit === null ? [] : ([['fit.json', 'the result, as `tahan fit` prints it']] as [string, string][])),
    ...(set === null
      ? []
      : ([['parameters.json', `parameter set ${set.title} v${set.version}`]] as [string, string][])),
    ['report.html', 'figures and tables, for reading and printing (A4)'],
    ['CITATION.cff', 'how to cite it, for machines'],
    ['CITATION.txt', 'the same, for people'],
    ['checksums.txt', 'SHA-256 of each file: sha256sum -c checksums.txt'],
  ];
  return [
    `${experiment.title}, version ${version.version}`,
    '',
    ...files.map(([name, what]) => `${name.padEnd(16)} ${what}`),
    '',
    ...(fit === null
      ? [`To fit it, with Tahan ${programVersion} installed:`, '', `  npx tahan fit models`]
      : [
          `To repeat the fit, in this folder, with Tahan ${programVersion} installed:`,
          '',
          `  ${fit.command.replace(/^tahan/, 'npx tahan')} --out again.json`,
          '',
          'again.json and fit.json are the same to the last digit:',
          '',
          '  diff again.json fit.json',
        ]),
    '',
    'Times are hours (minutes for inactivation), temperatures degrees Celsius, counts log10 CFU/g, growth rates natural-log units per hour.',
    'To take it into another Tahan: Experiments, Import an archive.',
    '',
  ].join('\n');
}

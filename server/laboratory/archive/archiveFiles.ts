import { ModelDomainError } from '../../../models/errors.ts';
import { fitInputOf } from '../../../models/laboratory/fitInput.ts';
import { usualModels } from '../../../models/laboratory/fitModelsOf.ts';
import type { ArchiveContent } from './archiveContent.ts';
import { citationFile, citationText } from './citation.ts';
import { experimentFileText, formatName, formatVersion } from './experimentFile.ts';
import { readmeText } from './readmeText.ts';
import { reportHtml } from './reportHtml.ts';
import { rowsCsv, rowsParquet } from './rowsTable.ts';
import type { ArchiveFiles } from './writeZip.ts';

/** The name of the data in an archive: a table, or JSON where temperatures changed. */
export const dataFileName = (type: 'text/csv' | 'application/json'): string =>
  type === 'text/csv' ? 'data.csv' : 'data.json';

/** The files of an archive: the same content gives the same bytes. */
export function archiveFiles(content: ArchiveContent): ArchiveFiles {
  const { experiment, version, fit, set, organisation, programVersion } = content;
  const { file } = fit?.input ?? unfittedInput(content);
  const dataFile = dataFileName(file.type);
  const { note, kind, rows, series, source } = version;
  const experimentFile = {
    ...{ format: formatName, formatVersion: formatVersion, title: experiment.title, note: experiment.note },
    version: { note, kind, rows, series, source },
  } as const;
  const origin = {
    organisation,
    experimentId: experiment.experimentId,
    productId: experiment.productId,
    version: version.version,
    madeAt: new Date(version.madeAt).toISOString(),
    madeBy: version.madeBy,
    fit: fit && {
      fitId: fit.fitId,
      model: fit.request.model,
      command: fit.command,
      createdBy: fit.createdBy,
      endedAt: new Date(fit.endedAt).toISOString(),
    },
    program: `Tahan ${programVersion}`,
  };
  return {
    'README.txt': readmeText(content, dataFile),
    [dataFile]: file.text,
    'rows.csv': rowsCsv(version),
    'data.parquet': rowsParquet(version),
    'experiment.json': experimentFileText(experimentFile),
    'origin.json': json(origin),
    ...(fit === null ? {} : { 'fit.json': json(fit.report) }),
    ...(set === null ? {} : { 'parameters.json': json(parametersOf(set)) }),
    'report.html': reportHtml(content),
    'CITATION.cff': citationFile(content),
    'CITATION.txt': `${(['en', 'ja', 'id'] as const).map(language => citationText(content, language)).join('\n')}\n`,
  };
}

/** As `tahan fit` writes it. */
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const parametersOf = ({ madeAt, ...set }: NonNullable<ArchiveContent['set']>) => ({
  ...set,
  madeAt: madeAt === null ? null : new Date(madeAt).toISOString(),
});

/** The data for whoever fits them elsewhere: for the first of the usual models. */
function unfittedInput({ version }: ArchiveContent) {
  const temperatures = version.series.flatMap(({ temperature }) =>
    temperature.kind === 'constant' ? [temperature.temperatureC] : [],
  );
  const isChanging = temperatures.length < version.series.length;
  const [model] = usualModels(version.kind, { temperatures: new Set(temperatures).size, isChanging });
  try {
    return fitInputOf(version, { model: model!, censored: !isChanging });
  } catch (error) {
    if (!(error instanceof ModelDomainError)) throw error;
    // No model takes them together: what was measured is there all the same.
    return { file: { type: 'text/csv' as const, text: rowsCsv(version) } };
  }
}

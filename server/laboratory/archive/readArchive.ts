import { checkExperiment } from '../../../models/laboratory/checkExperiment.ts';
import { validate } from '../../api/validate.ts';
import { ApiError } from '../../errors.ts';
import { type ExperimentFile, experimentFileSchema, seriesToCheck } from './experimentFile.ts';
import { openZip } from './readZip.ts';
import { sha256 } from './writeZip.ts';

/** 20,000 rows with every field written out, and three times as much as that. */
const largestExperiment = 24 * 1024 * 1024;
const largestList = 64 * 1024;

/**
 * The experiment in an archive, by the rules that every upload keeps.
 *
 * @throws {ApiError} archive.damaged for a file that is no such archive or not whole; request.invalid naming each field
 *   that cannot be kept
 */
export async function readArchive(zip: Buffer): Promise<ExperimentFile> {
  const files = openZip(zip);
  const bytes = await files.read('experiment.json', largestExperiment);
  const sums = (await files.read('checksums.txt', largestList)).toString('utf8');
  if (!sums.split('\n').includes(`${sha256(bytes)}  experiment.json`))
    throw new ApiError(
      'archive.damaged',
      'experiment.json was changed after the archive was made; upload changed data as a table',
    );
  const file = validate(experimentFileSchema, parsed(bytes)) as ExperimentFile;
  const { kind, rows, series, source } = file.version;
  const faults = checkExperiment({ kind, rows, series: seriesToCheck(series), source });
  if (faults.length > 0)
    throw new ApiError(
      'request.invalid',
      faults
        .map(({ field, allowed }) => `version.${field} ${allowed}`)
        .join('; ')
        .slice(0, 4_000),
      faults.map(({ field, value, allowed }) => ({ field: `version.${field}`, value, allowed })),
    );
  return file;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw Object.assign(new ApiError('archive.damaged', 'experiment.json is not JSON'), { cause });
  }
}

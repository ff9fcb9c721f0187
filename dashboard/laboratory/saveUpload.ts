import type { ExperimentVersion } from '../../models/contracts/experiment.ts';
import { joinData } from '../../models/laboratory/joinData.ts';
import { t } from '../i18n/messages.ts';
import { type ExperimentToSave, experimentsApi, type VersionToSave } from './experimentsApi.ts';

/** An experiment that more data are added to, in its latest version. */
export interface AddedTo {
  readonly title: string;
  readonly version: ExperimentVersion;
}

type UploadedData = Required<Pick<ExperimentToSave, 'kind' | 'rows' | 'series' | 'source'>>;

/** Keeps an upload as a new experiment, or as the next version of one. @returns its id */
export async function saveUpload(
  data: UploadedData,
  about: { readonly title: string; readonly productId: string | null; readonly note: string },
  addedTo: AddedTo | null,
): Promise<string> {
  if (addedTo === null) return (await experimentsApi.add({ ...about, ...data })).experimentId;
  const { experimentId, version, kind } = addedTo.version;
  type Data = Parameters<typeof joinData<VersionToSave['series'][number]>>[1];
  const joined = joinData(versionToSave(addedTo.version) as Data, data as unknown as Data, row =>
    t('experiments.issue.duplicate', { value: '', other: String(row) }),
  );
  await experimentsApi.addVersion(experimentId, {
    ...{ kind, basedOn: version, note: about.note },
    ...{ rows: [...joined.rows], series: [...joined.series], source: joined.source },
  });
  return experimentId;
}

/** Temperatures of a sensor were copied: they are asked for again by the same span. */
function versionToSave({ rows, series, source }: ExperimentVersion) {
  return {
    ...{ rows, source },
    series: series.map(run => {
      if (run.temperature.kind !== 'node') return run;
      const { points: _, ...temperature } = run.temperature;
      return { ...run, temperature };
    }),
  };
}

import type {
  ExperimentVersion,
  ExperimentView,
  newExperimentSchema,
  newExperimentVersionSchema,
} from '../../models/contracts/experiment.ts';
import { list, request } from '../api.ts';

/** As `POST /experiments` takes it. */
export type ExperimentToSave = (typeof newExperimentSchema)['_zod']['input'];
export type VersionToSave = (typeof newExperimentVersionSchema)['_zod']['input'];

const pathOf = (experimentId: string): string => `/experiments/${encodeURIComponent(experimentId)}`;

/** Experiments of this firm. Every call throws an `ApiError`. */
export const experimentsApi = {
  all: () => list<'experiments', ExperimentView>('/experiments', 'experiments'),
  one: (experimentId: string) => request<ExperimentView>('GET', pathOf(experimentId)),
  version: (experimentId: string, version: number) =>
    request<ExperimentVersion>('GET', `${pathOf(experimentId)}/versions/${version}`),
  /** An archive, whatever its type is called on this device. */
  importArchive: (file: File) =>
    request<ExperimentView>('POST', '/experiments/import', new Blob([file], { type: 'application/zip' })),
  add: (experiment: ExperimentToSave) => request<ExperimentView>('POST', '/experiments', experiment),
  addVersion: (experimentId: string, version: VersionToSave) =>
    request<ExperimentVersion>('POST', `${pathOf(experimentId)}/versions`, version),
  change: (experimentId: string, change: { title?: string; note?: string; archived?: boolean }) =>
    request<ExperimentView>('PATCH', pathOf(experimentId), change),
};

import type { FitView, newFitSchema, newRankingSchema } from '../../models/contracts/fit.ts';
import { list, request } from '../api.ts';

export type FitToOrder = (typeof newFitSchema)['_zod']['input'];
export type RankingToOrder = (typeof newRankingSchema)['_zod']['input'];

const pathOf = (experimentId: string): string => `/experiments/${encodeURIComponent(experimentId)}`;
const fitPath = (fitId: string): string => `/fits/${encodeURIComponent(fitId)}`;

/** Fits of an experiment. Every call throws an `ApiError`. */
export const fitsApi = {
  /** Without the reports. */
  all: (experimentId: string) => list<'fits', FitView>(`${pathOf(experimentId)}/fits`, 'fits'),
  one: (fitId: string) => request<FitView>('GET', fitPath(fitId)),
  order: (experimentId: string, fit: FitToOrder) =>
    request<FitView>('POST', `${pathOf(experimentId)}/fits`, fit),
  rank: (experimentId: string, ranking: RankingToOrder) =>
    request<FitView>('POST', `${pathOf(experimentId)}/ranking`, ranking),
  cancel: (fitId: string) => request<FitView>('DELETE', fitPath(fitId)),
  /** The file that `tahan fit` takes. */
  dataPath: (fitId: string) => `/api/v1${fitPath(fitId)}/data`,
};

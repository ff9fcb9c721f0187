import type {
  CalibrationView,
  ParameterSetEffect,
  ParameterSetPreview,
  RerunView,
} from '../../models/contracts/parameterSetEvidence.ts';
import type {
  newParameterSetSchema,
  ParameterSetList,
  ParameterSetsInUse,
  ParameterSetView,
  ProposalView,
  Published,
  publishSchema,
} from '../../models/contracts/parameterSets.ts';
import { request } from '../api.ts';

/** A draft as `POST /parameter-sets` takes it. */
export type NewParameterSet = (typeof newParameterSetSchema)['_zod']['input'];
type Publishing = (typeof publishSchema)['_zod']['input'];

export interface SetRef {
  readonly parameterSetId: string;
  readonly version: number;
}

const pathOf = ({ parameterSetId, version }: SetRef): string =>
  `/parameter-sets/${encodeURIComponent(parameterSetId)}/${version}`;
const proposalPath = (proposalId: string): string =>
  `/parameter-set-proposals/${encodeURIComponent(proposalId)}`;
const rerunPath = (rerunId: string): string => `/reruns/${encodeURIComponent(rerunId)}`;

/** What the pages of parameter sets ask and tell. Every call throws an `ApiError`. */
export const parameterSetsApi = {
  all: () => request<ParameterSetList>('GET', '/parameter-sets'),
  one: (ref: SetRef) => request<ParameterSetView>('GET', pathOf(ref)),
  effect: (ref: SetRef, treatment?: string) =>
    request<ParameterSetEffect>(
      'GET',
      `${pathOf(ref)}/effect${treatment === undefined ? '' : `?treatment=${treatment}`}`,
    ),
  preview: (draft: NewParameterSet) => request<ParameterSetPreview>('POST', '/parameter-sets/preview', draft),
  add: (draft: NewParameterSet) => request<ParameterSetView>('POST', '/parameter-sets', draft),
  publish: (ref: SetRef, publishing: Publishing) =>
    request<Published>('POST', `${pathOf(ref)}/publish`, publishing),
  withdraw: (ref: SetRef) => request<ParameterSetView>('POST', `${pathOf(ref)}/withdraw`),
  use: (ref: SetRef, treatment: string) =>
    request<ParameterSetsInUse>('POST', '/parameter-sets/use', { ...ref, treatment }),
  proposals: async () =>
    (await request<{ proposals: ProposalView[] }>('GET', '/parameter-set-proposals')).proposals,
  proposalEffect: (proposalId: string) =>
    request<ParameterSetEffect>('GET', `${proposalPath(proposalId)}/effect`),
  approve: (proposalId: string) => request<ProposalView>('POST', `${proposalPath(proposalId)}/approve`),
  reject: (proposalId: string, reason: string) =>
    request<ProposalView>('POST', `${proposalPath(proposalId)}/reject`, { reason }),
  reruns: async (ref: SetRef) =>
    (await request<{ reruns: RerunView[] }>('GET', `${pathOf(ref)}/reruns`)).reruns,
  rerun: (ref: SetRef) => request<RerunView>('POST', `${pathOf(ref)}/rerun`, {}),
  rerunNow: (rerunId: string) => request<RerunView>('GET', rerunPath(rerunId)),
  cancelRerun: (rerunId: string) => request<unknown>('DELETE', rerunPath(rerunId)),
  calibration: (from: number, to: number) =>
    request<CalibrationView>('GET', `/calibration?from=${from}&to=${to}`),
};

import type { StoredParameterSet } from '../store/metadata/parameterSets.ts';

/** `:setVersion` is the number of the version. */
export const refIn = (param: (name: string) => string) => ({
  parameterSetId: param('parameterSetId'),
  version: /^\d{1,6}$/.test(param('setVersion')) ? Number(param('setVersion')) : 0,
});

export const nameOf = ({ parameterSetId, version }: Pick<StoredParameterSet, 'parameterSetId' | 'version'>) =>
  `${parameterSetId} v${version}`;

import type { Treatment } from '../../../models/contracts/batch.ts';
import type { ExperimentVersion } from '../../../models/contracts/experiment.ts';
import type { NewFit } from '../../../models/contracts/fit.ts';
import type { ParameterView } from '../../../models/contracts/parameterSets.ts';
import type { FitInput } from '../../../models/laboratory/fitInput.ts';

export const archiveLanguages = ['en', 'id', 'ja'] as const;
export type ArchiveLanguage = (typeof archiveLanguages)[number];

/** A fit that is done, with the data it was made from. */
export interface ArchivedFit {
  readonly fitId: string;
  /** Also its model. */
  readonly request: NewFit;
  readonly input: FitInput;
  /** The command on the file of the archive. */
  readonly command: string;
  /** What `tahan fit` prints. */
  readonly report: Readonly<Record<string, unknown>>;
  readonly createdBy: string;
  readonly endedAt: number;
}

export interface ArchivedSet {
  readonly parameterSetId: string;
  readonly version: number;
  readonly treatment: Treatment;
  readonly title: string;
  readonly author: string;
  readonly note: string;
  /** Null for a set that comes with the program. */
  readonly madeAt: number | null;
  readonly fromFitId: string | null;
  readonly testedRangeC: { readonly min: number; readonly max: number };
  readonly testedLevers: Readonly<Record<string, number>>;
  readonly parameters: readonly ParameterView[];
}

/** Everything that goes into an archive. No clock: the same content gives the same bytes on any day. */
export interface ArchiveContent {
  readonly organisation: string;
  readonly experiment: {
    readonly experimentId: string;
    readonly title: string;
    readonly note: string;
    readonly productId: string | null;
  };
  readonly version: Pick<
    ExperimentVersion,
    'version' | 'madeBy' | 'note' | 'kind' | 'rows' | 'series' | 'source'
  > & { readonly madeAt: number };
  readonly fit: ArchivedFit | null;
  readonly set: ArchivedSet | null;
  readonly programVersion: string;
  readonly language: ArchiveLanguage;
}

/**
 * How well a number is known.
 *   seen      printed in the source
 *   computed  computed by us from numbers that are printed in the source
 *   general   general knowledge of the field, not read again in a source
 *   assumed   our assumption, to be replaced by a measurement
 */
export type Mark = 'seen' | 'computed' | 'general' | 'assumed';

/** A number with where it comes from. `matrix`: which tofu, which organism. */
export interface Parameter {
  readonly value: number;
  readonly unit: string;
  readonly mark: Mark;
  readonly source: string;
  readonly matrix: string;
  /** Standard deviation between batches, or standard error of the estimate. */
  readonly sd?: number;
  readonly sdMark?: Mark;
  /** What a user may set it to, or what was seen. */
  readonly range?: readonly [number, number];
}

/** An immutable set of parameters. Other numbers are another version: estimates name the version they were made with. */
export interface ParameterSet {
  readonly parameterSetId: string;
  readonly parameterSetVersion: number;
}

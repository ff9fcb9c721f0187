import type { NodeClockState } from '../nodeClockState.ts';
import { seal, unseal } from './integrity.ts';

/** Begins every record; its last letter is the version of the format. */
export const nodeMagic = 'THN1';
export const stateMagic = 'THS1';

/** A node as it was when its readings were last sealed; what the log holds beyond `throughLog` comes on top. */
export interface NodeRecord {
  readonly nodeNo: number;
  readonly nodeId: string;
  readonly clock: NodeClockState | null;
  readonly battery: { readonly at: number; readonly pct: number } | null;
  /** Its readings of log entries up to here are in blocks. */
  readonly throughLog: number;
  readonly series: readonly SeriesRecord[];
}

export interface SeriesRecord {
  readonly seriesNo: number;
  readonly probe: string;
  /** In blocks. */
  readonly readings: number;
  /** The latest reading as a row's numbers in base64 (JSON does not keep every number); null without one. */
  readonly latest: string | null;
}

/** What holds for the whole file. */
export interface FileState {
  readonly version: number;
  /** Log entries have numbers above this. */
  readonly lastLog: number;
  readonly position: number;
  readonly readingsBefore: number | null;
  readonly hoursBefore: number | null;
}

export const encodeNode = (record: NodeRecord): Uint8Array => sealJson(nodeMagic, record);
/** @throws {DamagedBytes} when it is not what was written */
export const decodeNode = (sealed: Uint8Array): NodeRecord => unsealJson(nodeMagic, sealed) as NodeRecord;

export const encodeState = (state: FileState): Uint8Array => sealJson(stateMagic, state);
/** @throws {DamagedBytes} when it is not what was written */
export const decodeState = (sealed: Uint8Array): FileState => unsealJson(stateMagic, sealed) as FileState;

const sealJson = (magic: string, value: unknown): Uint8Array =>
  seal(magic, Buffer.from(JSON.stringify(value), 'utf8'));

const unsealJson = (magic: string, sealed: Uint8Array): unknown =>
  JSON.parse(Buffer.from(unseal(magic, sealed)).toString('utf8'));

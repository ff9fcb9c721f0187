import type { Reading, ReadingView } from '../models/contracts/reading.ts';
import { toReadingView } from '../models/contracts/reading.ts';
import type { MetadataDb } from './store/metadata/database.ts';
import { listOffsetsOfAllOrganisations, type Offset } from './store/metadata/offsets.ts';

/** What is added to the readings of each probe. In memory, because every reading that is looked at asks for it. */
export interface Calibration {
  /** Whether anything was ever added to this probe. */
  has(nodeId: string, probe: string): boolean;
  /** What the probe said at an instant, corrected; exactly what it said where there is no offset. */
  correctedC(nodeId: string, probe: string, at: number, rawC: number): number;
  /** In force at an instant. */
  inForce(nodeId: string, probe: string, at: number): { offsetC: number; dueAt: number | null };
  /** When what is added changes, strictly between two instants, ascending. */
  changesBetween(nodeId: string, probe: string, after: number, before: number): number[];
  view(reading: Reading): ReadingView;
  /** Takes one more line of the history. */
  add(offset: Offset): void;
  /** Takes the whole history anew. */
  replace(offsets: readonly Offset[]): void;
}

interface Step {
  readonly from: number;
  readonly offsetC: number;
  readonly dueAt: number | null;
}

const none: Step = { from: Number.NEGATIVE_INFINITY, offsetC: 0, dueAt: null };

export async function loadCalibration(db: MetadataDb): Promise<Calibration> {
  const calibration = createCalibration();
  for (const offset of await listOffsetsOfAllOrganisations(db)) calibration.add(offset);
  return calibration;
}

export function createCalibration(): Calibration {
  /** Keyed by node and probe, each ascending by `from`, no two alike. */
  const steps = new Map<string, Step[]>();
  const key = (nodeId: string, probe: string) => `${nodeId}/${probe}`;
  const stepAt = (nodeId: string, probe: string, at: number): Step =>
    steps.get(key(nodeId, probe))?.findLast(step => step.from <= at) ?? none;

  function correctedC(nodeId: string, probe: string, at: number, rawC: number): number {
    const { offsetC } = stepAt(nodeId, probe, at);
    return plusOffset(rawC, offsetC);
  }

  function add({ nodeId, probe, from, temperatureOffsetC, calibrationDueAt }: Offset): void {
    const others = (steps.get(key(nodeId, probe)) ?? []).filter(step => step.from !== from);
    const step = { from, offsetC: temperatureOffsetC, dueAt: calibrationDueAt };
    steps.set(
      key(nodeId, probe),
      [...others, step].sort((a, b) => a.from - b.from),
    );
  }

  return {
    has: (nodeId, probe) => steps.has(key(nodeId, probe)),
    correctedC,
    inForce(nodeId, probe, at) {
      const { offsetC, dueAt } = stepAt(nodeId, probe, at);
      return { offsetC, dueAt };
    },
    changesBetween: (nodeId, probe, after, before) =>
      (steps.get(key(nodeId, probe)) ?? [])
        .map(step => step.from)
        .filter(from => from > after && from < before),
    view(reading) {
      const { nodeId, probe, measuredAt, temperatureC } = reading;
      return toReadingView(
        reading,
        temperatureC === null ? null : correctedC(nodeId, probe, measuredAt, temperatureC),
      );
    },
    add,
    replace(offsets) {
      steps.clear();
      offsets.forEach(add);
    },
  };
}

/** A temperature with an offset; exactly itself where there is none. Never turns the order of two temperatures round. */
export function plusOffset(temperatureC: number, offsetC: number): number {
  return offsetC === 0 ? temperatureC : withoutDust(temperatureC + offsetC);
}

/** 4.1 and 0.3 are 4.4 for a person; a sum of two binary fractions is not. No sensor tells millionths of a degree. */
function withoutDust(temperatureC: number): number {
  return Math.round(temperatureC * 1e6) / 1e6;
}

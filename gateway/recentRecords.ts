import type { IntakeRecord } from '../models/contracts/intake.ts';

/** The bound: what does not fit is on disk anyway, and is read from there. */
const maxReadings = 50_000;

/** The newest committed records without a hole between them, the oldest dropped first. */
export class RecentRecords {
  #records: IntakeRecord[] = [];
  /** Index of the oldest record still held; dropping is moving it, tidied up now and then. */
  #head = 0;
  #readings = 0;

  add(record: IntakeRecord): void {
    const newest = this.#records.at(-1);
    if (newest && record.position !== newest.position + 1) this.#clear();
    this.#records.push(record);
    this.#readings += weight(record);
    while (this.#readings > maxReadings && this.#head < this.#records.length - 1) this.#dropOldest();
  }

  /** Up to `max` records from `position` on; empty when that one is not held. */
  from(position: number, max: number): IntakeRecord[] {
    const oldest = this.#records[this.#head];
    if (!oldest || position < oldest.position) return [];
    const start = this.#head + position - oldest.position;
    return this.#records.slice(start, start + max);
  }

  at(position: number): IntakeRecord | undefined {
    return this.from(position, 1)[0];
  }

  dropThrough(position: number): void {
    while (this.#head < this.#records.length && this.#records[this.#head]!.position <= position)
      this.#dropOldest();
  }

  #dropOldest(): void {
    this.#readings -= weight(this.#records[this.#head]!);
    this.#head++;
    if (this.#head === this.#records.length) this.#clear();
    else if (this.#head > 4_096 && this.#head > this.#records.length / 2) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
  }

  #clear(): void {
    this.#records = [];
    this.#head = 0;
    this.#readings = 0;
  }
}

/** A refusal keeps up to 2 KiB of what was sent: as much as a few readings. */
function weight({ readings, refused, foreign }: IntakeRecord): number {
  const own = 1 + readings.length + 5 * refused.length;
  return foreign === undefined ? own : foreign.reduce((sum, report) => sum + 1 + report.readings.length, own);
}

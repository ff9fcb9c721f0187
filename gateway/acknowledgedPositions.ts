/** Positions from 1 on of which some are done, in any order: everything up to `through`, and ranges beyond it. */
export class AcknowledgedPositions {
  #through: number;
  /** Inclusive, ascending, with at least one position missing before each. */
  readonly #beyond: [from: number, to: number][] = [];

  constructor(through = 0) {
    this.#through = through;
  }

  /** Every position up to here is done. */
  get through(): number {
    return this.#through;
  }

  /** Ranges known to be done beyond `through`: how scattered they are. */
  get rangesBeyond(): number {
    return this.#beyond.length;
  }

  has(position: number): boolean {
    return position <= this.#through || this.#rangeAt(position) !== undefined;
  }

  /** The first position at or after this one that is not done. */
  firstOpenFrom(position: number): number {
    if (position <= this.#through) return this.#through + 1;
    const range = this.#rangeAt(position);
    return range === undefined ? position : range[1] + 1;
  }

  add(from: number, to: number = from): void {
    if (to <= this.#through || to < from) return;
    let index = this.#beyond.findIndex(range => range[1] >= from - 1);
    if (index < 0) index = this.#beyond.length;
    let end = index;
    let merged: [number, number] = [from, to];
    while (end < this.#beyond.length && this.#beyond[end]![0] <= to + 1) {
      const range = this.#beyond[end]!;
      merged = [Math.min(merged[0], range[0]), Math.max(merged[1], range[1])];
      end++;
    }
    this.#beyond.splice(index, end - index, merged);
    const first = this.#beyond[0];
    if (first === undefined || first[0] > this.#through + 1) return;
    this.#through = first[1];
    this.#beyond.shift();
  }

  #rangeAt(position: number): [number, number] | undefined {
    return this.#beyond.find(range => range[0] <= position && position <= range[1]);
  }
}

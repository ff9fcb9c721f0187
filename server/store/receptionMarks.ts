/** The cells of a span in which something was measured. */
export class ReceptionMarks {
  readonly from: number;
  readonly to: number;
  readonly cells: boolean[];
  isEmpty = true;

  constructor({ from, to, cells }: { readonly from: number; readonly to: number; readonly cells: number }) {
    this.from = from;
    this.to = to;
    this.cells = new Array<boolean>(cells).fill(false);
  }

  get cellMs(): number {
    return (this.to - this.from) / this.cells.length;
  }

  add(at: number): void {
    if (at >= this.from && at < this.to) this.#mark(this.#cellOf(at));
  }

  /** Readings from `first` to `last`, none further from the next than a cell is long: no cell between is empty. */
  addRun(first: number, last: number): void {
    if (last < this.from || first >= this.to) return;
    // Where the run goes on beyond an edge of the span, the cell at that edge has one of its readings too.
    const end = last >= this.to ? this.cells.length - 1 : this.#cellOf(last);
    for (let cell = this.#cellOf(Math.max(first, this.from)); cell <= end; cell++) this.#mark(cell);
  }

  #cellOf(at: number): number {
    return Math.min(this.cells.length - 1, Math.floor((at - this.from) / this.cellMs));
  }

  #mark(cell: number): void {
    this.cells[cell] = true;
    this.isEmpty = false;
  }
}

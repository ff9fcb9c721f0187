import { readPosition, writePosition } from './storedPosition.ts';

/** @param path  of the file that keeps it over a restart; undefined = it starts at 0 */
export async function openJournalProgress(path: string | undefined): Promise<JournalProgress> {
  return new JournalProgress(path, path === undefined ? 0 : await readPosition(path));
}

/** Which journal position is passed with which entry of the queue, and how far that is on disk. */
export class JournalProgress {
  readonly #path: string | undefined;
  /** Ascending in both. */
  #waiting: { readonly end: number; readonly position: number }[] = [];
  #offered: number;
  #passed: number;
  #durable: number;
  /** Told of each position that is passed. */
  onPassed: (position: number) => void = () => undefined;

  constructor(path: string | undefined, position: number) {
    this.#path = path;
    this.#offered = position;
    this.#passed = position;
    this.#durable = position;
  }

  get durable(): number {
    return this.#durable;
  }

  /** Everything up to a position is in the queue, before this entry. */
  offered(position: number, end: number): void {
    if (position <= this.#offered) return;
    this.#offered = position;
    this.#waiting.push({ end, position });
  }

  /** InfluxDB has every entry before this one. */
  passed(end: number): void {
    const still = this.#waiting.findIndex(waiting => waiting.end > end);
    const done = still < 0 ? this.#waiting : this.#waiting.slice(0, still);
    if (done.length === 0) return;
    this.#passed = done.at(-1)!.position;
    this.#waiting = still < 0 ? [] : this.#waiting.slice(still);
    this.onPassed(this.#passed);
  }

  /** @throws {StoreUnavailable} when the file cannot be written; the journal keeps what it has */
  async save(): Promise<void> {
    const position = this.#passed;
    if (position <= this.#durable) return;
    if (this.#path !== undefined) await writePosition(this.#path, position);
    this.#durable = position;
  }
}

/** What a fault must not do: one figure measured against its goal. */
interface Figure {
  readonly measured: number | string | boolean | null;
  /** Nothing for figures that only tell what was done. */
  readonly goal?: string;
  readonly held?: boolean;
  /** Of a goal of the clock: how much of its bound it took. */
  readonly share?: number;
}

export interface FaultReport {
  readonly fault: string;
  readonly held: boolean;
  readonly seconds: number;
  readonly figures: Readonly<Record<string, Figure>>;
}

/** Collects the figures of one fault. A figure that could not be measured counts as not held. */
export class Figures {
  readonly #fault: string;
  readonly #began = performance.now();
  readonly #figures: Record<string, Figure> = {};

  constructor(fault: string) {
    this.#fault = fault;
  }

  /** Tells how much was done; judged by nobody. */
  note(name: string, measured: Figure['measured']): void {
    this.#figures[name] = { measured };
  }

  equal(name: string, measured: Figure['measured'], wanted: number | string | boolean): void {
    this.#figures[name] = { measured, goal: `= ${wanted}`, held: measured === wanted };
  }

  below(name: string, measured: number, bound: number): void {
    this.#figures[name] = { measured: rounded(measured), goal: `< ${bound}`, held: measured < bound };
  }

  /** How long something took. A machine that does much else may miss its bound and be right in everything else. */
  within(name: string, measured: number, bound: number): void {
    this.below(name, measured, bound);
    this.#figures[name] = { ...this.#figures[name]!, share: rounded(measured / bound) };
  }

  atLeast(name: string, measured: number, bound: number): void {
    this.#figures[name] = { measured: rounded(measured), goal: `>= ${bound}`, held: measured >= bound };
  }

  report(): FaultReport {
    return {
      fault: this.#fault,
      held: Object.values(this.#figures).every(figure => figure.held !== false),
      seconds: rounded((performance.now() - this.#began) / 1000),
      figures: this.#figures,
    };
  }
}

const rounded = (value: number): number =>
  Math.abs(value) < 0.001 ? value : Math.round(value * 1000) / 1000;

/** The sizes of a run; each can be given on the command line as `name=number`. */
export function sizes<T extends Record<string, number>>(full: T): T {
  const given = { ...full };
  for (const argument of process.argv.slice(2)) {
    const [name = '', value = ''] = argument.split('=');
    if (!(name in full) || !/^\d+(\.\d+)?$/.test(value))
      throw new Error(`${argument}: must be name=number with a name of ${Object.keys(full).join(', ')}`);
    (given as Record<string, number>)[name] = Number(value);
  }
  return given;
}

/** Runs a fault as a program: one line of JSON, and exit code 1 when a figure is not held. */
export async function runAlone(run: () => Promise<FaultReport>): Promise<void> {
  // Whoever has started something ends it when the process exits, which a signal alone would not let it do.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  try {
    const report = await run();
    console.log(JSON.stringify(report));
    process.exit(report.held ? 0 : 1);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}

/** The value below which a share of all lies; NaN without any. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}

import type { AlertKind } from '../../models/contracts/alert.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: every answer has a shape of its own
  readonly body: any;
}

/** A message that reached the telephone of the scenario. */
export interface Page {
  readonly kind: AlertKind | 'digest';
  readonly event: string;
  readonly text: string;
  readonly at: number;
}

/** The server that a scenario is played on. */
export interface ScenarioWorld {
  readonly brokerUrl: string;
  /** Added to the times of the file. */
  readonly shiftMs: number;
  /**
   * Whether the server lives in the time of the scenario. One that does not hears of it as of a past, all at once: what
   * depends on when it heard of something cannot be judged.
   */
  readonly isLive: boolean;
  /** How long an expectation may take to come true, in real milliseconds; and one about what was heard of afterwards. */
  readonly patienceMs: number;
  readonly laterPatienceMs: number;
  /** What the server calls a node, batch, place or shipment of the file. */
  idOf(id: string): string;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** It is this late now (epoch ms of the server). */
  goTo(at: number): Promise<void>;
  /** Resolves when everything acknowledged is taken in and has been looked at. */
  settle(): Promise<void>;
  /** Sets the clock of the server; undefined where nobody can. */
  setClock?: (byMs: number) => void;
  /** What the telephone was told so far; undefined where there is none. */
  readonly pages?: readonly Page[];
  /** Puts the rules of the file beside those of the firm. */
  putRules(rules: readonly unknown[]): Promise<void>;
}

/** Asks, and throws what the server has against it. */
export async function ask(
  world: ScenarioWorld,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer['body']> {
  const answer = await world.call(method, `/api/v1${path}`, body);
  if (answer.status < 300) return answer.body;
  const { detail, title } = answer.body ?? {};
  throw new Error(`${method} ${path} answered ${answer.status}: ${detail ?? title ?? ''}`);
}

/** Every item of a paged list. */
export async function askAll<Item>(world: ScenarioWorld, path: string, key: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const glue = path.includes('?') ? '&' : '?';
    const next = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await ask(world, 'GET', `${path}${glue}limit=1000${next}`);
    items.push(...page[key]);
    cursor = page.nextCursor ?? null;
  }
  return items;
}

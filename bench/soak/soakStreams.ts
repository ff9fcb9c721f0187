import { get, type IncomingMessage } from 'node:http';

/** What dashboards that stay open for hours see of the live stream. */
export class SoakStreams {
  readonly #url: URL;
  readonly #tokens: readonly string[];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #open = new Set<IncomingMessage>();
  #stopped = false;
  events = 0;
  /** Connections after the first of each. */
  resumed = 0;
  /** A number left out between two events of one start of the server without a word. */
  gaps = 0;
  /** Told to load everything anew: after a start of the server, and otherwise. */
  resetsAfterStart = 0;
  resetsOtherwise = 0;
  /** From measuring to the event, of readings seen by the first stream. */
  readonly delayMs: number[] = [];

  /** @param dropsPerMin  how many streams a minute lose their connection and resume */
  constructor(httpUrl: string, tokens: readonly string[], count: number, dropsPerMin: number) {
    this.#url = new URL('/api/v1/live', httpUrl);
    this.#tokens = tokens;
    for (let n = 0; n < count; n++) this.#listen(n, undefined);
    if (dropsPerMin > 0)
      this.#timers.push(setInterval(() => [...this.#open][0]?.destroy(), 60_000 / dropsPerMin));
  }

  get openCount(): number {
    return this.#open.size;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const response of this.#open) response.destroy();
  }

  #listen(n: number, lastId: string | undefined): void {
    if (this.#stopped) return;
    let last = lastId;
    let over = false;
    const again = () => {
      if (over) return;
      over = true;
      setTimeout(() => {
        this.resumed += 1;
        this.#listen(n, last);
      }, 300);
    };
    const request = get(
      this.#url,
      {
        agent: false,
        headers: {
          authorization: `Bearer ${this.#tokens[n % this.#tokens.length]}`,
          ...(last === undefined ? {} : { 'last-event-id': last }),
        },
      },
      response => {
        this.#open.add(response);
        let pending = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          const blocks = (pending + chunk).split('\n\n');
          pending = blocks.pop() ?? '';
          for (const block of blocks) last = this.#seen(n, block, last);
        });
        response.on('error', () => undefined);
        response.on('close', () => {
          this.#open.delete(response);
          again();
        });
      },
    );
    request.on('error', again);
  }

  #seen(n: number, block: string, last: string | undefined): string | undefined {
    const id = /^id: (\S+)$/m.exec(block)?.[1];
    if (id === undefined) return last;
    const type = /^event: (\S+)$/m.exec(block)?.[1];
    if (type === undefined) return id;
    this.events += 1;
    const [epoch, number] = id.split('-');
    const [lastEpoch, lastNumber] = last?.split('-') ?? [];
    if (type === 'reset') {
      if (epoch === lastEpoch) this.resetsOtherwise += 1;
      else this.resetsAfterStart += 1;
    } else if (epoch !== lastEpoch || Number(number) !== Number(lastNumber) + 1) this.gaps += 1;
    if (n === 0 && type === 'reading') {
      const measuredAt = /"measuredAt":"([^"]+)"/.exec(block)?.[1];
      if (measuredAt !== undefined) this.delayMs.push(Date.now() - Date.parse(measuredAt));
    }
    return id;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { FaultNode } from '../../test/faults/faultNode.ts';
import type { FaultTarget, Login } from '../../test/faults/faultTarget.ts';

export interface SoakSettled {
  readonly sent: number;
  readonly neverAcknowledged: number;
  readonly lost: number;
  readonly twice: number;
  readonly wrong: number;
}

/** What one node has sent: the reading numbered i says `temperatureOf(i)` and was measured at `measuredAt[i]`. */
interface Sender {
  readonly node: FaultNode;
  readonly measuredAt: number[];
  /** How many of these are acknowledged; numbers of those that came out of turn. */
  acknowledged: Set<number>;
}

const temperatureOf = (sequence: number): number => 4 + (sequence % 50) / 10;
/** Most readings one node keeps for sending again. */
const mostWaiting = 300;

/** Nodes that report at an even pace, each reading until it is acknowledged; some lose their connection all the time. */
export class SoakLoad {
  readonly ackMs: number[] = [];
  readonly #senders: Sender[];
  readonly #timers: NodeJS.Timeout[] = [];
  drops = 0;
  skipped = 0;

  constructor(mqttUrl: string, logins: readonly Login[], everyMs: number, dropsPerMin: number) {
    this.#senders = logins.map((login, n) => {
      // As from several networks: an address may have only so many connections.
      const localAddress = `127.0.${1 + (n % 4)}.1`;
      const node = new FaultNode(mqttUrl, login, { localAddress, keepaliveS: 60 });
      const sender: Sender = { node, measuredAt: [], acknowledged: new Set() };
      this.#after((n * everyMs) / logins.length, () => this.#every(everyMs, () => this.#measure(sender)));
      return sender;
    });
    if (dropsPerMin > 0)
      this.#every(60_000 / dropsPerMin, () => {
        this.drops += 1;
        this.#senders[Math.floor(Math.random() * this.#senders.length)]!.node.drop();
      });
  }

  up(): Promise<unknown> {
    return Promise.all(this.#senders.map(({ node }) => node.up()));
  }

  get sent(): number {
    return this.#senders.reduce((sum, { measuredAt }) => sum + measuredAt.length, 0);
  }

  get connections(): number {
    return this.#senders.reduce((sum, { node }) => sum + node.connections, 0);
  }

  #measure(sender: Sender): void {
    const { node, measuredAt, acknowledged } = sender;
    if (node.waiting >= mostWaiting) {
      this.skipped += 1;
      return;
    }
    const sequence = measuredAt.length;
    const at = Math.max(Date.now(), (measuredAt.at(-1) ?? 0) + 1);
    measuredAt.push(at);
    void node.send({ measuredAt: at, temperatureC: temperatureOf(sequence), sequence }).then(ms => {
      this.ackMs.push(ms);
      acknowledged.add(sequence);
    });
  }

  /** Measures no more and waits until all is acknowledged, or patience ends. */
  async finish(patienceMs: number): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const until = performance.now() + patienceMs;
    while (performance.now() < until && this.#senders.some(({ node }) => node.waiting > 0)) await sleep(50);
    for (const { node } of this.#senders) node.stop();
  }

  /** Reads everything back through the API: what was acknowledged is there once, and as it was sent. */
  async settle(api: FaultTarget['api']): Promise<SoakSettled> {
    const settled = { sent: this.sent, neverAcknowledged: 0, lost: 0, twice: 0, wrong: 0 };
    for (const { node, measuredAt, acknowledged } of this.#senders) {
      settled.neverAcknowledged += measuredAt.length - acknowledged.size;
      const shown = await api.all<{ measuredAt: string; temperatureC: number }>(
        `/nodes/${node.nodeId}/readings`,
        'readings',
      );
      const sequenceAt = new Map(measuredAt.map((at, sequence) => [at, sequence]));
      const seen = new Set<number>();
      for (const reading of shown) {
        const sequence = sequenceAt.get(Date.parse(reading.measuredAt));
        if (sequence === undefined || reading.temperatureC !== temperatureOf(sequence)) settled.wrong += 1;
        else if (seen.has(sequence)) settled.twice += 1;
        else seen.add(sequence);
      }
      for (const sequence of acknowledged) if (!seen.has(sequence)) settled.lost += 1;
      // A token may ask six thousand times a minute.
      await sleep(12);
    }
    return settled;
  }

  #after(ms: number, then: () => void): void {
    this.#timers.push(setTimeout(then, ms));
  }

  #every(ms: number, then: () => void): void {
    this.#timers.push(setInterval(then, ms));
  }
}

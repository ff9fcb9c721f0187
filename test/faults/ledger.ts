import { setTimeout as sleep } from 'node:timers/promises';
import { FaultNode, type FaultNodeOptions } from './faultNode.ts';
import type { FaultTarget, Login } from './faultTarget.ts';
import type { Figures } from './figures.ts';

export interface Settled {
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicates: number;
  /** Stored with another value than was sent. */
  readonly wrong: number;
  /** Stored though never sent. */
  readonly invented: number;
}

/** What was sent and what was acknowledged, to be held against what is shown in the end. */
export class Ledger {
  /** Mapped by node id, then by time of measurement: the temperature sent. */
  readonly #sent = new Map<string, Map<number, number>>();
  readonly #acknowledged = new Map<string, Set<number>>();
  readonly latenciesMs: number[] = [];

  sent(nodeId: string, measuredAt: number, temperatureC: number): void {
    if (!this.#sent.has(nodeId)) this.#sent.set(nodeId, new Map());
    this.#sent.get(nodeId)!.set(measuredAt, temperatureC);
  }

  acknowledged(nodeId: string, measuredAt: number, latencyMs: number): void {
    if (!this.#acknowledged.has(nodeId)) this.#acknowledged.set(nodeId, new Set());
    this.#acknowledged.get(nodeId)!.add(measuredAt);
    this.latenciesMs.push(latencyMs);
  }

  get acknowledgedCount(): number {
    return [...this.#acknowledged.values()].reduce((sum, times) => sum + times.size, 0);
  }

  /** Reads everything back through the API, or what is of some nodes. */
  async settle(api: Pick<FaultTarget['api'], 'all'>, of?: ReadonlySet<string>): Promise<Settled> {
    const settled = { acknowledged: 0, lost: 0, duplicates: 0, wrong: 0, invented: 0 };
    for (const [nodeId, sent] of this.#sent) {
      if (of !== undefined && !of.has(nodeId)) continue;
      const acknowledged = this.#acknowledged.get(nodeId) ?? new Set();
      const shown = await api.all<{ measuredAt: string; temperatureC: number }>(
        `/nodes/${nodeId}/readings`,
        'readings',
      );
      const times = new Set<number>();
      for (const reading of shown) {
        const at = Date.parse(reading.measuredAt);
        if (times.has(at)) settled.duplicates++;
        times.add(at);
        if (!sent.has(at)) settled.invented++;
        else if (sent.get(at) !== reading.temperatureC) settled.wrong++;
      }
      settled.acknowledged += acknowledged.size;
      settled.lost += [...acknowledged].filter(at => !times.has(at)).length;
    }
    return settled;
  }
}

export function judgeSettled(figures: Figures, settled: Settled, least: number): void {
  figures.atLeast('acknowledged', settled.acknowledged, least);
  figures.equal('lost', settled.lost, 0);
  figures.equal('duplicates', settled.duplicates, 0);
  figures.equal('wrong', settled.wrong + settled.invented, 0);
}

/** Most readings one node keeps for sending again; it stops measuring until some are acknowledged. */
const mostWaiting = 300;

/** Nodes that measure evenly and send each reading until it is acknowledged. */
export class SteadyLoad {
  readonly ledger = new Ledger();
  readonly nodes: readonly FaultNode[];
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(mqttUrl: string, logins: readonly Login[], perNodeMs: number, options: FaultNodeOptions = {}) {
    const startedAt = Date.now() - 3_600_000;
    this.nodes = logins.map((login, n) => {
      const node = new FaultNode(mqttUrl, login, options);
      let i = 0;
      const measure = () => {
        if (node.waiting < mostWaiting) this.#send(node, startedAt + i * 1_000 + n, i++);
      };
      // Spread over the period, as nodes that were not switched on together.
      this.#timers.push(
        setTimeout(
          () => {
            this.#timers.push(setInterval(measure, perNodeMs));
          },
          (n * perNodeMs) / logins.length,
        ),
      );
      return node;
    });
  }

  #send(node: FaultNode, measuredAt: number, sequence: number): void {
    const temperatureC = 4 + (sequence % 50) / 10;
    this.ledger.sent(node.nodeId, measuredAt, temperatureC);
    void node
      .send({ measuredAt, temperatureC, sequence })
      .then(ms => this.ledger.acknowledged(node.nodeId, measuredAt, ms));
  }

  up(): Promise<unknown> {
    return Promise.all(this.nodes.map(node => node.up()));
  }

  /** Measures no more, waits until everything is acknowledged; returns how many readings were not in time. */
  async finish(patienceMs = 30_000): Promise<number> {
    for (const timer of this.#timers) clearInterval(timer);
    const until = performance.now() + patienceMs;
    while (performance.now() < until && this.nodes.some(node => node.waiting > 0)) await sleep(20);
    const left = this.nodes.reduce((sum, node) => sum + node.waiting, 0);
    for (const node of this.nodes) node.stop();
    return left;
  }
}

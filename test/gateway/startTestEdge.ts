import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { type EdgeGateway, type EdgeGatewayOptions, startEdgeGateway } from '../../gateway/edgeGateway.ts';
import type { EdgeDirectory, EdgeLogins, EdgePresence, EdgeStatus } from '../../models/contracts/edge.ts';
import { type FaultyLine, startFaultyLine } from '../support/faultyLine.ts';
import { silentLog, systemClock } from './startTestGateway.ts';

const hash = (secret: string) => createHash('sha256').update(secret).digest('hex');

/** What a server knows: gateways of one organisation with their nodes. Every secret is `secret-<id>`. */
export class TestEdgeDirectory implements EdgeDirectory {
  readonly nodes: Set<string>;
  readonly gateways: Set<string>;
  readonly presence: EdgePresence[] = [];
  readonly statuses: { gatewayId: string; status: EdgeStatus; via: string | null }[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(nodes: readonly string[], gateways: readonly string[] = ['truck-1']) {
    this.nodes = new Set(nodes);
    this.gateways = new Set(gateways);
  }

  verify(gatewayId: string, secret: string): boolean {
    return this.gateways.has(gatewayId) && secret === `secret-${gatewayId}`;
  }

  async ownNodes(gatewayId: string, nodeIds: ReadonlySet<string>): Promise<ReadonlySet<string> | null> {
    return this.gateways.has(gatewayId) ? new Set([...nodeIds].filter(id => this.nodes.has(id))) : null;
  }

  async logins(): Promise<EdgeLogins> {
    const nodes = [...this.nodes].map(nodeId => ({ nodeId, secretHash: hash(`secret-${nodeId}`) }));
    const gateways = [...this.gateways].map(gatewayId => ({
      gatewayId,
      secretHash: hash(`secret-${gatewayId}`),
    }));
    return { version: hash(JSON.stringify([nodes, gateways])), nodes, gateways };
  }

  onPresence(change: EdgePresence): void {
    this.presence.push(change);
    this.#look();
  }

  onStatus(gatewayId: string, status: EdgeStatus, via: string | null): void {
    this.statuses.push({ gatewayId, status, via });
    this.#look();
  }

  #look(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  sees(what: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const watcher = () => {
        if (!what()) return;
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
      watcher();
    });
  }
}

export const quickTiming = {
  firstRetryMs: 20,
  longestRetryMs: 200,
  keepaliveS: 1,
  connectWithinMs: 2_000,
  statusEveryMs: 100,
};

/** An edge gateway `truck-1` on a folder of its own, with short waits; stopped when the test ends. */
export async function startTestEdge(
  dir: string,
  uplinkPort: number,
  options: Partial<EdgeGatewayOptions> & { gatewayId?: string } = {},
): Promise<EdgeGateway & { port: number; registry: Registry }> {
  const { gatewayId = 'truck-1', ...others } = options;
  const registry = new Registry();
  const edge = await startEdgeGateway({
    mqtt: { host: '127.0.0.1', port: 0 },
    uplink: {
      url: `mqtt://127.0.0.1:${uplinkPort}`,
      username: gatewayId,
      password: `secret-${gatewayId}`,
    },
    journalDir: join(dir, 'journal'),
    progressPath: join(dir, 'uplink.json'),
    loginsPath: join(dir, 'edge-logins.json'),
    version: '0.0.0',
    clock: systemClock,
    log: silentLog,
    registry,
    timing: quickTiming,
    ...others,
  });
  onTestFinished(() => edge.stop());
  return Object.assign(edge, { port: edge.gateway.port, registry });
}

/** A line to a port of this machine, closed when the test ends. */
export async function startLine(targetPort: number): Promise<FaultyLine> {
  const line = await startFaultyLine(targetPort);
  onTestFinished(() => line.close());
  return line;
}

/** Waits for a condition that nothing announces; looks every few milliseconds. */
export async function until(what: () => boolean, withinMs = 60_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!what()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

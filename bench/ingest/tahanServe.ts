import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeView } from '../../models/contracts/node.ts';
import { apiClient } from '../../test/support/apiClient.ts';
import { startTahanProcess } from '../../test/support/tahanProcess.ts';
import type { PublisherLogin } from '../load/publisher.ts';
import type { Contender, Shape } from './contender.ts';
import { makeFleet } from './fleet.ts';

export interface TahanServe extends Contender {
  readonly httpUrl: string;
  readonly token: string;
  /** Readings that can be asked for, of those that were acknowledged. */
  stored(acknowledgedOf: readonly number[]): Promise<number>;
  killAndStart(): Promise<void>;
}

const nodeIdOf = ({ clientId }: PublisherLogin): string => clientId;

/** `tahan serve` with its usual settings, and a live batch beside every node. */
export async function startTahanServe(
  name: string,
  dataDir: string,
  nodes: number,
  { firstAt, stepMs }: Shape,
): Promise<TahanServe> {
  const { logins, token } = await makeFleet(dataDir, nodes);
  let tahan = await startTahanProcess({ dataDir });
  const port = () => Number(new URL(tahan.mqttUrl).port);
  const api = () => apiClient(tahan.httpUrl, token);
  const done = async (answer: Promise<{ status: number; body: unknown }>) => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`);
  };
  for (const login of logins) {
    const nodeId = nodeIdOf(login);
    const batch = { batchId: `of-${nodeId}`, name: nodeId, productId: 'takwa', storage: 'fridge' };
    await done(api().post('/batches', { ...batch, producedAt: firstAt }));
    await done(api().post(`/batches/of-${nodeId}/placements`, { nodeId, from: firstAt }));
  }
  const lastAt = (acknowledged: number) => firstAt + (acknowledged - 1) * stepMs;
  return {
    ...{ name, logins, token },
    get port() {
      return port();
    },
    get httpUrl() {
      return tahan.httpUrl;
    },
    pids: () => [tahan.pid],
    async queryable(acknowledgedOf) {
      const wanted = new Map(logins.map((login, n) => [nodeIdOf(login), lastAt(acknowledgedOf[n]!)]));
      for (;;) {
        const seen = await api().all<NodeView>('/nodes', 'nodes');
        if (seen.every(({ nodeId, lastReading }) => isAt(lastReading, wanted.get(nodeId)!))) return;
        await sleep(20);
      }
    },
    async stored(acknowledgedOf) {
      let sum = 0;
      for (const [n, login] of logins.entries()) {
        const to = new Date(lastAt(acknowledgedOf[n]!) + 1).toISOString();
        const span = `from=${new Date(firstAt).toISOString()}&to=${to}&points=10`;
        const { body } = await api().get(`/nodes/${nodeIdOf(login)}/readings?${span}`);
        for (const { count } of body.buckets as { count: number }[]) sum += count;
      }
      return sum;
    },
    async killAndStart() {
      await tahan.kill('SIGKILL');
      tahan = await startTahanProcess({ dataDir });
    },
    close: async () => void (await tahan.kill('SIGKILL')),
  };
}

const isAt = (reading: NodeView['lastReading'], at: number): boolean =>
  reading !== null && Date.parse(reading.measuredAt) >= at;

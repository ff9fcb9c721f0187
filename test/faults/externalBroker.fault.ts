import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiClient } from '../support/apiClient.ts';
import { nodePassword, startMosquitto } from '../support/mosquitto.ts';
import { runTahanJson, startTahanProcess } from '../support/tahanProcess.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';

/**
 * Two servers side by side on one Mosquitto, one of them killed at random moments under load and started again. What the
 * broker has acknowledged to nodes must be at one of the servers in the end, once.
 */
export async function externalBroker({
  rounds,
  nodes,
}: {
  rounds: number;
  nodes: number;
}): Promise<FaultReport> {
  const figures = new Figures('two servers on one external broker, one of them killed');
  const nodeIds = Array.from({ length: nodes }, (_, n) => `ext-${n}`);
  const mosquitto = await startMosquitto(nodeIds);
  const servers = [
    await startMember(mosquitto.serverUrl, nodeIds),
    await startMember(mosquitto.serverUrl, nodeIds),
  ];
  try {
    const logins = nodeIds.map(username => ({ username, password: nodePassword(username) }));
    const load = new SteadyLoad(`mqtt://127.0.0.1:${mosquitto.port}`, logins, 5 * nodes);
    await load.up();
    for (let round = 0; round < rounds; round++) {
      await sleep(500 + Math.random() * 1_500);
      const victim = servers[round % servers.length]!;
      await victim.kill();
      await sleep(500 + Math.random() * 1_000);
      await victim.startAgain();
    }
    await sleep(1_000);
    figures.equal('neverAcknowledged', await load.finish(), 0);
    await Promise.all(servers.map(server => server.ready()));
    figures.note('rounds', rounds);
    const whole = { all: <T>(path: string, key: string) => bothShow<T>(servers, path, key) };
    const wanted = load.ledger.acknowledgedCount;
    const until = performance.now() + 60_000;
    let settled = await load.ledger.settle(whole);
    // What a killed server had not acknowledged comes back to it a moment after it is ready.
    while (settled.lost > 0 && performance.now() < until) {
      await sleep(500);
      settled = await load.ledger.settle(whole);
    }
    judgeSettled(figures, settled, Math.min(wanted, rounds * 100));
    for (const [i, server] of servers.entries())
      figures.atLeast(`readingsAtServer${i + 1}`, await server.count(nodeIds), wanted / 10);
    return figures.report();
  } finally {
    await Promise.all(servers.map(server => server.close()));
    await mosquitto.close();
  }
}

type Member = Awaited<ReturnType<typeof startMember>>;

async function bothShow<T>(servers: readonly Member[], path: string, key: string): Promise<T[]> {
  return (await Promise.all(servers.map(server => server.api.all<T>(path, key)))).flat();
}

async function startMember(brokerUrl: string, nodeIds: readonly string[]) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tahan-member-'));
  const { token } = await runTahanJson<{ token: string }>(dataDir, 'token', 'add', '--role', 'owner');
  const start = { dataDir, args: ['server'], env: { TAHAN_MQTT_URL: brokerUrl } };
  let running = await startTahanProcess(start);
  const { httpUrl } = running;
  const api = apiClient(httpUrl, token);
  for (const nodeId of nodeIds) await api.post('/nodes', { nodeId });
  const startAgain = async () => {
    running = await startTahanProcess({ ...start, httpPort: Number(new URL(httpUrl).port) });
  };
  return {
    api,
    startAgain,
    kill: () => running.kill('SIGKILL'),
    async ready() {
      while ((await fetch(`${httpUrl}/readyz`)).status !== 200) await sleep(50);
    },
    async count(ids: readonly string[]) {
      let count = 0;
      for (const id of ids) count += (await api.all(`/nodes/${id}/readings`, 'readings')).length;
      return count;
    },
    async close() {
      await running.kill('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

if (import.meta.main) await runAlone(() => externalBroker(sizes({ rounds: 10, nodes: 10 })));

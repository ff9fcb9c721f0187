import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import type { FaultTarget } from './faultTarget.ts';

export interface UplinkState {
  readonly connected: boolean;
  readonly waiting: number;
  readonly connects: number;
}

/** A `tahan gateway` of its own, between nodes and the Tahan under test. */
export interface EdgeTarget {
  readonly mqttUrl: string;
  readonly httpUrl: string;
  stderr(): string;
  uplink(): Promise<UplinkState>;
  /** Milliseconds until the uplink is as wanted, Infinity when it does not get there in time. */
  untilUplink(isThere: (state: UplinkState) => boolean, patienceMs: number): Promise<number>;
  end(signal: NodeJS.Signals): Promise<number | null>;
  startAgain(): Promise<number>;
  close(): Promise<void>;
}

/** @param uplinkUrl  of the server's broker, or of a line to it */
export async function startEdgeTarget(target: FaultTarget, uplinkUrl: string): Promise<EdgeTarget> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tahan-edge-'));
  const gatewayId = `edge-${Date.now().toString(36)}`;
  const { status, body } = await target.api.post('/edge-gateways', { gatewayId });
  if (status !== 201) throw new Error(`POST /edge-gateways answered ${status}: ${JSON.stringify(body)}`);
  const start = {
    dataDir,
    args: ['gateway'],
    env: {
      TAHAN_UPLINK_URL: uplinkUrl,
      TAHAN_UPLINK_USERNAME: body.mqtt.username as string,
      TAHAN_UPLINK_PASSWORD: body.mqtt.password as string,
    },
  };
  let running: TahanProcess = await startTahanProcess(start);
  const { httpUrl, mqttUrl } = running;
  const ports = { httpPort: Number(new URL(httpUrl).port), mqttPort: Number(new URL(mqttUrl).port) };
  let ended = false;

  async function uplink(): Promise<UplinkState> {
    const answer = await fetch(`${httpUrl}/readyz`);
    return ((await answer.json()) as { uplink: UplinkState }).uplink;
  }

  return {
    httpUrl,
    mqttUrl,
    stderr: () => running.stderr(),
    uplink,
    async untilUplink(isThere, patienceMs) {
      const began = performance.now();
      while (performance.now() - began < patienceMs) {
        if (isThere(await uplink())) return performance.now() - began;
        await sleep(50);
      }
      return Number.POSITIVE_INFINITY;
    },
    end(signal) {
      ended = true;
      return running.kill(signal);
    },
    async startAgain() {
      running = await startTahanProcess({ ...start, ...ports });
      ended = false;
      return running.readyMs;
    },
    async close() {
      if (!ended) await running.kill('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

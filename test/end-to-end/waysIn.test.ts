import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import mqtt from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTahan } from '../../cli/compose.ts';
import { readConfig } from '../../server/config.ts';
import { apiClient } from '../support/apiClient.ts';
import { makeCertificate } from '../support/makeCertificate.ts';
import { runTahanJson, tahanEnv } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';

const root = makeCertificate({ commonName: 'test root', isCa: true });
const server = (commonName: string) =>
  makeCertificate({ commonName, issuer: root, addresses: ['127.0.0.1'] });

function tlsSettings(dir: string, { cert, key } = server('gateway')) {
  writeFileSync(join(dir, 'cert.pem'), cert);
  writeFileSync(join(dir, 'key.pem'), key);
  return {
    TAHAN_MQTT_TLS_PORT: '0',
    TAHAN_TLS_CERT: join(dir, 'cert.pem'),
    TAHAN_TLS_KEY: join(dir, 'key.pem'),
  };
}

/** `tahan serve` as its user would start it; resolves with what it prints when it is up, or how it ended. */
async function serve(dataDir: string, env: Record<string, string>) {
  const program = resolve(import.meta.dirname, '../../cli/tahan.mjs');
  const child = spawn(process.execPath, [program, 'serve'], { env: tahanEnv({ dataDir, env }) });
  onTestFinished(() => void child.kill('SIGKILL'));
  const stderr = text(child.stderr);
  const exited = once(child, 'exit').then(([code]) => code as number);
  const printed = once(child.stdout, 'data').then(([line]) => String(line));
  return { child, exited, stderr, printed };
}

describe('the ways in', () => {
  it('TCP, TLS and WebSocket lead to the same readings', async () => {
    const dir = tempDir();
    const { token } = await runTahanJson<{ token: string }>(dir, 'token', 'add', '--role', 'owner');
    const ports = { TAHAN_HTTP_PORT: '0', TAHAN_MQTT_PORT: '0', TAHAN_LOG_LEVEL: 'silent' };
    const tahan = await startTahan(readConfig({ TAHAN_DATA_DIR: dir, ...ports, ...tlsSettings(dir) }));
    onTestFinished(() => tahan.stop());
    const api = apiClient(tahan.httpUrl, token);
    const credentials = (await api.post('/nodes', { nodeId: 'n1' })).body.mqtt;
    const urls = [tahan.mqttUrl, tahan.mqttTlsUrl!, `${tahan.httpUrl.replace('http', 'ws')}/mqtt`];
    for (const [i, url] of urls.entries()) {
      const node = await mqtt.connectAsync(url, { ...credentials, clientId: 'n1', ca: root.cert });
      const reading = { measuredAt: Date.now() - 60_000 + i, temperatureC: i };
      await node.publishAsync('tahan/n1/readings', JSON.stringify(reading), { qos: 1 });
      await node.endAsync();
    }
    await tahan.gateway.caughtUp();
    const { body } = await api.get('/nodes/n1/readings');
    expect(body.readings.map((one: { temperatureC: number }) => one.temperatureC)).toEqual([0, 1, 2]);
  });
});

describe('tahan serve with TLS', () => {
  it('takes a new certificate on SIGHUP, and stops on SIGTERM', async () => {
    const dir = tempDir();
    const { child, exited, printed } = await serve(dir, tlsSettings(dir));
    const port = Number(/mqtts:\/\/127\.0\.0\.1:(\d+)/.exec(await printed)?.[1]);
    const shown = async () => {
      const socket = connect({ host: '127.0.0.1', port, ca: root.cert });
      await once(socket, 'secureConnect');
      const name = socket.getPeerCertificate().subject.CN;
      socket.destroy();
      return name;
    };
    expect(await shown()).toBe('gateway');
    tlsSettings(dir, server('renewed'));
    child.kill('SIGHUP');
    while ((await shown()) !== 'renewed') await new Promise(again => setImmediate(again));
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  });

  it('does not start with a key of another certificate, and says which file is wrong', async () => {
    const dir = tempDir();
    const settings = tlsSettings(dir);
    writeFileSync(settings.TAHAN_TLS_KEY, server('other').key);
    const { exited, stderr } = await serve(dir, settings);
    expect(await exited).toBe(2);
    expect(await stderr).toContain(
      `tahan: TAHAN_TLS_KEY is "${settings.TAHAN_TLS_KEY}", but it is not the key of`,
    );
  });
});

import { connect, createServer } from 'node:net';
import { readTlsFiles, type TlsPaths } from '../gateway/tlsFiles.ts';
import type { Config } from '../server/config.ts';
import type { Finding } from './doctor.ts';

const patienceMs = 3_000;
const renewBeforeMs = 14 * 24 * 3_600_000;

/** With no server running, the ports must be free. */
export function portChecks(config: Config): Promise<Finding[]> {
  const ports = [
    ['TAHAN_HTTP_PORT', config.http.host, config.http.port],
    ['TAHAN_MQTT_PORT', config.mqtt.host, config.mqtt.port],
    ...(config.mqttTls ? [['TAHAN_MQTT_TLS_PORT', config.mqttTls.host, config.mqttTls.port] as const] : []),
  ] as const;
  return Promise.all(ports.map(([variable, host, port]) => portCheck(variable, host, port)));
}

function portCheck(variable: string, host: string, port: number): Promise<Finding> {
  const check = `port ${port}`;
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const found = taken
        ? `another program listens on ${host}:${port}`
        : `${host}:${port}: ${error.message}`;
      const advice = taken
        ? `stop it (ss -ltnp "sport = :${port}" names it) or set ${variable} to a free port`
        : `set ${variable} and its host to an address this user may listen on`;
      resolve({ check, state: 'fault', found, advice });
    });
    server.listen(port, host, () => {
      server.close(() => resolve({ check, state: 'ok', found: `${host}:${port} is free for ${variable}` }));
    });
  });
}

/** With a server running on the data folder, it is asked itself. */
export async function runningServerChecks(config: Config, pid: number): Promise<Finding[]> {
  const check = 'server';
  const url = `http://${config.http.host === '0.0.0.0' ? '127.0.0.1' : config.http.host}:${config.http.port}`;
  try {
    const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(patienceMs) });
    const { checks = {} } = (await ready.json()) as { checks?: Record<string, string> };
    const wrong = Object.entries(checks).filter(([, state]) => state !== 'ok');
    const advice = 'the words after the colon name the fault; the log (stderr) has the details';
    const readiness: Finding = ready.ok
      ? { check, state: 'ok', found: `process ${pid} is ready on ${url}` }
      : {
          check,
          state: 'fault',
          found: `not ready: ${wrong.map(pair => pair.join(': ')).join('; ')}`,
          advice,
        };
    return [readiness, await journalDepth(url)];
  } catch (error) {
    const found = `process ${pid} holds the data folder but ${url} does not answer: ${(error as Error).message}`;
    const advice = 'give doctor the same settings as the server, or restart the server if it hangs';
    return [{ check, state: 'fault', found, advice }];
  }
}

/** Hours until the journal is full if nothing were taken over from it. */
async function journalDepth(url: string): Promise<Finding> {
  const check = 'journal depth';
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(patienceMs) });
  const metrics = await answer.text();
  const number = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
  const hoursText = /^tahan_gateway_journal_hours_left (\S+)$/m.exec(metrics)?.[1] ?? 'unknown';
  const oldestS = number('tahan_gateway_intake_oldest_seconds');
  const hours = hoursText === '+Inf' ? 'no end in sight' : `${Math.floor(Number(hoursText))} hours`;
  const found = `until full: ${hours} at the present rate; oldest reading not taken over: ${oldestS || 0} s`;
  if (Number(hoursText) < 24) {
    const advice =
      'the store (or the uplink) does not take over what is acknowledged: mend it before the journal is full';
    return { check, state: 'warning', found, advice };
  }
  return { check, state: 'ok', found };
}

export async function tlsCheck(files: TlsPaths, now: number): Promise<Finding> {
  const check = 'TLS certificate';
  try {
    const { validUntil } = await readTlsFiles(files);
    const found = `valid until ${new Date(validUntil).toISOString()}`;
    const advice = 'renew it; a new file is taken up within seconds, without a restart';
    if (validUntil < now) return { check, state: 'fault', found, advice };
    return validUntil < now + renewBeforeMs
      ? { check, state: 'warning', found, advice }
      : { check, state: 'ok', found };
  } catch (error) {
    const advice = 'put PEM files there that belong together and that this user may read';
    return { check, state: 'fault', found: (error as Error).message, advice };
  }
}

/** Whether the brokers that are set can be reached at all; a refused login shows in the log of the server. */
export function brokerChecks(config: Config): Promise<Finding[]> {
  const brokers = [
    ['TAHAN_MQTT_URL', config.mqttUrl],
    ['TAHAN_UPLINK_URL', config.uplink.url],
  ] as const;
  return Promise.all(
    brokers.flatMap(([variable, url]) => (url === null ? [] : [reachCheck(variable, new URL(url))])),
  );
}

function reachCheck(variable: string, url: URL): Promise<Finding> {
  const port = Number(url.port) || (['mqtts:', 'wss:'].includes(url.protocol) ? 8883 : 1883);
  const check = `broker ${url.hostname}:${port}`;
  const advice = `check ${variable}, the network and the firewall; readings wait on disk meanwhile`;
  return new Promise(resolve => {
    const socket = connect({ host: url.hostname, port, timeout: patienceMs });
    const done = (finding: Finding) => {
      socket.destroy();
      resolve(finding);
    };
    socket.once('connect', () => done({ check, state: 'ok', found: 'reachable' }));
    socket.once('timeout', () => done({ check, state: 'fault', found: 'no answer within 3 s', advice }));
    socket.once('error', error => done({ check, state: 'fault', found: error.message, advice }));
  });
}

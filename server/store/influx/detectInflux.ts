import { errorOfAnswer, InfluxError } from './influxErrors.ts';
import type { InfluxHttp } from './influxHttp.ts';

export type InfluxKind = '1.x' | '2.x' | '3-core';

const kinds: Readonly<Record<string, InfluxKind>> = { '1': '1.x', '2': '2.x', '3': '3-core' };

/**
 * Which InfluxDB answers: by the version that `/ping` tells in a header (1.x, 2.x, 3), or in its body (3), or `/health`
 * (1.8 and 2.x behind a proxy that drops headers).
 *
 * @throws {InfluxError}
 */
export async function detectInflux(http: InfluxHttp): Promise<{ kind: InfluxKind; version: string }> {
  // 3 asks for the token even here, and understands this scheme like 1.x and 2.x, which ask for nothing.
  const ping = await http.look({ path: '/ping', scheme: 'Token' });
  const told =
    ping.headers.get('x-influxdb-version') ?? versionIn(ping.body) ?? (await versionOfHealth(http));
  const version = told?.replace(/^v/i, '');
  const kind = version === undefined ? undefined : kinds[/^\d+(?=\.)/.exec(version)?.[0] ?? ''];
  if (version !== undefined && kind !== undefined) return { kind, version };
  if (version === undefined && (ping.status < 200 || ping.status >= 300)) {
    const header = (name: string) => ping.headers.get(name) ?? undefined;
    throw errorOfAnswer(http.server, { status: ping.status, body: ping.body, header });
  }
  const message =
    version === undefined
      ? `${http.server} does not say which version it is: is INFLUX_URL right?`
      : `${http.server} is version ${version}: 1.x, 2.x and 3 are supported`;
  throw new InfluxError('refused', message, { status: ping.status });
}

async function versionOfHealth(http: InfluxHttp): Promise<string | undefined> {
  const health = await http.look({ path: '/health', scheme: 'Token' });
  return versionIn(health.body);
}

function versionIn(body: string): string | undefined {
  try {
    const version = (JSON.parse(body) as { version?: unknown } | null)?.version;
    return typeof version === 'string' ? version : undefined;
  } catch {
    // Empty, "OK" or a page of a proxy: no version in it.
    return undefined;
  }
}

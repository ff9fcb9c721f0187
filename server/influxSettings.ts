import { ConfigError } from './errors.ts';

/** How to reach InfluxDB. 1.x wants a user name and password or nothing, 2.x a token and an organisation, 3 a token. */
export interface InfluxConfig {
  readonly url: string;
  readonly token: string | null;
  readonly org: string | null;
  /** Bucket of 2.x, database of 1.x and 3. */
  readonly bucket: string;
  readonly username: string | null;
  readonly password: string | null;
}

interface InfluxVariables {
  readonly TAHAN_STORE: 'embedded' | 'influxdb';
  readonly INFLUX_URL?: string | undefined;
  readonly INFLUX_TOKEN?: string | undefined;
  readonly INFLUX_ORG?: string | undefined;
  readonly INFLUX_BUCKET: string;
  readonly INFLUX_USERNAME?: string | undefined;
  readonly INFLUX_PASSWORD?: string | undefined;
}

/** @throws {ConfigError} when InfluxDB is asked for and nobody says where it is */
export function readingsOf(
  variables: InfluxVariables,
): { readonly store: 'embedded' } | ({ readonly store: 'influxdb' } & InfluxConfig) {
  if (variables.TAHAN_STORE === 'embedded') return { store: 'embedded' };
  const influx = influxConfigOf(variables);
  if (influx !== null) return { store: 'influxdb', ...influx };
  const allowed = 'an http:// or https:// address, because TAHAN_STORE is influxdb';
  throw new ConfigError([{ variable: 'INFLUX_URL', value: '', allowed }]);
}

/** Null when no address is set. */
export function influxConfigOf(variables: Omit<InfluxVariables, 'TAHAN_STORE'>): InfluxConfig | null {
  if (variables.INFLUX_URL === undefined) return null;
  return {
    url: variables.INFLUX_URL.replace(/\/+$/, ''),
    token: variables.INFLUX_TOKEN ?? null,
    org: variables.INFLUX_ORG ?? null,
    bucket: variables.INFLUX_BUCKET,
    username: variables.INFLUX_USERNAME ?? null,
    password: variables.INFLUX_PASSWORD ?? null,
  };
}

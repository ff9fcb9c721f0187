import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, type ConfigFault } from './errors.ts';
import { type InfluxConfig, readingsOf } from './influxSettings.ts';
import { type NotifyConfig, notifyOf, notifyVariables } from './notifySettings.ts';
import { readSecretFiles, type SecretFiles, secretVariables } from './secretFiles.ts';
import { type MqttTlsConfig, mqttTlsOf } from './tlsSettings.ts';

const portRule = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'a whole number from 0 to 65535' })
  .transform(Number)
  .refine(n => n <= 65_535, { error: 'a whole number from 0 to 65535' });
const port = (fallback: number) => portRule.default(fallback);

const optionalText = (allowed: string) => z.string().min(1, { error: allowed }).optional();
const text = (fallback: string, allowed: string) => z.string().min(1, { error: allowed }).default(fallback);

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    // RangeError is how Intl says "no such zone"; there is no other way to ask.
    return false;
  }
}

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const brokerUrl = z
  .url({ protocol: /^(mqtts?|wss?)$/, error: 'the address of a broker: mqtt://, mqtts://, ws:// or wss://' })
  .optional();

/** How many of something fit into this machine: up to ten millions. */
const bound = (fallback: number) =>
  z
    .string()
    .regex(/^[1-9]\d{2,6}$|^10000000$/, { error: 'a whole number from 100 to 10000000' })
    .transform(Number)
    .default(fallback);

/** No batch lives longer than 60 days, and the readings of one that lives are needed. */
const days = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'a whole number of days, 60 or more' })
  .transform(Number)
  .refine(n => n >= 60, { error: 'a whole number of days, 60 or more' });

/** Every setting, its default and, as the message of its rule, what is allowed. */
const environmentSchema = z.object({
  TAHAN_DATA_DIR: text('./data', 'the path of a folder'),
  TAHAN_HTTP_HOST: text('127.0.0.1', 'a host name or address to listen on'),
  TAHAN_HTTP_PORT: port(8080),
  TAHAN_MQTT_HOST: text('127.0.0.1', 'a host name or address to listen on'),
  TAHAN_MQTT_PORT: port(1883),
  TAHAN_MQTT_TLS_HOST: optionalText('a host name or address to listen on'),
  TAHAN_MQTT_TLS_PORT: portRule.optional(),
  TAHAN_TLS_CERT: optionalText('the path of a PEM file'),
  TAHAN_TLS_KEY: optionalText('the path of a PEM file'),
  TAHAN_TLS_CLIENT_CA: optionalText('the path of a PEM file'),
  TAHAN_MAX_CONNECTIONS: bound(10_000),
  TAHAN_MQTT_URL: brokerUrl,
  TAHAN_UPLINK_URL: brokerUrl,
  TAHAN_UPLINK_USERNAME: z.string().optional(),
  TAHAN_UPLINK_PASSWORD: z.string().optional(),
  TAHAN_STORE: z.enum(['embedded', 'influxdb'], { error: 'embedded or influxdb' }).default('embedded'),
  INFLUX_URL: z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' }).optional(),
  INFLUX_TOKEN: z.string().optional(),
  INFLUX_ORG: z.string().optional(),
  INFLUX_BUCKET: text('tahan', 'the name of a bucket or database'),
  INFLUX_USERNAME: z.string().optional(),
  INFLUX_PASSWORD: z.string().optional(),
  TAHAN_RETENTION_DAYS: days.optional(),
  TAHAN_RETENTION_HOURLY_DAYS: days.optional(),
  TAHAN_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// address' }).optional(),
  TAHAN_STORE_PATIENCE_S: z
    .string()
    .regex(/^([0-9]|[1-5][0-9]|60)$/, { error: 'a whole number of seconds from 0 to 60' })
    .transform(Number)
    .default(5),
  TAHAN_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' }).optional(),
  ...notifyVariables,
  TAHAN_LIVE_BATCHES: bound(20_000),
  TAHAN_FIT_WORKERS: z
    .string()
    .regex(/^([1-9]|1\d|2[0-9]|3[0-2])$/, { error: 'a whole number from 1 to 32' })
    .transform(Number)
    .default(1),
  TAHAN_LOG_LEVEL: z.enum(levels, { error: `one of ${levels.join(', ')}` }).default('info'),
  TAHAN_TIME_ZONE: z
    .string()
    .refine(isTimeZone, { error: 'the name of a time zone, such as Asia/Jakarta' })
    .default('Asia/Jakarta'),
});

/** Every variable that `readConfig` looks at. */
export const settingNames: readonly string[] = [
  ...Object.keys(environmentSchema.shape),
  ...secretVariables.map(name => `${name}_FILE`),
];

export interface Config {
  readonly dataDir: string;
  readonly http: { readonly host: string; readonly port: number };
  readonly mqtt: { readonly host: string; readonly port: number };
  /** Null = no TLS. */
  readonly mqttTls: MqttTlsConfig | null;
  /** Nodes that may be connected to our own gateway at the same time. */
  readonly maxConnections: number;
  /** The broker that `tahan server` reads from, with user name and password if it wants them. */
  readonly mqttUrl: string | null;
  /** Where an edge gateway hands on what it took. */
  readonly uplink: {
    readonly url: string | null;
    readonly username: string | null;
    readonly password: string | null;
  };
  /** Where readings are kept. */
  readonly readings: { readonly store: 'embedded' } | ({ readonly store: 'influxdb' } & InfluxConfig);
  /** Null = for ever. */
  readonly retention: { readonly days: number | null; readonly hourlyDays: number | null };
  /** A PostgreSQL database for everything but readings; null = a SQLite file in the data folder. */
  readonly databaseUrl: string | null;
  /**
   * How long an acknowledgement to the broker waits for the stores that several servers share (PostgreSQL and InfluxDB)
   * before the disk of this server has to do; null = the disk of this server is enough, or there are no such stores.
   */
  readonly storePatienceMs: number | null;
  /** What links point to; null = the address of the request. */
  readonly publicUrl: string | null;
  /** How people are told. */
  readonly notify: NotifyConfig;
  /** Batches whose lives are kept in memory, some two and a half kilobytes each. */
  readonly liveBatches: number;
  /** How many fits of experiments run at once, each on a core of its own. */
  readonly fitWorkers: number;
  readonly logLevel: string;
  readonly timeZone: string;
}

/**
 * Reads the settings from an environment. An empty variable counts as unset, as in a `.env` file with the value left out.
 * Secrets may be given as files (`INFLUX_TOKEN_FILE` and others, see `readSecretFiles`).
 *
 * @throws {ConfigError} naming every variable that is wrong, its value and what is allowed
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const secrets = readSecretFiles(environment);
  const given = {
    ...Object.fromEntries(
      Object.keys(environmentSchema.shape).map(name => [name, environment[name]?.trim() || undefined]),
    ),
    ...secrets.values,
  };
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success || secrets.faults.length > 0) {
    throw new ConfigError([
      ...secrets.faults,
      ...(parsed.error?.issues ?? []).map(faultIn(environment, secrets)),
    ]);
  }
  const settings = parsed.data;
  return {
    dataDir: settings.TAHAN_DATA_DIR,
    http: { host: settings.TAHAN_HTTP_HOST, port: settings.TAHAN_HTTP_PORT },
    mqtt: { host: settings.TAHAN_MQTT_HOST, port: settings.TAHAN_MQTT_PORT },
    maxConnections: settings.TAHAN_MAX_CONNECTIONS,
    mqttUrl: settings.TAHAN_MQTT_URL ?? null,
    uplink: {
      url: settings.TAHAN_UPLINK_URL ?? null,
      username: settings.TAHAN_UPLINK_USERNAME ?? null,
      password: settings.TAHAN_UPLINK_PASSWORD ?? null,
    },
    mqttTls: mqttTlsOf(settings),
    readings: readingsOf(settings),
    retention: {
      days: settings.TAHAN_RETENTION_DAYS ?? null,
      hourlyDays: settings.TAHAN_RETENTION_HOURLY_DAYS ?? null,
    },
    databaseUrl: settings.TAHAN_DATABASE_URL ?? null,
    storePatienceMs: storePatienceOf(settings),
    publicUrl: settings.TAHAN_PUBLIC_URL ?? null,
    notify: notifyOf(settings),
    liveBatches: settings.TAHAN_LIVE_BATCHES,
    fitWorkers: settings.TAHAN_FIT_WORKERS,
    logLevel: settings.TAHAN_LOG_LEVEL,
    timeZone: settings.TAHAN_TIME_ZONE,
  };
}

function storePatienceOf(settings: z.infer<typeof environmentSchema>): number | null {
  const { TAHAN_MQTT_URL, TAHAN_DATABASE_URL, TAHAN_STORE, TAHAN_STORE_PATIENCE_S } = settings;
  const isShared =
    TAHAN_MQTT_URL !== undefined && TAHAN_DATABASE_URL !== undefined && TAHAN_STORE === 'influxdb';
  return isShared && TAHAN_STORE_PATIENCE_S > 0 ? TAHAN_STORE_PATIENCE_S * 1_000 : null;
}

/** Names the variable that was set: for a secret in a file the one with the path, and never what the file holds. */
const faultIn =
  (environment: Readonly<Record<string, string | undefined>>, { values }: SecretFiles) =>
  ({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }): ConfigFault => {
    const name = String(path[0]);
    const variable = name in values ? `${name}_FILE` : name;
    const allowed = name in values ? `a file that holds ${message}` : message;
    return { variable, value: withoutPassword(environment[variable]?.trim() ?? ''), allowed };
  };

/** An address with a mistake in it is shown, a password or key in it is not. */
const withoutPassword = (value: string): string =>
  value.replace(/:[^:@/]*@/, ':***@').replace(/(?<=:\/\/.*)\?.*/, '?***');

/** Where everything that must survive lies under the data folder. */
export function dataLayout(dataDir: string) {
  return {
    metadata: join(dataDir, 'metadata.sqlite'),
    readings: join(dataDir, 'readings.sqlite'),
    /** Not part of a backup: without it the journal offers everything again. */
    influxPosition: join(dataDir, 'influx-position.json'),
    journal: join(dataDir, 'journal'),
    uplinkProgress: join(dataDir, 'uplink.json'),
    edgeLogins: join(dataDir, 'edge-logins.json'),
    /** Names the server among others, and its journal. */
    serverId: join(dataDir, 'server.id'),
    brokerSession: join(dataDir, 'broker-session.id'),
    signInSecret: join(dataDir, 'sign-in.secret'),
    /** Without it browsers have to subscribe again. */
    pushKeys: join(dataDir, 'push-keys.json'),
  } as const;
}

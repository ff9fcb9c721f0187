import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './errors.ts';

const port = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, { error: 'a whole number from 0 to 65535' })
    .transform(Number)
    .refine(n => n <= 65_535, { error: 'a whole number from 0 to 65535' })
    .default(fallback);

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

/** Every setting, its default and, as the message of its rule, what is allowed. */
const environmentSchema = z.object({
  TAHAN_DATA_DIR: text('./data', 'the path of a folder'),
  TAHAN_HTTP_HOST: text('127.0.0.1', 'a host name or address to listen on'),
  TAHAN_HTTP_PORT: port(8080),
  TAHAN_MQTT_HOST: text('127.0.0.1', 'a host name or address to listen on'),
  TAHAN_MQTT_PORT: port(1883),
  TAHAN_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' }).optional(),
  TAHAN_LOG_LEVEL: z.enum(levels, { error: `one of ${levels.join(', ')}` }).default('info'),
  TAHAN_TIME_ZONE: z
    .string()
    .refine(isTimeZone, { error: 'the name of a time zone, such as Asia/Jakarta' })
    .default('Asia/Jakarta'),
});

export interface Config {
  readonly dataDir: string;
  readonly http: { readonly host: string; readonly port: number };
  readonly mqtt: { readonly host: string; readonly port: number };
  /** What links point to; null = the address of the request. */
  readonly publicUrl: string | null;
  readonly logLevel: string;
  readonly timeZone: string;
}

/**
 * Reads the settings from an environment. An empty variable counts as unset, as in a `.env` file with the value left out.
 *
 * @throws {ConfigError} naming every variable that is wrong, its value and what is allowed
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.keys(environmentSchema.shape).map(name => [name, environment[name]?.trim() || undefined]),
  );
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(issue => {
        const variable = String(issue.path[0]);
        return { variable, value: given[variable] ?? '', allowed: issue.message };
      }),
    );
  }
  const settings = parsed.data;
  return {
    dataDir: settings.TAHAN_DATA_DIR,
    http: { host: settings.TAHAN_HTTP_HOST, port: settings.TAHAN_HTTP_PORT },
    mqtt: { host: settings.TAHAN_MQTT_HOST, port: settings.TAHAN_MQTT_PORT },
    publicUrl: settings.TAHAN_PUBLIC_URL ?? null,
    logLevel: settings.TAHAN_LOG_LEVEL,
    timeZone: settings.TAHAN_TIME_ZONE,
  };
}

/** Where everything that must survive lies under the data folder. */
export function dataLayout(dataDir: string) {
  return {
    metadata: join(dataDir, 'metadata.sqlite'),
    readings: join(dataDir, 'readings.sqlite'),
    journal: join(dataDir, 'journal'),
    signInSecret: join(dataDir, 'sign-in.secret'),
  } as const;
}

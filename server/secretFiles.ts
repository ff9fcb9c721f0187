import { readFileSync } from 'node:fs';
import type { ConfigFault } from './errors.ts';
import { notifySecrets } from './notifySettings.ts';

/** Settings that hold a secret. Each may be given as a file instead: the same name with `_FILE` behind it. */
export const secretVariables = [
  'INFLUX_TOKEN',
  'INFLUX_PASSWORD',
  'TAHAN_DATABASE_URL',
  'TAHAN_MQTT_URL',
  'TAHAN_UPLINK_PASSWORD',
  ...notifySecrets,
] as const;

type SecretVariable = (typeof secretVariables)[number];

/** Enough for any token, too little to read a wrong file into memory. */
const longestBytes = 64 * 1024;

export interface SecretFiles {
  /** What the files hold, without white space around it. */
  readonly values: Readonly<Partial<Record<SecretVariable, string>>>;
  readonly faults: readonly ConfigFault[];
}

/**
 * Reads the secrets that are given as files, as Docker, systemd and Kubernetes hand them over. An empty variable counts
 * as unset. Faults name variable and path, never what a file holds: no file there, not readable, empty, not text, over
 * 64 KiB, or the secret given both ways.
 */
export function readSecretFiles(environment: Readonly<Record<string, string | undefined>>): SecretFiles {
  const values: Partial<Record<SecretVariable, string>> = {};
  const faults: ConfigFault[] = [];
  for (const name of secretVariables) {
    const variable = `${name}_FILE`;
    const path = environment[variable]?.trim();
    if (!path) continue;
    if (environment[name]?.trim()) {
      faults.push({ variable, value: path, allowed: `left out, because ${name} is set too` });
      continue;
    }
    const read = secretIn(path);
    if ('secret' in read) values[name] = read.secret;
    else
      faults.push({
        variable,
        value: path,
        allowed: `the path of a file with the secret in it (${read.problem})`,
      });
  }
  return { values, faults };
}

function secretIn(path: string): { readonly secret: string } | { readonly problem: string } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { problem: problemOf((error as NodeJS.ErrnoException).code) };
  }
  if (bytes.length > longestBytes) return { problem: 'this one has more than 64 KiB' };
  const secret = bytes.toString('utf8').trim();
  if (secret === '') return { problem: 'this one is empty' };
  if (secret.includes('\u0000') || secret.includes('\uFFFD')) return { problem: 'this one is not text' };
  return { secret };
}

function problemOf(code: string | undefined): string {
  if (code === 'ENOENT') return 'there is none here';
  if (code === 'EACCES' || code === 'EPERM') return 'this one may not be read by this user';
  if (code === 'EISDIR') return 'this is a folder';
  return `this one cannot be read: ${code ?? 'unknown error'}`;
}

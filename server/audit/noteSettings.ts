import { createHash } from 'node:crypto';
import type { Config } from '../config.ts';
import { addAudit, lastAuditLine } from '../store/metadata/audit.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { changedFields } from './changedFields.ts';

/** Shown as they are. Of every other setting only that it is set: a new one keeps its secret until it is named here. */
const shown: readonly string[] = [
  ...['dataDir', 'http.host', 'http.port', 'mqtt.host', 'mqtt.port', 'publicUrl', 'logLevel', 'timeZone'],
  ...['mqttTls.host', 'mqttTls.port', 'mqttTls.files.cert', 'mqttTls.files.key', 'mqttTls.files.clientCa'],
  ...['retention.days', 'retention.hourlyDays', 'readings.store', 'readings.bucket', 'readings.org'],
  ...['notify.email.from', 'notify.whatsapp.template', 'notify.allowHttpLoopback'],
];

/** Addresses that may hold a user name and a password: shown by host. */
const shownByHost: readonly string[] = ['mqttUrl', 'uplink.url', 'databaseUrl', 'readings.url'];

type Settings = Readonly<Record<string, unknown>>;

/**
 * Writes down what a server starts with, if it is not what the last one started with: settings without their secrets, and
 * their hash. Levels that people set are in the lines of those who set them.
 */
export async function noteSettings(db: MetadataDb, config: Config, now: number): Promise<void> {
  await db.transaction().execute(async transaction => {
    const settings = settingsWithoutSecrets(config);
    const last = await lastAuditLine(transaction, null, 'settings.changed');
    const before = last === null ? null : readSettings(last.after);
    const changed = changedFields(before ?? {}, settings);
    const fields = Object.keys(changed.after);
    if (before !== null && fields.length === 0) return;
    const what = before === null ? 'first start' : `changed: ${fields.join(', ')}`;
    await addAudit(transaction, {
      ...{ at: now, orgId: null, actor: 'server', action: 'settings.changed', subject: 'server' },
      detail: `${what}; SHA-256 ${hashOf(settings)}`,
      ...(before !== null && { before: changed.before }),
      after: settings,
    });
  });
}

/** What was tampered with is no reason not to start: everything counts as changed then. */
function readSettings(json: string | null): Settings {
  try {
    return Object(JSON.parse(json ?? '{}'));
  } catch {
    return {};
  }
}

/** Every setting by its path, in the order of the paths; secrets and what may hold one as "set". */
export function settingsWithoutSecrets(config: Config): Settings {
  const settings: [string, unknown][] = [];
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`);
    else settings.push([path, safeValue(path, value)]);
  };
  walk(config, '');
  return Object.fromEntries(settings.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function safeValue(path: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (shown.includes(path)) return value;
  if (shownByHost.includes(path) && URL.canParse(String(value))) return new URL(String(value)).host;
  return 'set';
}

const hashOf = (settings: Settings): string =>
  createHash('sha256').update(JSON.stringify(settings)).digest('hex');

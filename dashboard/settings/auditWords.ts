import type { AuditLineView } from '../../models/contracts/audit.ts';
import type { MessageId, Translate } from '../i18n/catalogues.ts';

/** First words of actions, as a filter offers them. */
export const auditKinds = [
  ...['batch', 'shipment', 'alert', 'alert_rule', 'alert_chain', 'node', 'placement', 'offset', 'claim_code'],
  ...['found_device', 'observation', 'label', 'product', 'place', 'organisation', 'member', 'invitation'],
  ...['user', 'contact', 'token', 'grant', 'quarantine', 'readings', 'record', 'export', 'epcis', 'bridge'],
  ...['edge_gateway', 'experiment', 'security', 'settings'],
] as const;

const verbs: ReadonlySet<string> = new Set([
  ...[
    'accepted',
    'acknowledged',
    'arrived',
    'correction',
    'departed',
    'handed-over',
    'added',
    'assigned',
    'cancelled',
    'changed',
    'claimed',
    'code-sent',
  ],
  ...[
    'discarded',
    'ended',
    'exported',
    'forgotten',
    'given',
    'ignored',
    'imported',
    'issued',
    'joined',
    'made',
    'noted',
  ],
  ...['password-changed', 'password-reset', 'password-reset-issued', 'read', 'received', 'released'],
  ...['removed', 'renamed', 'replaced', 'reserved', 'revoked', 'role-changed', 'secret-renewed'],
  ...['sessions-ended', 'sign-in-failed', 'signed-in', 'signed-out', 'sold-out', 'split'],
  ...['switched-organisation', 'tested', 'unacknowledged', 'undiscarded', 'unsold', 'verified'],
  'version-added',
]);
const kinds: ReadonlySet<string> = new Set(auditKinds);

export function kindText(kind: string, t: Translate): string {
  return kinds.has(kind) ? t(`audit.kind.${kind}` as MessageId) : kind;
}

/** "Tempat: ditambah". What has no words yet stands as it is written. */
export function actionText(action: string, t: Translate): string {
  const [kind = '', verb = ''] = action.split('.');
  const what = verbs.has(verb) ? t(`audit.verb.${verb}` as MessageId) : verb;
  return t('audit.what', { kind: kindText(kind, t), verb: what });
}

export function actorText({ kind, name, organisationId }: AuditLineView['actor'], t: Translate): string {
  if (kind === 'server') return t('audit.server');
  if (kind === 'command-line') return t('audit.setup');
  if (kind === 'unknown') return name === 'unknown' ? t('audit.unknown') : name;
  return kind === 'token' && organisationId === null ? t('audit.program', { name }) : name;
}

const fields: ReadonlySet<string> = new Set([
  ...['name', 'kind', 'role', 'email', 'phone', 'address', 'publicName', 'timeZone', 'halalNumber'],
  ...['pirtNumber', 'variant', 'treatment', 'storage', 'unit', 'needH', 'unitPriceIdr', 'gtin', 'nodeId'],
  ...['placeId', 'batchId', 'probe', 'position', 'from', 'to', 'reason', 'note', 'enabled', 'severity'],
  ...[
    'temperatureOffsetC',
    'expiresAt',
    'toEmail',
    'quiet',
    'language',
    'minSeverity',
    'settings',
    'leg',
    'by',
  ],
  'receivedBy',
]);

/** What people call a field; one without words stands under the name it has in the API. */
export function fieldText(field: string, t: Translate): string {
  return fields.has(field) ? t(`audit.field.${field}` as MessageId) : field;
}

/** One field that changed, as it was and as it is. */
export interface AuditChange {
  readonly field: string;
  /** `null` for something new. */
  readonly before: string | null;
  readonly after: string;
}

/**
 * What a line says of fields: one row each; none when the action says it all. Of something new only what is known.
 * @param moment  a time as it is shown
 */
export function changesOf(
  line: Pick<AuditLineView, 'before' | 'after' | 'detail'>,
  t: Translate,
  moment: (at: number) => string,
): AuditChange[] {
  const { before } = line;
  const after = line.after ?? detailFields(line.detail);
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const isNew = before === null || before === undefined;
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter(field => !isNew || is[field] !== null)
    .map(field => ({
      field,
      before: isNew ? null : valueText(was[field], t, moment),
      after: valueText(is[field], t, moment),
    }));
}

/** Some details are fields themselves; anything else is text. */
function detailFields(detail: string): unknown {
  if (!detail.startsWith('{')) return null;
  try {
    return JSON.parse(detail);
  } catch {
    return null;
  }
}

/** A value that is no object of fields stands under no name. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (value === null || value === undefined) return {};
  return typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : { '': value };
}

/** Larger numbers are times: no firm has so many of anything. */
const timesFrom = 1e12;

function valueText(value: unknown, t: Translate, moment: (at: number) => string): string {
  if (value === null || value === undefined || value === '') return t('audit.empty');
  if (typeof value === 'boolean') return value ? t('audit.yes') : t('audit.no');
  if (typeof value === 'number' && value > timesFrom) return moment(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

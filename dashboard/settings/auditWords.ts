import type { AuditLineView } from '../../models/contracts/audit.ts';
import type { MessageId, Translate } from '../i18n/catalogues.ts';

/** First words of actions, as a filter offers them. */
export const auditKinds = [
  ...['batch', 'shipment', 'alert', 'alert_rule', 'alert_chain', 'node', 'placement', 'offset', 'claim_code'],
  ...['found_device', 'observation', 'label', 'product', 'place', 'organisation', 'member', 'invitation'],
  ...['user', 'contact', 'token', 'grant', 'quarantine', 'readings', 'record', 'export', 'epcis', 'bridge'],
  ...['edge_gateway', 'security', 'settings'],
] as const;

const verbs: ReadonlySet<string> = new Set([
  ...['accepted', 'acknowledged', 'added', 'assigned', 'cancelled', 'changed', 'claimed', 'code-sent'],
  ...['discarded', 'ended', 'exported', 'forgotten', 'given', 'ignored', 'issued', 'joined', 'made', 'noted'],
  ...['password-changed', 'password-reset', 'password-reset-issued', 'read', 'received', 'released'],
  ...['removed', 'renamed', 'replaced', 'reserved', 'revoked', 'role-changed', 'secret-renewed'],
  ...['sessions-ended', 'sign-in-failed', 'signed-in', 'signed-out', 'sold-out', 'split'],
  ...['switched-organisation', 'tested', 'unacknowledged', 'undiscarded', 'unsold', 'verified'],
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

/** One field that changed, as it was and as it is. */
export interface AuditChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** What a line says of fields: one row each; none when the action says it all. */
export function changesOf(
  { before, after }: Pick<AuditLineView, 'before' | 'after'>,
  t: Translate,
): AuditChange[] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].map(field => ({
    field,
    before: valueText(was[field], t),
    after: valueText(is[field], t),
  }));
}

/** A value that is no object of fields stands under no name. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (value === null || value === undefined) return {};
  return typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : { '': value };
}

function valueText(value: unknown, t: Translate): string {
  if (value === null || value === undefined || value === '') return t('audit.empty');
  if (typeof value === 'boolean') return value ? t('audit.yes') : t('audit.no');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Lines as CSV for a table program: every cell in quotes, so that nothing in it is taken for a column or a formula. */
export function auditCsv(lines: readonly AuditLineView[]): string {
  const head = ['line', 'at', 'actor', 'actorKey', 'action', 'subjectKind', 'subjectId', 'subjectName'];
  const rows = lines.map(line => [
    ...[String(line.line), line.at, line.actor.name, line.actor.key, line.action],
    ...[line.subject.kind, line.subject.id, line.subject.name ?? '', line.detail],
    ...[json(line.before), json(line.after), line.previousHash, line.hash],
  ]);
  const table = [[...head, 'detail', 'before', 'after', 'previousHash', 'hash'], ...rows];
  return `${table.map(row => row.map(quoted).join(',')).join('\r\n')}\r\n`;
}

const json = (value: unknown): string => (value === null || value === undefined ? '' : JSON.stringify(value));

/** What begins like a formula gets an apostrophe before it, which table programs take for "this is text". */
function quoted(cell: string): string {
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return `"${text.replaceAll('"', '""')}"`;
}

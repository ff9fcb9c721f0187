import type { AuditLineView } from '../../models/contracts/audit.ts';

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

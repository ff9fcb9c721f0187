import type { AuditActor } from '../../models/contracts/audit.ts';

/** Actions whose subject is something else than their first word says. */
const subjectKinds: Readonly<Record<string, string>> = {
  'label.reserved': 'codes',
  'found_device.claimed': 'node',
  alert_chain: 'organisation',
  claim_code: 'node',
  epcis: 'batch',
  export: 'organisation',
  label: 'batch',
  member: 'user',
  observation: 'batch',
  offset: 'node',
  placement: 'batch',
  readings: 'node',
  record: 'batch',
  security: 'node',
  settings: 'server',
};

/** What kind of thing the subject of an action is. */
export function subjectKindOf(action: string): string {
  const [kind = ''] = action.split('.');
  return subjectKinds[action] ?? subjectKinds[kind] ?? kind;
}

type Actor = Omit<AuditActor, 'name'>;

/** Reads who did something out of a line; what it does not know stays as it is written. */
export function readActor(key: string): Actor {
  const own = { key, organisationId: null };
  if (key === 'setup') return { ...own, kind: 'command-line', id: key };
  if (key === 'server' || key === 'buyer' || key === 'unknown') return { ...own, kind: key, id: key };
  const claim = /^claim code of (.+)$/.exec(key);
  if (claim !== null) return { ...readActor(claim[1]!), key, kind: 'claim-code' };
  const person = /^user (\S+)$/.exec(key);
  if (person !== null) return { ...own, kind: 'user', id: person[1]! };
  const token = /^token (.+)$/s.exec(key);
  if (token !== null) return { ...own, kind: 'token', id: token[1]! };
  // From another firm, whose name stands behind or before.
  const [, behind, orgBehind] = /^user (\S+) of (\S+)$/.exec(key) ?? [];
  if (behind !== undefined) return { key, kind: 'user', id: behind, organisationId: orgBehind! };
  const [, orgBefore, kind, before] = /^(\S+) (user|token) (.+)$/s.exec(key) ?? [];
  if (orgBefore !== undefined)
    return { key, kind: kind as 'user' | 'token', id: before!, organisationId: orgBefore };
  return { ...own, kind: /^[\d.:a-f]+$/i.test(key) ? 'address' : 'unknown', id: key };
}

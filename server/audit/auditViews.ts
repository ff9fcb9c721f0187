import type { AuditLineView } from '../../models/contracts/audit.ts';
import type { SignIn } from '../signIn.ts';
import type { AuditLine } from '../store/metadata/audit.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { type NamedKind, namesOfThings } from '../store/metadata/thingNames.ts';
import { readActor, subjectKindOf } from './auditWords.ts';

interface Parts {
  readonly db: MetadataDb;
  readonly signIn: Pick<SignIn, 'findPeople'>;
}

type Names = ReadonlyMap<string, string>;

const namedKinds: readonly NamedKind[] = [
  ...(['batch', 'node', 'place', 'product', 'shipment', 'contact', 'edge_gateway'] as const),
  'experiment',
];

/** Lines of one firm with the names that people and things have today. */
export async function auditViews(
  { db, signIn }: Parts,
  orgId: string,
  lines: readonly AuditLine[],
): Promise<AuditLineView[]> {
  const actors = lines.map(line => readActor(line.actor));
  const things = lines.map(({ action, subject }) => ({ kind: subjectKindOf(action), id: subject }));
  const idsOf = (kind: string) => things.filter(thing => thing.kind === kind).map(({ id }) => id);
  const people = new Set([
    ...idsOf('user'),
    ...actors
      .filter(({ kind, organisationId }) => kind !== 'token' && organisationId === null)
      .map(a => a.id),
  ]);
  const found = await signIn.findPeople([...people]);
  const persons: Names = new Map([...found].map(([id, person]) => [id, person.name]));
  const firms = await namesOfFirms(db, [
    ...idsOf('organisation'),
    ...actors.flatMap(({ organisationId }) => organisationId ?? []),
  ]);
  const names = new Map<string, Names>([
    ['user', persons],
    ['organisation', firms],
  ]);
  for (const kind of namedKinds) names.set(kind, await namesOfThings(db, orgId, kind, idsOf(kind)));
  return lines.map((line, index) => {
    const [actor, { kind, id }] = [actors[index]!, things[index]!];
    const { organisationId } = actor;
    const name =
      organisationId === null
        ? (persons.get(actor.id) ?? actor.id)
        : (firms.get(organisationId) ?? organisationId);
    return {
      line: line.line,
      at: new Date(line.at).toISOString(),
      actor: { ...actor, name },
      action: line.action,
      subject: { kind, id, name: names.get(kind)?.get(id) ?? null },
      detail: line.detail,
      before: parsed(line.before),
      after: parsed(line.after),
      previousHash: line.previousHash,
      hash: line.hash,
    };
  });
}

async function namesOfFirms(db: MetadataDb, orgIds: readonly string[]): Promise<Names> {
  const names = new Map<string, string>();
  for (const orgId of new Set(orgIds)) {
    const name = (await findOrganisation(db, orgId))?.name;
    if (name !== undefined) names.set(orgId, name);
  }
  return names;
}

/** What was tampered with may be no JSON any more: it is shown as it is. */
function parsed(json: string | null): unknown {
  if (json === null) return null;
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const metadataDir = join(root, 'server/store/metadata');
const apiDir = join(root, 'server/api');

const sourcesIn = (dir: string) =>
  readdirSync(dir)
    .filter(name => name.endsWith('.ts'))
    .map(name => ({ name, text: readFileSync(join(dir, name), 'utf8') }));

interface Query {
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

/** Every function that is handed the database, with its text up to the next one. */
const functions: Query[] = sourcesIn(metadataDir).flatMap(({ name: file, text }) =>
  text
    .split(/^(?=(?:export )?(?:async )?function )/m)
    .filter(piece => /^(?:export )?(?:async )?function \w+\(\s*(?:db|transaction): MetadataDb\b/.test(piece))
    .map(piece => ({ file, name: /function (\w+)/.exec(piece)![1]!, text: piece })),
);

const crossesFirms = (name: string) => /Of(?:Any|All)Organisations?$/.test(name);

/** Tables that belong to no firm: who somebody is, and which names are taken. */
const ofNoFirm = ['phones', 'quarantine_dropped', 'organisations'];

/** Functions that may look at a table of firms without naming one, and why. */
const exceptions: Readonly<Record<string, string>> = {
  claimDueDeliveries: 'the worker that sends does so for every firm',
  attemptsOf: 'deliveries that were found for a firm',
  takeAlertLease: 'one server decides for every firm',
  holdsAlertLease: 'one server decides for every firm',
  isHeldByAnother: 'one server decides for every firm',
  isMemberAlive: 'servers are of no firm',
  useSession: 'sessions at the broker are of servers',
  noteSessionAway: 'sessions at the broker are of servers',
  listSessions: 'sessions at the broker are of servers',
  claimSession: 'sessions at the broker are of servers',
  isTakenBy: 'sessions at the broker are of servers',
  forgetSession: 'sessions at the broker are of servers',
  releaseAlertLease: 'one server decides for every firm',
  verifyNode: 'a login at the broker, before its firm is known',
  verifyBridge: 'a login at the broker, before its firm is known',
  verifyEdgeGateway: 'a login at the broker, before its firm is known',
  noteEdgeStatus: 'a gateway that has logged in tells of itself',
  isUserNameTaken: 'names at the broker are unique among firms',
  useClaimCode: 'whoever holds the secret',
  acceptGrant: 'whoever holds the secret',
  bridgesWithZone: 'the beginning of other queries',
  placementsWithNode: 'the beginning of other queries',
  findDeviceByKey: 'the intake, by the bridge that has logged in',
  addFoundDevice: 'the intake, by the bridge that has logged in',
  updateFoundDevice: 'the intake, a device it has found',
  countDevicesOfBridge: 'a bridge that was found for a firm',
  findDeviceOfNode: 'a node that was found for a firm',
  setDeviceState: 'a device that was found for a firm',
  keepFoundReadings: 'a device that was found for a firm',
  readFoundReadings: 'a device that was found for a firm',
  dropFoundReadings: 'a device that was found for a firm',
  countFoundReadings: 'a device that was found for a firm',
  listMembershipsOfPerson: 'every firm of one person, for that person',
};

describe('the tenant filter', () => {
  it('finds the queries it is about', () => {
    expect(functions.length).toBeGreaterThan(60);
  });

  it('stands in every query, or its name says that it crosses firms', () => {
    const open = functions
      .filter(({ name, text }) => !crossesFirms(name) && exceptions[name] === undefined && !namesFirm(text))
      .map(({ file, name }) => `${file} ${name}`);
    expect(open).toEqual([]);
  });

  it('has no exception that is not needed', () => {
    const needed = functions.filter(({ text }) => !namesFirm(text)).map(({ name }) => name);
    expect(Object.keys(exceptions).filter(name => !needed.includes(name))).toEqual([]);
  });

  it('cannot be left out by a route', () => {
    const crossing = sourcesIn(apiDir).flatMap(({ name, text }) =>
      [...text.matchAll(/^import\s[^;]*?\sfrom '[^']*store\/metadata\/[^']*';/gm)]
        .flatMap(match => match[0].match(/\w+/g) ?? [])
        .filter(crossesFirms)
        .map(imported => `${name} ${imported}`),
    );
    expect(crossing.sort()).toEqual([...beforeAnybodyIsKnown].sort());
  });
});

/** Here it is the secret of the request that says which firm it is about. */
const beforeAnybodyIsKnown = [
  'authenticate.ts findTokenOfAnyOrganisation',
  'joinRoutes.ts findOpenInvitationOfAnyOrganisation',
  'joinRoutes.ts takePasswordResetOfAnyOrganisation',
  'linkedShipment.ts findLinkedShipmentOfAnyOrganisation',
];

/** Whether a query is held to a firm, writes one, or is about a table that has none. */
function namesFirm(text: string): boolean {
  const tables = [...text.matchAll(/(?:selectFrom|updateTable|deleteFrom|insertInto)\(\s*'(\w+)'/g)].map(
    match => match[1]!,
  );
  if (tables.every(table => ofNoFirm.includes(table))) return true;
  return /'(?:\w+\.)?org_id', '(?:=|is)'|'(?:\w+\.)?to_org_id', '='|\borg_id:|'user_id', '='/.test(text);
}

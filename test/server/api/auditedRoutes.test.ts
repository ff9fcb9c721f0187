import { describe, expect, it } from 'vitest';
import type { GatewayControl } from '../../../models/contracts/intake.ts';
import { allRoutes } from '../../../server/api/app.ts';
import type { Route } from '../../../server/api/route.ts';
import type { Services } from '../../../server/services.ts';
import { setContactCode } from '../../../server/store/metadata/contactCodes.ts';
import type { MetadataDb } from '../../../server/store/metadata/database.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { aReport } from '../foreignReport.ts';
import { cookieOf, memberOf, password, signedIn } from '../signedIn.ts';
import { type CallOptions, startAt, type TestServer, testServer } from '../testServer.ts';
import { bodies, everythingOf, inADay, inAnHour, type Params, queries } from './everything.ts';

const keyOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`;

/** Reading that takes something out of the house. A new one that is not here leaves its line unseen. */
const exports = [
  'get /batches/:batchId/epcis',
  'get /batches/:batchId/label',
  'get /batches/:batchId/record',
  'get /batches/:batchId/record.csv',
  'get /batches/:batchId/record.pdf',
  'get /experiments/:experimentId/archive',
];

/** Routes that are no GET and write no line, and why. */
const silent: Readonly<Record<string, string>> = {
  'post /experiments/import': 'takes bytes: the test of archives looks at its line',
  'post /shipments/preview': 'works something out and keeps nothing',
  'post /parameter-sets/preview': 'works something out and keeps nothing',
  'delete /fits/:fitId': 'a fit that is over: the test of fits looks at its line',
  'delete /reruns/:rerunId': 'stops a calculation and keeps nothing of it',
  'post /predict': 'works something out and keeps nothing',
  'post /nodes/:nodeId/offsets/effect': 'works something out and keeps nothing',
};

const routes = allRoutes({} as Services).filter(
  route => (route.method !== 'get' || exports.includes(keyOf(route))) && silent[keyOf(route)] === undefined,
);

interface World {
  readonly tani: TestServer;
  readonly db: MetadataDb;
  readonly params: Params;
  /** An owner of the firm, and what identifies them in the trail. */
  readonly asking: { readonly userId: string; readonly email: string; session: CallOptions };
}

/** What a route needs to change something indeed: another body, another thing, or something done before. */
type Prepare = (world: World) => Promise<{ body?: unknown; params?: Params } | undefined>;

async function aWorld(): Promise<World> {
  const gateway = { offerAgain: async () => ({ taken: true }), disconnect: () => undefined };
  const tani = await testServer({
    gateway: () => gateway as unknown as GatewayControl,
    environment: { TAHAN_SMTP_URL: 'smtp://127.0.0.1:9', TAHAN_MAIL_FROM: 'tahan@tani.example' },
  });
  const params = await everythingOf(tani);
  return {
    tani,
    params,
    asking: await memberOf(tani, 'owner', { name: 'asking' }),
    db: await openMetadataOf(tani.dataDir),
  };
}

const need = async (answer: ReturnType<TestServer['post']>) => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
};

async function aBatch({ tani }: World, batchId: string) {
  await need(tani.post('/batches', { batchId, productId: 'takwa', producedAt: startAt }));
  return { batchId };
}

/** A shipment of a batch of its own that has not left. */
async function aShipment(world: World, shipmentId: string) {
  const { batchId } = await aBatch(world, `B-of-${shipmentId}`);
  const way = { from: 'Kediri', to: 'Surabaya', departsAt: inAnHour, arrivesAt: inADay };
  await need(world.tani.post('/shipments', { shipmentId, batches: [batchId], ...way }));
  return { params: { ...world.params, shipmentId } };
}

/** A proposal nobody has decided on. */
async function aProposal({ tani, params }: World, title: string) {
  const set = await need(
    tani.post('/parameter-sets', { ...(bodies(params)['post /parameter-sets'] as object), title }),
  );
  const path = `/parameter-sets/${set.parameterSetId}/${set.version}/publish`;
  const { proposedTo } = await need(tani.post(path, {}));
  return { params: { ...params, proposalId: proposedTo[0].proposalId } };
}

async function anUnverifiedContact({ tani, params }: World, name: string) {
  const body = { name, channel: 'email', address: { email: `${name}@tani.example` } };
  return { params: { ...params, contactId: (await need(tani.post('/contacts', body))).contactId } };
}

const prepare: Readonly<Record<string, Prepare>> = {
  'post /me/password': async () => ({ body: { currentPassword: password, newPassword: 'asam jawa manis' } }),
  'delete /me/sessions/:sessionId': async ({ tani, params, asking }) => {
    await signedIn(tani, asking.email);
    const { sessions } = (await tani.get('/me/sessions', asking.session)).body;
    const other = sessions.find((session: { current: boolean }) => !session.current);
    return { params: { ...params, sessionId: other.sessionId } };
  },
  'patch /members/:userId': async () => ({ body: { role: 'producer' } }),
  'post /grants/accept': async ({ tani, asking }) => {
    const token = await tani.tokenFor('owner', 'ketiga');
    const grant = { subject: 'readings-pseudonymised', toEmail: asking.email, expiresAt: inADay };
    const { url } = await need(tani.post('/grants', grant, { token }));
    return { body: { token: url.slice(url.indexOf('#') + 1) } };
  },
  'post /nodes/claim-codes': async () => ({ body: { nodeId: 'S-claimed' } }),
  'delete /batches/:batchId/sold-out': async world => {
    const { batchId } = await aBatch(world, 'B-sold');
    await need(world.tani.post(`/batches/${batchId}/sold-out`));
    return { params: { ...world.params, batchId } };
  },
  'delete /batches/:batchId/discard': async world => {
    const { batchId } = await aBatch(world, 'B-thrown');
    await need(world.tani.post(`/batches/${batchId}/discard`, { reason: 'asam' }));
    return { params: { ...world.params, batchId } };
  },
  'post /batches/:batchId/sold-out': async world => ({
    params: { ...world.params, ...(await aBatch(world, 'B-sell')) },
  }),
  'post /batches/:batchId/discard': async world => ({
    params: { ...world.params, ...(await aBatch(world, 'B-throw')) },
  }),
  'post /batches/:batchId/split': async world => ({
    params: { ...world.params, ...(await aBatch(world, 'B-split')) },
  }),
  'post /batches/join': async world => {
    const from = [(await aBatch(world, 'B-join1')).batchId, (await aBatch(world, 'B-join2')).batchId];
    return { body: { batchId: 'joined', from } };
  },
  'delete /alerts/:alertId/acknowledge': async ({ tani, params }) => {
    await need(tani.post(`/alerts/${params.alertId}/acknowledge`));
    return {};
  },
  'put /alert-rules': async () => ({
    body: { rules: [{ kind: 'too-warm', scope: 'organisation', settings: { levelC: 6 } }] },
  }),
  'delete /batches/:batchId/label': async ({ tani, params }) => {
    await need(tani.get(`/batches/${params.batchId}/label`));
    return {};
  },
  'post /shipments/:shipmentId/legs/:leg/handover': async world => {
    const { batchId } = await aBatch(world, 'B-road');
    const [from, via, to] = ['Kediri', 'Mojokerto', 'Surabaya'];
    const legs = [
      { fromName: from, toName: via, departsAt: new Date(startAt).toISOString(), arrivesAt: inAnHour },
      { fromName: via, toName: to, departsAt: inAnHour, arrivesAt: inADay },
    ];
    await need(world.tani.post('/shipments', { shipmentId: 'K-legs', batches: [batchId], legs }));
    await need(world.tani.post('/shipments/K-legs/depart', {}));
    return { params: { ...world.params, shipmentId: 'K-legs' } };
  },
  'post /shipments/:shipmentId/cancel': world => aShipment(world, 'K-cancel'),
  'delete /shipments/:shipmentId': world => aShipment(world, 'K-delete'),
  'post /found-devices/:foundDeviceId/ignore': async ({ tani, params }) => {
    const { bridgeId } = params;
    const position = tani.server.intake.durablePosition() + 10_000;
    const foreign = [aReport(startAt, 5, { bridgeId: bridgeId!, deviceId: 'lain' })];
    await tani.server.intake.consume([{ position, readings: [], refused: [], foreign }]);
    const { foundDevices } = (await tani.get('/found-devices')).body;
    const { foundDeviceId } = foundDevices.find((device: { deviceId: string }) => device.deviceId === 'lain');
    return { params: { ...params, foundDeviceId } };
  },
  'post /quarantine/:quarantineId/discard': async ({ tani, params }) => {
    const rejection = { code: 'publish.not_json', message: 'is not JSON' } as const;
    const refused = { nodeId: params.nodeId!, topic: 'x', receivedAt: startAt, rejection };
    await tani.consume([], [{ ...refused, payloadHead: '{', payloadBytes: 1 }]);
    const { quarantineId } = (await tani.get('/quarantine')).body.quarantine[0];
    return { params: { ...params, quarantineId } };
  },
  // The firm's own set is in use: back to the one that comes with the product.
  'post /parameter-sets/use': async () => ({
    body: { parameterSetId: 'tahu-fresh', version: 1, treatment: 'turmeric-boiled' },
  }),
  'post /parameter-set-proposals/:proposalId/approve': world => aProposal(world, 'Disetujui'),
  'post /parameter-set-proposals/:proposalId/reject': world => aProposal(world, 'Ditolak'),
  'post /contacts/:contactId/code': world => anUnverifiedContact(world, 'kode'),
  'post /contacts/:contactId/verify': async world => {
    const { params } = await anUnverifiedContact(world, 'periksa');
    await setContactCode(world.db, 'tani', params.contactId!, { code: '123456', expiresAt: startAt + 1e9 });
    return { params };
  },
};

/** Things before they are taken away; sessions and firms at the very end. */
function weight(route: Route): number {
  const key = keyOf(route);
  if (key === 'post /me/password') return 5;
  if (/^(delete|post) \/me\//.test(key)) return 4;
  if (route.method === 'get') return 0;
  if (route.method === 'delete') return 3;
  return /\/(arrive|cancel|claim|replace|discard|ignore|withdraw)$/.test(route.path) ? 2 : 1;
}

async function linesSince(db: MetadataDb, last: number) {
  return db.selectFrom('audit').selectAll().where('audit_id', '>', last).orderBy('audit_id').execute();
}

async function lastId(db: MetadataDb): Promise<number> {
  const { id } = await db
    .selectFrom('audit')
    .select(eb => eb.fn.max('audit_id').as('id'))
    .executeTakeFirstOrThrow();
  return id;
}

describe('every route that changes something or takes it out of the house', () => {
  it('leaves a line that says who did it', async () => {
    const world = await aWorld();
    const wrong: unknown[] = [];
    for (const route of routes.toSorted((a, b) => weight(a) - weight(b))) {
      const key = keyOf(route);
      const { body = bodies(world.params)[key], params = world.params } = (await prepare[key]?.(world)) ?? {};
      const path = route.path.replace(/:(\w+)/g, (_, name: string) =>
        encodeURIComponent(params[name] ?? 'x'),
      );
      const query = queries[key]?.(params) ?? '';
      const last = await lastId(world.db);
      const answer = await world.tani.call(route.method.toUpperCase(), `/api/v1${path}${query}`, {
        ...world.asking.session,
        ...(route.body === undefined ? {} : { body }),
      });
      const actors = (await linesSince(world.db, last)).map(line => line.actor);
      if (answer.status >= 300 || !actors.some(actor => actor.includes(`user ${world.asking.userId}`)))
        wrong.push([key, answer.status, answer.body?.code, answer.body?.detail, actors]);
    }
    expect(
      wrong,
      'call addAudit in it; or say in prepare what it needs, or in silent why it need not',
    ).toEqual([]);
  }, 180_000);

  it('has no exception that is not needed', () => {
    const known = new Set(allRoutes({} as Services).map(keyOf));
    expect([...Object.keys(silent), ...Object.keys(prepare)].filter(key => !known.has(key))).toEqual([]);
  });
});

describe('whoever has not signed in yet', () => {
  it('leaves a line by signing in, failing to, signing out, joining, a new password and a claim', async () => {
    const tani = await testServer();
    const db = await openMetadataOf(tani.dataDir);
    const { userId, email, session } = await memberOf(tani, 'viewer');
    const secret = (url: string) => url.slice(url.indexOf('#') + 1);
    const open = (path: string, body?: unknown, headers = {}) =>
      tani.call('POST', `/api/v1${path}`, { token: null, body, headers });
    const invite = async (invited: string) =>
      secret((await need(tani.post('/invitations', { email: invited, role: 'viewer' }))).url);
    const joining = await invite('new@tani.example');
    const { orgId } = await otherFirmsOwner(tani);
    const known = await invite('sari@lain.example');
    const reset = secret((await need(tani.post(`/members/${userId}/password-reset`))).url);
    const { code } = await need(tani.post('/nodes/claim-codes', { nodeId: 'S-01' }));
    const last = await lastId(db);
    await open('/auth/sign-in', { identity: email, password });
    await open('/auth/sign-in', { identity: email, password: 'guessed' });
    await open('/auth/sign-in', { identity: 'nobody@tani.example', password: 'guessed' });
    await open('/auth/sign-out', undefined, session.headers);
    const joined = await open('/auth/invitation/accept', { token: joining, password });
    expect(cookieOf(joined.headers)).not.toBe('');
    await open('/auth/invitation/accept', { token: known, password: 'guessed' });
    await open('/auth/password-reset', { token: reset, password: 'asam jawa manis' });
    await open('/claim', { code });
    const said = async () =>
      (await linesSince(db, last)).map(({ org_id, action, subject }) => [org_id, action, subject]).sort();
    await expect.poll(said).toEqual(
      [
        ['tani', 'user.signed-in', 'viewer'],
        ['tani', 'user.sign-in-failed', 'viewer'],
        [null, 'user.sign-in-failed', 'nobody@tani.example'],
        ['tani', 'user.signed-out', 'viewer'],
        ['tani', 'invitation.accepted', expect.any(String)],
        ['tani', 'user.sign-in-failed', 'sari@lain.example'],
        ['tani', 'user.password-reset', userId],
        ['tani', 'node.added', 'S-01'],
      ].sort(),
    );
    expect(orgId).toBe('lain');
  });
});

async function otherFirmsOwner(tani: TestServer): Promise<{ orgId: string }> {
  await tani.otherFirm();
  await memberOf(tani, 'owner', { orgId: 'lain', name: 'sari' });
  return { orgId: 'lain' };
}

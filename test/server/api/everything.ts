import { openAlertWithin } from '../../../server/store/metadata/alerts.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { aReport } from '../foreignReport.ts';
import { memberOf } from '../signedIn.ts';
import { everyTenMinutes, hourMs, startAt, type TestServer } from '../testServer.ts';

/** In every id and name of the firm `tani`, so that it would be seen wherever another firm can read it. */
export const mark = 'rahasia';

/** Where one thing of each kind is, by the name it has in the path of a route. */
export type Params = Readonly<Record<string, string>>;

export const inAnHour = new Date(startAt + hourMs).toISOString();
export const inADay = new Date(startAt + 24 * hourMs).toISOString();
const aPushKey = Buffer.alloc(65, 4).toString('base64url');
const aPushSecret = Buffer.alloc(16, 4).toString('base64url');

/**
 * A body that is valid for each route that takes one, about the things in `params`. A new route gets its line here; the test
 * of the table fails without.
 */
export function bodies(params: Params): Readonly<Record<string, unknown>> {
  const { batchId, nodeId, shipmentId, orgId } = params;
  return {
    'patch /me': { name: 'Bu Sri' },
    'post /me/organisation': { orgId },
    'post /me/password': { currentPassword: 'x', newPassword: 'asam jawa manis' },
    'patch /organisation': { address: 'Kediri' },
    'patch /members/:userId': { role: 'viewer' },
    'post /invitations': { email: 'new@tani.example', role: 'viewer' },
    'post /tokens': { name: 'new', role: 'viewer' },
    'post /grants': { toOrgId: 'ketiga', subject: 'shipment', subjectId: shipmentId, expiresAt: inADay },
    'post /grants/accept': { token: 'x'.repeat(43) },
    'post /nodes': { nodeId: 'new-node' },
    'post /nodes/claim-codes': { nodeId },
    'post /nodes/:nodeId/replace': { claimCode: true },
    'post /nodes/:nodeId/offsets/effect': { temperatureOffsetC: 0.5, from: startAt },
    'post /nodes/:nodeId/offsets': { temperatureOffsetC: 0.5, from: startAt },
    'post /edge-gateways': { gatewayId: 'new-gateway' },
    'post /bridges': { bridgeId: 'new-bridge', topicPrefixes: ['new/'] },
    'post /found-devices/:foundDeviceId/claim': {},
    'post /products': { productId: 'new', name: 'New', treatment: 'none', storage: 'room' },
    'patch /products/:productId': { name: 'Takwa' },
    'post /places': { placeId: 'new', name: 'New', kind: 'shop' },
    'patch /places/:placeId': { name: 'Kulkas' },
    'post /batches': { batchId: 'new', productId: 'takwa', producedAt: startAt },
    'post /labels/reserve': { count: 1 },
    'post /epcis/capture': receivingEvent(batchId),
    'post /batches/:batchId/placements': { nodeId, position: 'atas', from: startAt },
    'patch /batches/:batchId/placements/:placementId': { to: inAnHour },
    'post /batches/:batchId/discard': { reason: 'asam' },
    'post /batches/:batchId/split': { into: [{ batchId: 'child-1' }, { batchId: 'child-2' }] },
    'post /batches/join': { batchId: 'joined', from: [batchId, params.secondBatchId] },
    'post /batches/:batchId/observations': { kind: 'verdict', verdict: 'still-good' },
    'post /experiments': { title: 'Takwa 10 C', ...anExperiment },
    'patch /experiments/:experimentId': { note: 'ulang' },
    'post /experiments/:experimentId/versions': anExperiment,
    'post /experiments/:experimentId/fits': aFit,
    'post /experiments/:experimentId/ranking': { version: 1, models: ['baranyi', 'huang'] },
    'post /parameter-sets': aSet,
    'post /parameter-sets/preview': aSet,
    'post /parameter-sets/:parameterSetId/:setVersion/publish': {},
    'post /parameter-sets/:parameterSetId/:setVersion/rerun': {},
    'post /parameter-sets/use': {
      ...{ parameterSetId: params.parameterSetId, version: Number(params.setVersion) || 1 },
      treatment: 'turmeric-boiled',
    },
    'post /parameter-set-proposals/:proposalId/reject': { reason: 'nanti' },
    'post /shipments': {
      ...{ batches: [params.secondBatchId], from: 'Kediri', to: 'Surabaya' },
      ...{ departsAt: inAnHour, arrivesAt: inADay },
    },
    'post /shipments/preview': {
      ...{ batches: [params.secondBatchId], from: 'Kediri', to: 'Surabaya' },
      ...{ departsAt: inAnHour, arrivesAt: inADay },
    },
    'patch /shipments/:shipmentId': { name: 'Pagi' },
    'delete /shipments/:shipmentId': { reason: 'hujan' },
    'post /shipments/:shipmentId/cancel': { reason: 'hujan' },
    'post /shipments/:shipmentId/depart': {},
    'post /shipments/:shipmentId/legs/:leg/handover': { by: 'Yanto', receivedBy: 'Ratna' },
    'post /shipments/:shipmentId/arrive': { receivedBy: 'Ratna', accepted: 'all' },
    'post /shipments/:shipmentId/custody': { by: 'Yanto', note: 'salah nama' },
    'post /alerts/:alertId/assign': { name: 'Yanto' },
    'post /alerts/:alertId/notes': { note: 'es ditambah' },
    'put /alert-rules': { rules: [] },
    'put /alert-chain': { steps: [{ afterMin: 0, to: { role: 'owner' } }] },
    'post /quarantine/:quarantineId/discard': { reason: 'salah' },
    'post /contacts': { name: 'Toko', channel: 'email', address: { email: 'toko@tani.example' } },
    'patch /contacts/:contactId': { name: 'Toko' },
    'post /contacts/:contactId/verify': { code: '123456' },
    'post /push/subscriptions': {
      endpoint: 'https://push.example/1',
      keys: { p256dh: aPushKey, auth: aPushSecret },
    },
    'post /predict': {
      model: 'tahu-fresh',
      history: [
        { measuredAt: startAt - hourMs, temperatureC: 28 },
        { measuredAt: startAt, temperatureC: 28 },
      ],
    },
  };
}

/** What two counts allow. */
const aFit = { version: 1, model: 'baranyi_no_lag_no_stationary' };

const aSet = {
  ...{ treatment: 'turmeric-boiled', title: 'Takwa' },
  ...{ parameters: { b: { value: 0.022 } }, testedRangeC: { min: 4, max: 30 } },
};

/** Two counts at 10 C. */
const anExperiment = {
  kind: 'growth',
  rows: [aCount(2, 0, 2.4), aCount(3, 24, 3.1)],
  series: [{ series: '10 °C', temperature: { kind: 'constant', temperatureC: 10 } }],
};

function aCount(row: number, timeH: number, log10CfuPerG: number) {
  const nothing = { belowLog10: null, aboveLog10: null, shelfLifeH: null, excluded: null };
  return { row, series: '10 °C', replicate: null, timeH, log10CfuPerG, ...nothing };
}

/** What has to stand behind the "?" of some routes. */
export const queries: Readonly<Record<string, (params: Params) => string>> = {
  'delete /batches/:batchId/placements/:placementId': () => '?reason=salah',
  'get /nodes/:nodeId/time-above': () => `?levelC=8&from=${startAt - hourMs}&to=${startAt}`,
  'get /shared/readings': ({ grantId }) => `?grantId=${grantId}`,
};

/** One thing of each kind in the firm `tani`, and a firm `ketiga` to share with. */
export async function everythingOf(tani: TestServer): Promise<Params> {
  const { server, post, get } = tani;
  const nodeId = `S-${mark}`;
  const batchId = `B-${mark}`;
  const secondBatchId = `B2-${mark}`;
  await server.setup.ensureOrganisation({ orgId: 'ketiga', name: 'Ketiga' });
  const place = { placeId: `P-${mark}`, name: `Kulkas ${mark}`, kind: 'fridge' };
  await need(post('/places', place));
  const product = { productId: `takwa-${mark}`, name: 'Takwa', treatment: 'none', storage: 'room' };
  await need(post('/products', product));
  await need(post('/nodes', { nodeId, name: `Kulkas ${mark}`, placeId: place.placeId }));
  // What was seen of a batch makes each estimate of its arrival cost a hundred times as much: another one travels.
  const sentBatchId = `B3-${mark}`;
  for (const id of [batchId, secondBatchId, sentBatchId])
    await need(
      post('/batches', { batchId: id, productId: 'takwa', producedAt: startAt - hourMs, quantity: 40 }),
    );
  const placed = await need(post(`/batches/${batchId}/placements`, { nodeId, from: startAt - hourMs }));
  await tani.consume(everyTenMinutes(startAt - hourMs / 2, startAt, 28, { nodeId }), [aRefusal(nodeId)]);
  const observed = await need(
    post(`/batches/${batchId}/observations`, { kind: 'verdict', verdict: 'still-good' }),
  );
  const shipmentId = `K-${mark}`;
  await need(
    post('/shipments', {
      ...{ shipmentId, batches: [sentBatchId], from: 'Kediri', to: 'Surabaya' },
      ...{ departsAt: inAnHour, arrivesAt: inADay },
    }),
  );
  const experiment = await need(
    post('/experiments', { title: `Takwa ${mark}`, note: mark, ...anExperiment }),
  );
  const fit = await need(post(`/experiments/${experiment.experimentId}/fits`, aFit));
  const set = await need(post('/parameter-sets', { ...aSet, title: `Takwa ${mark}`, note: mark }));
  const setPath = `/parameter-sets/${set.parameterSetId}/${set.version}`;
  await need(post(`${setPath}/publish`, { approve: true }));
  const published = await need(post(`${setPath}/publish`, {}));
  const rerun = await need(post(`${setPath}/rerun`, {}));
  await need(post('/edge-gateways', { gatewayId: `truk-${mark}` }));
  const bridgeId = `rumah-${mark}`;
  await need(post('/bridges', { bridgeId, topicPrefixes: ['zigbee2mqtt/'] }));
  await server.intake.consume([
    {
      ...{ position: server.intake.durablePosition() + 1_000, readings: [], refused: [] },
      foreign: [aReport(startAt, 5, { bridgeId, deviceId: `kulkas-${mark}` })],
    },
  ]);
  const member = await memberOf(tani, 'viewer', { name: mark });
  await memberOf(tani, 'owner', { name: `owner-${mark}` });
  const { sessions } = (await get('/me/sessions', member.session)).body;
  const invited = await need(post('/invitations', { email: `${mark}@baru.example`, role: 'viewer' }));
  const token = await need(post('/tokens', { name: mark, role: 'viewer' }));
  const granted = await need(
    post('/grants', { toOrgId: 'ketiga', subject: 'readings-pseudonymised', expiresAt: inADay }),
  );
  const contact = await need(
    post('/contacts', { name: mark, channel: 'buzzer', address: { nodeId }, userId: null }),
  );
  return {
    ...{ orgId: 'tani', nodeId, batchId, secondBatchId, sentBatchId },
    ...{ bridgeId, shipmentId, leg: '1' },
    ...{ placeId: place.placeId, productId: product.productId, gatewayId: `truk-${mark}` },
    placementId: placed.placementId,
    observationId: observed.observationId,
    ...{ experimentId: experiment.experimentId, version: '1', fitId: fit.fitId },
    ...{ parameterSetId: set.parameterSetId, setVersion: String(set.version), rerunId: rerun.rerunId },
    proposalId: published.proposedTo[0].proposalId,
    foundDeviceId: (await get('/found-devices')).body.foundDevices[0].foundDeviceId,
    quarantineId: (await get('/quarantine')).body.quarantine[0].quarantineId,
    userId: member.userId,
    sessionId: sessions[0].sessionId,
    invitationId: invited.invitationId,
    tokenId: token.tokenId,
    grantId: granted.grantId,
    contactId: contact.contactId,
    alertId: await anAlertOf(tani),
    code: (await get(`/batches/${batchId}/label`)).body.code,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: each answer has a shape of its own
async function need(calling: ReturnType<TestServer['post']>): Promise<any> {
  const { status, body } = await calling;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

function aRefusal(nodeId: string) {
  return {
    ...{ nodeId, topic: `tahan/${nodeId}/readings`, receivedAt: startAt },
    rejection: { code: 'reading.field_invalid', message: 'must be from -40 to 85' } as const,
    ...{ payloadHead: '{"temperatureC":900}', payloadBytes: 20 },
  };
}

/** Of a kind that nothing in this world causes. */
async function anAlertOf(tani: TestServer): Promise<string> {
  const db = await openMetadataOf(tani.dataDir);
  const alert = await db.transaction().execute(transaction =>
    openAlertWithin(transaction, {
      ...{ orgId: 'tani', kind: 'journal-filling', subject: `gateway/truk-${mark}`, severity: 'risk' },
      ...{ beganAt: startAt, endedAt: null, openedAt: startAt, clearedAt: null, knownLate: false },
      facts: { subjectName: mark },
    }),
  );
  if (alert === null) throw new Error('there is an alert already');
  return alert.alertId;
}

/** What a partner reports who has received a batch. */
function receivingEvent(batchId = '') {
  const event = {
    ...{ type: 'ObjectEvent', action: 'OBSERVE', bizStep: 'receiving' },
    ...{ eventTime: new Date(startAt).toISOString(), eventTimeZoneOffset: '+07:00' },
    quantityList: [{ epcClass: `https://tahu.example/epcis/lot/tani/${batchId}` }],
  };
  return {
    '@context': [],
    ...{ type: 'EPCISDocument', schemaVersion: '2.0', creationDate: new Date(startAt).toISOString() },
    epcisBody: { eventList: [event] },
  };
}

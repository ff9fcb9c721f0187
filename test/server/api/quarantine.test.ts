import { describe, expect, it } from 'vitest';
import type { GatewayControl, OfferedAgain, OfferedAgainOutcome } from '../../../models/contracts/intake.ts';
import { quarantinedSchema } from '../../../models/contracts/quarantine.ts';
import type { QuarantinedPublish, RejectionCode } from '../../../models/contracts/rejection.ts';
import { listAudit } from '../../../server/store/metadata/audit.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { type CallOptions, startAt, testServer } from '../testServer.ts';

function refusal(
  code: RejectionCode,
  fields: Partial<QuarantinedPublish> & { index?: number } = {},
): QuarantinedPublish {
  const { index, ...publish } = fields;
  const payloadHead = publish.payloadHead ?? '{"temperatureC":900}';
  return {
    nodeId: 'S-01',
    topic: 'tahan/S-01/readings',
    receivedAt: startAt,
    rejection: { code, message: 'must be from -40 to 85', ...(index === undefined ? {} : { index }) },
    payloadHead,
    payloadBytes: payloadHead.length,
    ...publish,
  };
}

/** A gateway that takes or refuses what it is offered again. */
function offeringGateway(answer: OfferedAgainOutcome = { taken: true, position: 99 }) {
  const offered: OfferedAgain[] = [];
  const gateway: GatewayControl = {
    port: 1,
    tlsPort: null,
    async offerAgain(publish) {
      offered.push(publish);
      return answer;
    },
    disconnect: () => undefined,
    sendCommand: async () => false,
  };
  return { gateway: () => gateway, offered };
}

async function quarantineServer(options: Parameters<typeof testServer>[0] = {}) {
  const started = await testServer(options);
  await started.server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
  await started.server.setup.createNode({ orgId: 'tani', nodeId: 'S-02' });
  const ids = async (query = '') =>
    (await started.get(`/quarantine${query}`)).body.quarantine.map((entry: { quarantineId: string }) =>
      entry.quarantineId.replace(`${started.server.fleet.serverId}-`, ''),
    );
  /** Entries are named with the journal they are of; here it is always that of this server. */
  const own = started.server.fleet.serverId;
  const post = (path: string, ...rest: [unknown?, CallOptions?]) =>
    started.post(path.replace(/^\/quarantine\/(?=\d+-\d+\/)/, `/quarantine/${own}-`), ...rest);
  return { ...started, ids, post, own };
}

describe('GET /quarantine', () => {
  it('says in words what was refused, and how many of each kind wait', async () => {
    const { get, consume } = await quarantineServer();
    await consume(
      [],
      [refusal('reading.field_invalid'), refusal('reading.field_invalid', { nodeId: 'S-02' })],
    );
    await consume([], [refusal('publish.not_json')]);
    const { quarantine, counts } = (await get('/quarantine')).body;
    for (const entry of quarantine) expect(quarantinedSchema.parse(entry)).toEqual(entry);
    expect(quarantine[0]).toMatchObject({
      code: 'publish.not_json',
      reason: 'The message is not JSON.',
      releasable: false,
    });
    expect(counts).toEqual([
      { code: 'reading.field_invalid', reason: 'A value is outside what is possible.', count: 2 },
      { code: 'publish.not_json', reason: 'The message is not JSON.', count: 1 },
    ]);
    const ofNode = (await get('/quarantine?nodeId=S-02')).body;
    expect([ofNode.quarantine.length, ofNode.counts.length]).toEqual([1, 1]);
    const ofCode = (await get('/quarantine?code=publish.not_json')).body;
    expect(ofCode.quarantine).toHaveLength(1);
  });

  it('explains a code of another release by its message', async () => {
    const { get, consume } = await quarantineServer();
    await consume([], [refusal('reading.from_the_future' as RejectionCode)]);
    expect((await get('/quarantine')).body.quarantine).toMatchObject([
      {
        code: 'reading.from_the_future',
        reason: expect.stringContaining('does not know'),
        releasable: false,
      },
    ]);
  });
});

describe('POST /quarantine/:quarantineId/release', () => {
  it('offers the same bytes, sender and time to the intake, and takes the entry off the list', async () => {
    const { gateway, offered } = offeringGateway();
    const { post, consume, ids, own } = await quarantineServer({ gateway });
    await consume([], [refusal('reading.field_invalid', { payloadHead: '{"t":"\u00e9"}', index: 0 })]);
    const [id] = await ids();
    const answer = await post(`/quarantine/${id}/release`);
    expect([answer.status, answer.body]).toEqual([
      200,
      { quarantineId: `${own}-${id}`, resolution: 'released' },
    ]);
    expect(offered).toEqual([
      {
        sender: 'S-01',
        topic: 'tahan/S-01/readings',
        receivedAt: startAt,
        payload: Buffer.from('{"t":"\u00e9"}', 'latin1'),
        index: 0,
      },
    ]);
    expect(await ids()).toEqual([]);
    expect((await post(`/quarantine/${id}/release`)).body.code).toBe('quarantine.not_found');
  });

  it('finds the bytes of a reading that was refused beside others in the first refusal of the publish', async () => {
    const { gateway, offered } = offeringGateway();
    const { post, consume } = await quarantineServer({ gateway });
    const payloadHead = '[{"temperatureC":900},{"temperatureC":901}]';
    const beside = { payloadHead: '', payloadBytes: payloadHead.length, index: 1 };
    await consume(
      [],
      [refusal('reading.field_invalid', { payloadHead, index: 0 }), refusal('reading.field_invalid', beside)],
    );
    expect((await post('/quarantine/1-1/release')).status).toBe(200);
    expect(offered).toMatchObject([{ index: 1, payload: Buffer.from(payloadHead) }]);
  });

  it('says why not when it is still refused, and leaves it there', async () => {
    const rejection = { code: 'reading.field_invalid', message: 'temperatureC must be up to 85' } as const;
    const { gateway } = offeringGateway({ taken: false, rejection });
    const { post, consume, ids } = await quarantineServer({ gateway });
    await consume([], [refusal('reading.field_invalid')]);
    const answer = await post('/quarantine/1-0/release');
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
      422,
      'quarantine.cannot_release',
      'It is still refused: temperatureC must be up to 85',
    ]);
    expect(await ids()).toEqual(['1-0']);
  });

  it.each([
    ['a conflict', refusal('reading.conflict'), 'came first and stays'],
    ['a sensor fault', refusal('reading.sensor_fault'), 'could not measure'],
    ['half a payload', refusal('reading.field_invalid', { payloadBytes: 4000 }), '20 of its 4000 bytes'],
  ])('does not make sense for %s, and says so', async (_what, entry, words) => {
    const { gateway, offered } = offeringGateway();
    const { post, consume } = await quarantineServer({ gateway });
    await consume([], [entry]);
    const answer = await post('/quarantine/1-0/release');
    expect([answer.status, answer.body.code]).toEqual([422, 'quarantine.cannot_release']);
    expect(answer.body.detail).toContain(words);
    expect(offered).toEqual([]);
  });

  it('is impossible without a gateway beside the server', async () => {
    const { post, consume } = await quarantineServer();
    await consume([], [refusal('reading.field_invalid')]);
    expect((await post('/quarantine/1-0/release')).body.detail).toContain('no gateway');
  });
});

describe('POST /quarantine/:quarantineId/discard', () => {
  it('takes it off the list with a reason, for good, and writes down who did', async () => {
    const { post, consume, ids, server, stop, dataDir, own } = await quarantineServer();
    await consume([], [refusal('publish.not_json'), refusal('publish.not_json')]);
    const answer = await post('/quarantine/1-0/discard', { reason: 'uji coba' });
    expect([answer.status, answer.body.resolution]).toEqual([200, 'discarded']);
    expect(await ids()).toEqual(['1-1']);
    // The journal may hand the record over again.
    await server.intake.consume([
      { position: 1, readings: [], refused: [refusal('publish.not_json'), refusal('publish.not_json')] },
    ]);
    expect(await ids()).toEqual(['1-1']);
    await stop();
    const [line] = await listAudit(await openMetadataOf(dataDir), 'tani', 1);
    expect(line).toMatchObject({
      actor: 'token owner',
      action: 'quarantine.discarded',
      subject: `${own}-1-0`,
      detail: 'publish.not_json of S-01: uji coba',
    });
  });

  it('needs a reason, an entry of the own firm and a role that may', async () => {
    const { post, consume, otherFirm, tokenFor } = await quarantineServer();
    await consume([], [refusal('publish.not_json')]);
    const missing = await post('/quarantine/1-0/discard', {});
    expect([missing.status, missing.body.errors[0].field]).toEqual([422, 'reason']);
    const token = await otherFirm();
    const body = { reason: 'x' };
    expect((await post('/quarantine/1-0/discard', body, { token })).body.code).toBe('quarantine.not_found');
    expect((await post('/quarantine/x/discard', body)).body.code).toBe('quarantine.not_found');
    const viewer = await tokenFor('researcher');
    expect((await post('/quarantine/1-0/discard', body, { token: viewer })).status).toBe(403);
  });
});

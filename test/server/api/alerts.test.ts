import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listAudit } from '../../../server/store/metadata/audit.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, type TestServer, testServer } from '../testServer.ts';

/** A batch in a fridge that has been too warm for an hour. */
async function warmFridge(options: Parameters<typeof testServer>[0] = {}) {
  const tahan = await testServer(options);
  await tahan.placedBatch({ storage: 'fridge', name: 'Takwa pagi' });
  const warm = (at: number) => (at > startAt - hourMs ? 11 : 5);
  await tahan.consume(everyTenMinutes(startAt - 10 * hourMs, startAt, warm));
  await look(tahan);
  return tahan;
}

async function look({ server }: TestServer) {
  await server.alerts.tick();
  await server.alerts.settled();
}

async function warmAlert(tahan: TestServer) {
  const { body } = await tahan.get('/alerts');
  return body.alerts.find((alert: { kind: string }) => alert.kind === 'too-warm');
}

describe('GET /alerts', () => {
  it('lists what is open, with its figures and its history', async () => {
    const tahan = await warmFridge();
    const alert = await warmAlert(tahan);
    expect(alert).toMatchObject({
      ...{ kind: 'too-warm', severity: 'warning', state: 'open', batchId: 'B-01', nodeId: null },
      ...{ knownLate: false, clearedAt: null, acknowledgedAt: null, assignedTo: null },
      facts: { subjectName: 'Takwa pagi', temperatureC: 11, levelC: 8, peakC: 11 },
      history: [{ what: 'opened', by: null, note: null }],
    });
    expect(Date.parse(alert.beganAt)).toBeGreaterThanOrEqual(startAt - hourMs);
    expect(alert.facts.remainingP05H).toBeGreaterThan(0);
    expect((await tahan.get(`/alerts/${alert.alertId}`)).body).toEqual(alert);
  });

  it('lists by state and in pages', async () => {
    const tahan = await warmFridge();
    const all = (await tahan.get('/alerts?state=all')).body.alerts;
    const pages: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await tahan.get(`/alerts?state=all&limit=1${cursor ? `&cursor=${cursor}` : ''}`);
      pages.push(...body.alerts);
      cursor = body.nextCursor;
    }
    expect(pages).toEqual(all);
    expect((await tahan.get('/alerts?state=cleared')).body.alerts).toEqual([]);
    expect((await tahan.get('/alerts?state=late')).status).toBe(422);
  });

  it('shows nobody the alerts of another firm, nor lets them touch one', async () => {
    const tahan = await warmFridge();
    const { alertId } = await warmAlert(tahan);
    const token = await tahan.otherFirm();
    expect((await tahan.get('/alerts', { token })).body.alerts).toEqual([]);
    for (const path of [`/alerts/${alertId}`, `/alerts/${alertId}/deliveries`])
      expect((await tahan.get(path, { token })).body.code).toBe('alert.not_found');
    const answer = await tahan.post(`/alerts/${alertId}/acknowledge`, {}, { token });
    expect(answer.body.code).toBe('alert.not_found');
    expect((await warmAlert(tahan)).acknowledgedAt).toBeNull();
  });
});

describe('handling an alert', () => {
  it('acknowledges, takes it back, assigns and notes, and keeps who did it when', async () => {
    const tahan = await warmFridge();
    const { alertId } = await warmAlert(tahan);
    const path = `/alerts/${alertId}`;
    const seen = await tahan.post(`${path}/acknowledge`, {});
    expect(seen.body).toMatchObject({
      ...{ acknowledgedAt: new Date(startAt).toISOString(), acknowledgedBy: 'owner' },
    });
    await tahan.post(`${path}/acknowledge`, {});
    expect((await tahan.get('/alerts?state=unhandled')).body.alerts).not.toContainEqual(
      expect.objectContaining({ alertId }),
    );
    await tahan.del(`${path}/acknowledge`);
    await tahan.post(`${path}/assign`, { name: 'Pak Yanto' });
    const { body } = await tahan.post(`${path}/notes`, { note: 'pintu tidak tertutup' });
    expect(body).toMatchObject({ acknowledgedAt: null, assignedTo: 'Pak Yanto' });
    expect(body.history.map((event: { what: string }) => event.what)).toEqual([
      ...['opened', 'acknowledged', 'unacknowledged', 'assigned', 'noted'],
    ]);
    const audit = await listAudit(await openMetadataOf(tahan.dataDir), 'tani', 100);
    expect(audit.map(line => line.action)).toEqual(
      expect.arrayContaining(['alert.acknowledged', 'alert.unacknowledged', 'alert.assigned', 'alert.noted']),
    );
  });

  it('takes a note that is sent twice as one, with the time at which it was written', async () => {
    const tahan = await warmFridge();
    const path = `/alerts/${(await warmAlert(tahan)).alertId}/notes`;
    const note = { note: 'pintu tidak tertutup', at: startAt - minuteMs };
    await tahan.post(path, note);
    const { body } = await tahan.post(path, note);
    const noted = body.history.filter((event: { what: string }) => event.what === 'noted');
    expect(noted).toEqual([expect.objectContaining({ at: new Date(startAt - minuteMs).toISOString() })]);
  });

  it('leaves the acknowledgement of another when somebody takes back their own', async () => {
    const tahan = await warmFridge();
    const path = `/alerts/${(await warmAlert(tahan)).alertId}/acknowledge`;
    await tahan.post(path, {});
    expect((await tahan.del(`${path}?of=Ratna`)).body.acknowledgedBy).toBe('owner');
    expect((await tahan.del(`${path}?of=owner`)).body.acknowledgedBy).toBeNull();
  });

  it('does not mute what has become worse since an acknowledgement that arrives late', async () => {
    const tahan = await warmFridge();
    const path = `/alerts/${(await warmAlert(tahan)).alertId}/acknowledge`;
    const late = await tahan.post(`${path}?at=${startAt - minuteMs}&seen=info`, {});
    expect(late.body.acknowledgedAt).toBeNull();
    expect((await tahan.post(`${path}?seen=warning`, {})).body.acknowledgedBy).toBe('owner');
  });

  it('refuses an assignment to a stranger, and one to nobody', async () => {
    const tahan = await warmFridge();
    const path = `/alerts/${(await warmAlert(tahan)).alertId}/assign`;
    expect((await tahan.post(path, { userId: 'nobody' })).body.errors[0].field).toBe('userId');
    expect((await tahan.post(path, {})).status).toBe(422);
  });

  it('lets a viewer look and not touch', async () => {
    const tahan = await warmFridge();
    const { alertId } = await warmAlert(tahan);
    const token = await tahan.tokenFor('viewer');
    expect((await tahan.get(`/alerts/${alertId}`, { token })).status).toBe(200);
    expect((await tahan.post(`/alerts/${alertId}/acknowledge`, {}, { token })).status).toBe(403);
  });
});

describe('messages of an alert', () => {
  it('reach a webhook once, signed, and are written down with their attempts', async () => {
    const got: { id: string; body: Record<string, unknown> }[] = [];
    const receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      got.push({
        id: String(request.headers['webhook-id']),
        body: JSON.parse(Buffer.concat(chunks).toString()),
      });
      response.writeHead(got.length === 1 ? 503 : 204).end();
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    onTestFinished(() => void receiver.close());
    const { port } = receiver.address() as AddressInfo;
    const tahan = await testServer({ environment: { TAHAN_WEBHOOK_ALLOW_HTTP_LOOPBACK: '1' } });
    const url = `http://127.0.0.1:${port}/hook`;
    const contact = await tahan.post('/contacts', {
      ...{ name: 'program', channel: 'webhook', address: { url }, userId: null, kinds: ['too-warm'] },
    });
    expect(contact.status).toBe(201);
    await tahan.placedBatch({ storage: 'fridge' });
    await tahan.consume(everyTenMinutes(startAt - 2 * hourMs, startAt, 12));
    await look(tahan);
    tahan.clock.advance(minuteMs);
    await look(tahan);
    tahan.clock.advance(minuteMs);
    await look(tahan);
    expect(got).toHaveLength(2);
    expect(got[1]!.id).toBe(got[0]!.id);
    const alert = await warmAlert(tahan);
    const { deliveries } = (await tahan.get(`/alerts/${alert.alertId}/deliveries`)).body;
    expect(deliveries).toMatchObject([
      {
        ...{ deliveryId: got[0]!.id, kind: 'opened', channel: 'webhook', state: 'delivered' },
        attempts: [{ outcome: 'retry' }, { outcome: 'delivered', reason: null }],
      },
    ]);
  });
});

describe('PUT /alert-rules', () => {
  it('changes when people are told, at once, and is written down', async () => {
    const tahan = await warmFridge();
    expect(await warmAlert(tahan)).toMatchObject({ state: 'open' });
    const rules = [{ kind: 'too-warm', scope: 'product', scopeId: 'takwa', settings: { enabled: false } }];
    const put = await tahan.call('PUT', '/api/v1/alert-rules', { body: { rules } });
    expect(put.status).toBe(200);
    expect(put.body.rules).toEqual(rules);
    expect(put.body.presets['too-warm-chilled']).toMatchObject({ levelC: 8, clearLevelC: 7, holdMin: 30 });
    await look(tahan);
    expect(await warmAlert(tahan)).toBeUndefined();
    const audit = await listAudit(await openMetadataOf(tahan.dataDir), 'tani', 5);
    expect(audit).toContainEqual(
      expect.objectContaining({ action: 'alert_rule.set', subject: 'too-warm/product/takwa' }),
    );
  });

  it.each([
    [{ kind: 'too-warm', scope: 'product', settings: {} }, 'scopeId'],
    [{ kind: 'too-warm', scope: 'organisation', settings: { levelC: 8, clearLevelC: 9 } }, 'clearLevelC'],
    [{ kind: 'too-warm', scope: 'organisation', settings: { holdMin: -1 } }, 'holdMin'],
    [{ kind: 'cold', scope: 'organisation', settings: {} }, 'kind'],
    [{ kind: 'too-warm', scope: 'organisation', settings: { hold: 1 } }, 'settings'],
  ])('refuses %j and names the field', async (rule, field) => {
    const tahan = await testServer();
    const { status, body } = await tahan.call('PUT', '/api/v1/alert-rules', { body: { rules: [rule] } });
    expect(status).toBe(422);
    expect(body.errors[0].field).toContain(field);
  });

  it('refuses a rule that is there twice', async () => {
    const tahan = await testServer();
    const rule = { kind: 'no-data', scope: 'organisation', settings: { patienceMin: 60 } };
    const { status } = await tahan.call('PUT', '/api/v1/alert-rules', { body: { rules: [rule, rule] } });
    expect(status).toBe(422);
  });

  it('is for owners and producers', async () => {
    const tahan = await testServer();
    const body = { rules: [] };
    for (const [role, status] of [
      ['producer', 200],
      ['distributor', 403],
      ['viewer', 403],
    ] as const)
      expect(
        (await tahan.call('PUT', '/api/v1/alert-rules', { body, token: await tahan.tokenFor(role) })).status,
      ).toBe(status);
  });
});

describe('PUT /alert-chain', () => {
  it('sets who is told and who next; without one everybody is told at once', async () => {
    const tahan = await testServer();
    expect((await tahan.get('/alert-chain')).body.steps).toEqual([{ afterMin: 0, to: { everybody: true } }]);
    const steps = [
      { afterMin: 0, to: { role: 'producer' } },
      { afterMin: 30, to: { role: 'owner' } },
    ];
    await tahan.call('PUT', '/api/v1/alert-chain', { body: { steps } });
    expect((await tahan.get('/alert-chain')).body.steps).toEqual(steps);
  });

  it('refuses a chain that tells nobody first', async () => {
    const tahan = await testServer();
    const steps = [{ afterMin: 5, to: { everybody: true } }];
    expect((await tahan.call('PUT', '/api/v1/alert-chain', { body: { steps } })).status).toBe(422);
  });
});

describe('GET /alert-rules/patience', () => {
  it('says how long each sensor may be silent, from how often it reports', async () => {
    const tahan = await warmFridge();
    const { sensors } = (await tahan.get('/alert-rules/patience')).body;
    expect(sensors).toHaveLength(1);
    expect(sensors[0].patienceMin).toBeGreaterThanOrEqual(30);
  });
});

import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { liveEventSchema } from '../../../models/contracts/liveEvent.ts';
import { aReading } from '../../support/aReading.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { memberOf } from '../signedIn.ts';
import { everyTenMinutes, hourMs, startAt, type TestServer, testServer } from '../testServer.ts';

interface Heard {
  readonly id: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests assert on the shape they expect
  readonly data: any;
}

/** A stream as a browser reads it; `until` waits for events, never for time. */
async function listen(
  tani: TestServer,
  { token = tani.token, cookie = '', lastEventId = '', after = '' } = {},
) {
  const who = cookie === '' ? { authorization: `Bearer ${token}` } : { cookie };
  const headers = { ...who, ...(lastEventId && { 'last-event-id': lastEventId }) };
  const request = get(`${tani.url}/api/v1/live${after && `?after=${after}`}`, { headers });
  const [response] = await once(request, 'response');
  const heard: Heard[] = [];
  let firstId = '';
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1] ?? '';
      if (field('event') === '') firstId ||= field('id');
      else heard.push({ id: field('id'), type: field('event'), data: JSON.parse(field('data')) });
    }
    request.emit('heard');
  });
  const ended = new Promise<void>(resolve => response.on('close', resolve));
  response.on('error', () => {});
  const close = () => {
    request.destroy();
  };
  onTestFinished(close);
  const until = async (holds: (events: readonly Heard[]) => boolean) => {
    while (!holds(heard)) await once(request, 'heard');
  };
  await once(request, 'heard');
  return { response, heard, until, close, ended, firstId: () => firstId };
}

const types = (events: readonly Heard[]) => events.map(e => e.type);

describe('GET /live', () => {
  it('streams readings, the node and the new estimate as they come', async () => {
    const tani = await testServer();
    await tani.placedBatch();
    const stream = await listen(tani);
    expect(stream.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await tani.consume(everyTenMinutes(startAt - hourMs, startAt, 0));
    await stream.until(events => types(events).includes('estimate'));
    expect(types(stream.heard)).toEqual([...Array(7).fill('reading'), 'node', 'estimate']);
    for (const { type, data } of stream.heard)
      expect(liveEventSchema.parse({ type, data }).data).toEqual(data);
    expect(stream.heard[0]?.data).toMatchObject({ nodeId: 'S-01', temperatureC: 0 });
    expect(stream.heard.at(-1)?.data).toMatchObject({ batchId: 'B-01', lastTemperatureC: 0 });
  });

  it('tells duplicates to nobody', async () => {
    const tani = await testServer();
    await tani.placedBatch();
    const readings = everyTenMinutes(startAt - hourMs, startAt, 4);
    await tani.consume(readings);
    const stream = await listen(tani);
    await tani.consume(readings);
    await tani.consume(everyTenMinutes(startAt, startAt, 5, { nodeId: 'S-01', probe: 'core' }));
    await stream.until(events => events.length >= 2);
    expect(stream.heard.map(e => e.data.probe ?? e.type)).toEqual(['core', 'node']);
  });

  it('resumes after Last-Event-ID without loss or repetition', async () => {
    const tani = await testServer();
    await tani.server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const before = await listen(tani);
    const [first, second, third] = everyTenMinutes(startAt, startAt + hourMs, 4);
    await tani.consume([first!]);
    await before.until(events => types(events).includes('node'));
    before.close();
    await before.ended;
    await tani.consume([second!]);
    const after = await listen(tani, { lastEventId: before.heard.at(-1)!.id });
    await tani.consume([third!]);
    await after.until(events => types(events).filter(t => t === 'node').length === 2);
    const measured = after.heard.filter(e => e.type === 'reading').map(e => e.data.measuredAt);
    expect(measured).toEqual([second, third].map(r => new Date(r!.measuredAt).toISOString()));
  });

  it('can be resumed from the id it begins with, before any event', async () => {
    const tani = await testServer();
    const first = await listen(tani);
    expect(first.firstId()).not.toBe('');
    first.close();
    await tani.post('/batches', { batchId: 'B-01', productId: 'takwa', producedAt: startAt });
    const second = await listen(tani, { lastEventId: first.firstId() });
    await second.until(events => events.length > 0);
    expect(second.heard).toMatchObject([{ type: 'batch', data: { batchId: 'B-01' } }]);
  });

  it('begins after the id that came with /me, with all that happened while the lists were read', async () => {
    const tani = await testServer();
    await tani.server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const { liveEventId } = (await tani.get('/me')).body;
    await tani.consume([aReading({ measuredAt: startAt })]);
    const stream = await listen(tani, { after: liveEventId });
    await stream.until(events => events.length >= 2);
    expect(types(stream.heard)).toEqual(['reading', 'node']);
    // Where both say where to begin, the browser's own is the newer one.
    const again = await listen(tani, { after: liveEventId, lastEventId: stream.heard[0]!.id });
    await again.until(events => events.length > 0);
    expect(types(again.heard)).toEqual(['node']);
  });

  it('says reset for an id of an earlier start', async () => {
    const tani = await testServer();
    const stream = await listen(tani, { lastEventId: 'deadbeef-7' });
    await stream.until(events => events.length > 0);
    expect(stream.heard).toMatchObject([{ type: 'reset', data: {} }]);
  });

  it('shows a firm nothing of another', async () => {
    const tani = await testServer();
    await tani.placedBatch();
    const other = await listen(tani, { token: await tani.otherFirm() });
    const own = await listen(tani);
    await tani.consume(everyTenMinutes(startAt, startAt, 4));
    await own.until(events => types(events).includes('estimate'));
    const token = (await tani.server.setup.createToken({ orgId: 'lain', role: 'owner' })).token;
    await tani.post('/batches', { batchId: 'L-01', productId: 'takwa', producedAt: startAt }, { token });
    await other.until(events => events.length > 0);
    expect(other.heard.map(e => e.data.batchId)).toEqual(['L-01']);
  });

  it('ends its streams when the server stops', async () => {
    const tani = await testServer();
    const stream = await listen(tani);
    await tani.stop();
    await stream.ended;
  });

  it('refuses more streams than one token may hold', async () => {
    const tani = await testServer();
    for (let i = 0; i < 20; i++) await listen(tani);
    const answer = await tani.get('/live');
    expect([answer.status, answer.body.code]).toEqual([429, 'request.too_many_streams']);
  });

  it('refuses more than five streams of one person, and more than 300 questions a minute', async () => {
    const tani = await testServer();
    const { session } = await memberOf(tani, 'viewer');
    for (let i = 0; i < 5; i++) await listen(tani, session.headers);
    const sixth = await tani.get('/live', session);
    expect([sixth.status, sixth.body.code]).toEqual([429, 'request.too_many_streams']);
    const statuses: number[] = [];
    // One to see who it is and six streams went before.
    for (let i = 0; i < 294; i++) statuses.push((await tani.get('/me', session)).status);
    expect(statuses.filter(status => status === 200)).toHaveLength(293);
    const last = await tani.get('/me', session);
    expect([last.status, last.body.code, last.headers.get('retry-after')]).toEqual([
      429,
      'request.too_many',
      '60',
    ]);
    expect((await tani.get('/me')).status).toBe(200);
  });

  it('tells of a backlog of thousands some readings at once, then only the newest of each probe', async () => {
    const tani = await testServer();
    await tani.server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const stream = await listen(tani);
    const backlog = Array.from({ length: 3000 }, (_, i) => aReading({ measuredAt: startAt + i }));
    const core = aReading({ measuredAt: startAt + 7, probe: 'core' });
    await tani.consume([...backlog, core, aReading({ measuredAt: startAt - 1, probe: 'core' })]);
    const ofProbe = (probe: string) => stream.heard.filter(e => e.data.probe === probe);
    await stream.until(() => ofProbe('core').length > 0);
    const told = ofProbe('main').map(e => Date.parse(e.data.measuredAt) - startAt);
    expect(told).toEqual([...Array(100).keys(), 2999]);
    expect(ofProbe('core').map(e => Date.parse(e.data.measuredAt) - startAt)).toEqual([7]);
    const metrics = (await tani.call('GET', '/metrics')).body;
    expect(metrics).toMatch(/^tahan_live_readings_left_out_total 2900$/m);
    // Once it is quiet again each reading counts.
    await tani.consume([aReading({ measuredAt: startAt + 5000 }), aReading({ measuredAt: startAt + 5001 })]);
    await stream.until(() => ofProbe('main').length === 103);
  });

  it('cuts a client that does not read, and keeps serving the others', async () => {
    const tani = await testServer();
    await tani.server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const { hostname, port } = new URL(tani.url);
    const lazy = connect(Number(port), hostname);
    onTestFinished(() => {
      lazy.destroy();
    });
    lazy.on('error', () => {});
    lazy.write(`GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tani.token}\r\n\r\n`);
    await once(lazy, 'readable');
    const streams = async () =>
      Number(/^tahan_live_streams (\d+)$/m.exec((await tani.call('GET', '/metrics')).body)?.[1]);
    expect(await streams()).toBe(1);
    // Buffers of the system take some megabytes before the server has to hold anything back.
    for (let i = 0; i < 30_000; i++)
      tani.server.presence({ nodeId: 'S-01', connected: i % 2 === 0, at: startAt + i });
    while ((await streams()) === 1);
    expect(await streams()).toBe(0);
  });

  it('ends when its token is withdrawn', async () => {
    const tani = await testServer();
    const token = await tani.tokenFor('viewer');
    const stream = await listen(tani, { token });
    const db = await openMetadataOf(tani.dataDir);
    await db.deleteFrom('tokens').where('role', '=', 'viewer').execute();
    await stream.ended;
  });

  it('ends when somebody is given another role, or is taken out', async () => {
    const tani = await testServer();
    const changes = { demoted: { role: 'viewer' }, removed: null };
    const ended = Object.entries(changes).map(async ([name, body]) => {
      const { session, userId } = await memberOf(tani, 'producer', { name });
      const stream = await listen(tani, { cookie: session.headers.cookie });
      const path = `/api/v1/members/${userId}`;
      const changed = body === null ? tani.call('DELETE', path) : tani.call('PATCH', path, { body });
      expect((await changed).status).toBe(200);
      await stream.ended;
    });
    await Promise.all(ended);
  });

  it('names a shipment that was planned or has left', async () => {
    const tani = await testServer();
    await tani.placedBatch();
    const stream = await listen(tani);
    const [departsAt, arrivesAt] = [startAt, startAt + 3 * hourMs];
    await tani.post('/shipments', {
      ...{ shipmentId: 'S-01', batches: ['B-01'], from: 'Kediri', to: 'Surabaya', departsAt, arrivesAt },
    });
    await tani.post('/shipments/S-01/depart', {});
    const named = (events: readonly Heard[]) => events.filter(event => event.type === 'shipment');
    await stream.until(events => named(events).length === 2);
    for (const { type, data } of named(stream.heard)) {
      expect(liveEventSchema.parse({ type, data })).toEqual({ type, data: { shipmentId: 'S-01' } });
    }
  });
});

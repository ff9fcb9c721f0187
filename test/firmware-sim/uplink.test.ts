import { connect } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryOutbox, type Outbox } from '../../firmware-sim/outbox.ts';
import { createRandom } from '../../firmware-sim/seededRandom.ts';
import { createUplink, type Uplink, type UplinkEvent } from '../../firmware-sim/uplink.ts';
import { startTestBroker, type TestBroker, type TestBrokerOptions } from './support/testBroker.ts';

const sample = (n: number, padding = '') => ({
  sampledAt: n,
  text: JSON.stringify({ sequence: n, padding }),
});
const range = (count: number) => Array.from({ length: count }, (_, i) => sample(i));

async function brokerFor(options?: TestBrokerOptions): Promise<TestBroker> {
  const broker = await startTestBroker(options);
  onTestFinished(() => broker.close());
  return broker;
}

interface Line {
  readonly uplink: Uplink;
  readonly outbox: Outbox;
  readonly events: UplinkEvent[];
  /** Resolves at the next event of this kind. */
  next(kind: UplinkEvent['kind']): Promise<UplinkEvent>;
}

function lineTo(url: string, password = 'secret', nodeId = 'n-1'): Line {
  const outbox = createMemoryOutbox();
  const events: UplinkEvent[] = [];
  let listeners: { kind: string; resolve: (e: UplinkEvent) => void }[] = [];
  const uplink = createUplink({
    brokerUrl: url,
    nodeId,
    login: { username: nodeId, password },
    outbox,
    clock: { now: () => 0 },
    random: createRandom(1),
    timing: { firstRetryMs: 10, longestRetryMs: 50 },
    onEvent: event => {
      events.push(event);
      const called = listeners.filter(l => l.kind === event.kind);
      listeners = listeners.filter(l => l.kind !== event.kind);
      for (const { resolve } of called) resolve(event);
    },
  });
  onTestFinished(() => uplink.lose());
  const next = (kind: UplinkEvent['kind']) =>
    new Promise<UplinkEvent>(resolve => listeners.push({ kind, resolve }));
  return { uplink, outbox, events, next };
}

describe('createUplink', () => {
  it('sends a backlog oldest first, in publishes of at most 500 readings and 64 KiB, and empties the outbox', async () => {
    const broker = await brokerFor();
    const { uplink, outbox, next } = lineTo(broker.url);
    outbox.append(range(1203));
    outbox.append(Array.from({ length: 400 }, (_, i) => sample(1203 + i, 'x'.repeat(300))));
    const drained = next('drained');
    uplink.open();
    await drained;
    expect(broker.readings.map(r => JSON.parse(r.text).sequence)).toEqual(
      Array.from({ length: 1603 }, (_, i) => i),
    );
    expect(Math.max(...broker.publishes.map(p => p.count))).toBe(500);
    expect(Math.max(...broker.publishes.map(p => p.bytes))).toBeLessThanOrEqual(64 * 1024);
    expect(outbox.depth).toBe(0);
  });

  it('keeps readings whose publish was not acknowledged and sends them again', async () => {
    let refusals = 3;
    const heard: string[] = [];
    const broker = await brokerFor({
      acknowledges: text => {
        heard.push(text);
        return refusals-- <= 0;
      },
    });
    const { uplink, outbox, events, next } = lineTo(broker.url);
    outbox.append(range(10));
    const drained = next('drained');
    uplink.open();
    await drained;
    expect(heard).toHaveLength(4);
    expect(new Set(heard).size).toBe(1);
    expect(broker.readings).toHaveLength(10);
    const acknowledged = events.filter(e => e.kind === 'acknowledged');
    expect(acknowledged).toHaveLength(1);
    expect(outbox.depth).toBe(0);
  });

  it('removes nothing while the broker holds its PUBACK back', async () => {
    const depths: number[] = [];
    const lines: Line[] = [];
    const broker = await brokerFor({
      acknowledges: () => {
        depths.push(lines[0]!.outbox.depth);
        return depths.length > 1;
      },
    });
    const line = lineTo(broker.url);
    lines.push(line);
    line.outbox.append(range(5));
    const drained = line.next('drained');
    line.uplink.open();
    await drained;
    expect(depths).toEqual([5, 5]);
  });

  it('announces itself online, says offline when it leaves for good, and both stay with the broker', async () => {
    const broker = await brokerFor();
    const { uplink } = lineTo(broker.url);
    uplink.open();
    await broker.until(() => broker.statuses.length === 1);
    await uplink.leave('off');
    expect(broker.statuses).toEqual(['n-1 online (retained)', 'n-1 offline (retained)']);
    const late = connect(broker.url, { reconnectPeriod: 0 });
    const retained = new Promise<string>(resolve =>
      late.on('message', (_t, payload) => resolve(payload.toString())),
    );
    late.subscribe('tahan/n-1/status');
    expect(await retained).toBe('{"state":"offline"}');
    await late.endAsync(true);
  });

  it('leaves the goodbye to the will when the signal is lost', async () => {
    const broker = await brokerFor();
    const { uplink } = lineTo(broker.url);
    uplink.open();
    await broker.until(() => broker.statuses.length === 1);
    uplink.lose();
    await broker.until(() => broker.statuses.length === 2);
    expect(broker.statuses[1]).toBe('n-1 offline (retained)');
  });

  it('stays online by its status when it only goes to sleep', async () => {
    const broker = await brokerFor();
    const { uplink, next } = lineTo(broker.url);
    uplink.open();
    await broker.until(() => broker.statuses.length === 1);
    await uplink.leave('asleep');
    const again = next('connected');
    uplink.open();
    await again;
    await broker.until(() => broker.statuses.length === 2);
    expect(broker.statuses).toEqual(['n-1 online (retained)', 'n-1 online (retained)']);
  });

  it('connects again after every cut and loses nothing', async () => {
    const broker = await brokerFor();
    const { uplink, outbox, next } = lineTo(broker.url);
    uplink.open();
    for (let round = 0; round < 5; round++) {
      await broker.until(() => broker.statuses.filter(s => s.includes('online')).length > round);
      const connected = next('connected');
      broker.cut();
      outbox.append([sample(round)]);
      await connected;
      await broker.until(() => new Set(broker.readings.map(r => r.text)).size > round);
    }
    expect([...new Set(broker.readings.map(r => JSON.parse(r.text).sequence))]).toEqual([0, 1, 2, 3, 4]);
  });

  it('tells a refused login from a broker that is not there, and goes on trying', async () => {
    const broker = await brokerFor({ passwords: new Map([['n-1', 'secret']]) });
    const refused = lineTo(broker.url, 'wrong');
    const first = refused.next('problem');
    refused.uplink.open();
    expect(await first).toMatchObject({ problem: { kind: 'login-refused' } });
    expect(await refused.next('problem')).toMatchObject({ problem: { kind: 'login-refused' } });

    const gone = await startTestBroker();
    await gone.close();
    const unreachable = lineTo(gone.url);
    const second = unreachable.next('problem');
    unreachable.uplink.open();
    expect(await second).toMatchObject({
      problem: { kind: 'unreachable', message: expect.stringContaining('ECONNREFUSED') },
    });
    expect(await unreachable.next('problem')).toMatchObject({ problem: { kind: 'unreachable' } });
  });

  it('hears the commands of the server', async () => {
    const broker = await brokerFor();
    const { uplink, next } = lineTo(broker.url);
    const connected = next('connected');
    uplink.open();
    await connected;
    const heard = next('command');
    // The broker tells nobody when a subscription is in force; it is once it has answered a later publish.
    await broker.until(() => broker.statuses.length === 1);
    const ask = setInterval(() => broker.command('n-1', '{"reportEveryS":30}'), 20);
    const event = await heard;
    clearInterval(ask);
    expect(event.kind === 'command' && event.payload.toString()).toBe('{"reportEveryS":30}');
  });
});

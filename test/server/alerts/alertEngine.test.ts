import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listDeliveries } from '../../../server/store/metadata/alertDeliveries.ts';
import { replaceAlertRules, setAlertChain } from '../../../server/store/metadata/alertRules.ts';
import { setSoldOut } from '../../../server/store/metadata/batches.ts';
import { tempDir } from '../../support/tempDir.ts';
import {
  type AlertWorld,
  alertWorld,
  chilledBatch,
  hourMs,
  minuteMs,
  orgId,
  readingsOf,
  startAt,
  type WorldEngine,
} from './alertWorld.ts';

async function aWorld() {
  const world = await alertWorld(join(tempDir(), 'metadata.sqlite'));
  await chilledBatch(world.db);
  const engine = await world.startEngine();
  onTestFinished(async () => {
    await engine.stop();
    await world.close();
  });
  return { ...world, engine };
}

/** Readings as they are measured, one after the other, with the clock. */
async function live(
  { clock }: AlertWorld,
  engine: WorldEngine,
  temperatures: readonly number[],
  nodeId = 'S-01',
): Promise<void> {
  for (const temperatureC of temperatures) {
    clock.advance(10 * minuteMs);
    await engine.take(readingsOf(nodeId, clock.now() - 500, [temperatureC]));
    await engine.settled();
    await engine.tick();
    await engine.settled();
  }
}

/** Time in which nothing comes in. */
async function pass({ clock }: AlertWorld, engine: WorldEngine, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= minuteMs / 2) {
    clock.advance(Math.min(left, minuteMs / 2));
    await engine.tick();
  }
  await engine.settled();
}

/** Made just now and watched from the first minute: far from its end. */
async function freshBatch() {
  const { engine, ...world } = await aWorld();
  await chilledBatch(world.db, 'B-02', 'S-02', { producedAt: startAt });
  await engine.lives.changed(orgId, 'B-02');
  await live(world, engine, new Array(8).fill(5), 'S-02');
  const near = async () =>
    (await world.alerts()).filter(a => a.kind === 'spoilage-near' && a.subject === 'batch/B-02');
  return { engine, near, ...world };
}

const kinds = async (world: AlertWorld) =>
  (await world.alerts()).filter(a => a.kind === 'too-warm').map(a => `${a.severity} ${a.state}`);
const eventsSent = (world: AlertWorld, kind = 'too-warm') =>
  world.sent
    .filter(({ notification }) => notification.kind === kind)
    .map(({ notification }) => notification.data.event);

describe('the alert engine', () => {
  it('tells once of a fridge that is too warm, and once that it is over', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact();
    await live(world, engine, [5, 5, 10, 10, 10, 10, 10, 10]);
    expect(await kinds(world)).toEqual(['warning open']);
    expect(eventsSent(world)).toEqual(['opened']);
    expect(world.sent[0]!.notification).toMatchObject({ kind: 'too-warm', severity: 'warning' });
    expect(world.sent[0]!.notification.text).toContain('Kulkas S-01 10 °C');
    await live(world, engine, [6, 5, 5, 5]);
    expect(await kinds(world)).toEqual(['warning cleared']);
    expect(eventsSent(world)).toEqual(['opened', 'cleared']);
  });

  it('pages nobody for doors that are opened', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact();
    await live(world, engine, [5, 11, 7, 5, 5, 11, 8.5, 5, 5]);
    expect(await kinds(world)).toEqual([]);
    expect(world.sent).toEqual([]);
  });

  it('takes tahu at room temperature for what it is', async () => {
    const { engine, ...world } = await aWorld();
    await chilledBatch(world.db, 'B-02', 'S-02', { storage: 'room', producedAt: startAt - 60 * minuteMs });
    engine.touched([`${orgId}/B-02`]);
    await engine.lives.changed(orgId, 'B-02');
    await live(world, engine, new Array(12).fill(29.5), 'S-02');
    expect((await world.alerts()).filter(a => a.kind === 'too-warm')).toEqual([]);
  });

  it('tells an excursion that it learns of too late once, as past, with its true time', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact();
    await setAlertChain(world.db, orgId, {
      steps: [
        { afterMin: 0, to: { everybody: true } },
        { afterMin: 10, to: { everybody: true } },
      ],
    });
    const from = startAt - 2 * hourMs;
    await engine.take(readingsOf('S-01', from, [5, 10, 10, 10, 10, 10, 10, 5, 5, 5, 5, 5, 5]));
    await engine.settled();
    const [alert] = (await world.alerts()).filter(a => a.kind === 'too-warm');
    expect(alert).toMatchObject({ state: 'cleared', knownLate: true });
    expect(alert!.beganAt).toBeLessThan(from + 10 * minuteMs);
    expect(alert!.endedAt).toBeLessThan(from + 70 * minuteMs);
    for (let i = 0; i < 4; i++) {
      world.clock.advance(10 * minuteMs);
      await engine.tick();
      await engine.settled();
    }
    expect(eventsSent(world)).toEqual(['opened']);
    expect(world.sent[0]!.notification.text).toMatch(/^Kabar terlambat/);
  });

  it('does not take the middle of a backlog for now', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact();
    await engine.take(readingsOf('S-01', startAt - 3 * hourMs, new Array(6).fill(10)));
    await engine.settled();
    expect(await kinds(world)).toEqual([]);
    await engine.take(readingsOf('S-01', startAt - 2 * hourMs, new Array(13).fill(5)));
    await engine.settled();
    expect(await kinds(world)).toEqual(['warning cleared']);
  });

  it('takes the part of a backlog that has not come yet for no gap', async () => {
    const { engine, near, ...world } = await freshBatch();
    world.clock.advance(30 * hourMs);
    await engine.tick();
    const all = readingsOf('S-02', startAt + 90 * minuteMs, new Array(170).fill(6));
    for (let first = 0; first < all.length; first += 10) {
      world.clock.advance(1_000);
      await engine.take(all.slice(first, first + 10));
      await engine.settled();
      expect(await near(), `after ${first} of ${all.length}`).toEqual([]);
    }
  });

  it('tells a backlog that ends in warmth as past once no more of it comes', async () => {
    const { engine, ...world } = await aWorld();
    await engine.take(readingsOf('S-01', startAt - 3 * hourMs, new Array(8).fill(10)));
    await engine.settled();
    world.clock.advance(3 * minuteMs);
    await engine.tick();
    await engine.settled();
    const [alert] = (await world.alerts()).filter(a => a.kind === 'too-warm');
    expect(alert).toMatchObject({ state: 'open', knownLate: true });
  });

  it('has the same incidents whatever the order in which readings came', async () => {
    const temperatures = [5, 9, 10, 11, 10, 9, 9, 6, 5, 5, 5, 5, 9, 9, 9, 9, 9, 5, 5];
    const readings = readingsOf('S-01', startAt - 3 * hourMs, temperatures);
    const spans: unknown[] = [];
    for (const order of [
      readings,
      readings.toReversed(),
      readings.toSorted((a, b) => (a.measuredAt % 7) - (b.measuredAt % 7)),
    ]) {
      const { engine, ...world } = await aWorld();
      await engine.take(order);
      await engine.settled();
      spans.push(
        (await world.alerts())
          .filter(a => a.kind === 'too-warm')
          .map(a => [a.beganAt, a.endedAt, a.facts.peakC])
          .sort(),
      );
    }
    expect(spans[0]).toHaveLength(2);
    expect(spans[1]).toEqual(spans[0]);
    expect(spans[2]).toEqual(spans[0]);
  });

  it('tells again when it worsens, whoever has acknowledged what was before', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact();
    await live(world, engine, [5, 10, 10, 10, 10, 10]);
    const { acknowledge } = await import('../../../server/alerts/handleAlert.ts');
    const [alert] = (await world.alerts()).filter(a => a.kind === 'too-warm');
    await acknowledge(
      world.db,
      { orgId, name: 'Pak Yanto', actor: 'user yanto' },
      alert!.alertId,
      world.clock.now(),
    );
    await live(world, engine, [20, 25, 25, 25, 25]);
    const [worse] = (await world.alerts()).filter(a => a.kind === 'too-warm');
    expect(worse).toMatchObject({ severity: 'risk', acknowledgedAt: null });
    expect(eventsSent(world)).toEqual(['opened', 'worsened']);
  });

  it('clears without a word when the batch is gone', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact();
    await live(world, engine, [5, 10, 10, 10, 10, 10]);
    await setSoldOut(world.db, orgId, 'B-01', world.clock.now());
    engine.touched([`${orgId}/B-01`]);
    await engine.settled();
    expect(await kinds(world)).toEqual(['warning cleared']);
    expect(eventsSent(world)).toEqual(['opened']);
  });

  it('escalates until somebody acknowledges', async () => {
    const { engine, ...world } = await aWorld();
    const first = await world.contact({ name: 'Bu Siti' });
    const second = await world.contact({ name: 'Pak Yanto', address: { email: 'yanto@example.com' } });
    await setAlertChain(world.db, orgId, {
      steps: [
        { afterMin: 0, to: { contactId: first! } },
        { afterMin: 15, to: { contactId: second! } },
      ],
    });
    await live(world, engine, [5, 10, 10, 10, 10]);
    expect(world.sent.map(s => s.contact.name)).toEqual(['Bu Siti']);
    await live(world, engine, [10, 10, 10]);
    expect(world.sent.map(s => [s.contact.name, s.notification.data.event])).toEqual([
      ['Bu Siti', 'opened'],
      ['Pak Yanto', 'escalated'],
    ]);
  });

  it('leaves people alone in their quiet hours, and tells them after if it is still so', async () => {
    const { engine, ...world } = await aWorld();
    const quiet = { from: '09:00', to: '12:00', riskBreaksThrough: true };
    const contactId = await world.contact({ quiet });
    await live(world, engine, [5, 10, 10, 10, 10, 10]);
    expect(world.sent).toEqual([]);
    await live(world, engine, new Array(7).fill(9));
    expect(world.sent.map(s => [s.contact.contactId, s.notification.data.event])).toEqual([
      [contactId, 'opened'],
    ]);
    expect(world.sent[0]!.notification.at).toBeGreaterThanOrEqual(Date.parse('2026-11-24T05:00:00Z'));
  });

  it('forgets a message of quiet hours when it is over before they are', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact({ quiet: { from: '09:00', to: '20:00', riskBreaksThrough: true } });
    await live(world, engine, [5, 10, 10, 10, 10, 5, 5, 5]);
    const [alert] = (await world.alerts()).filter(a => a.kind === 'too-warm');
    const [delivery] = await listDeliveries(world.db, orgId, alert!.alertId);
    expect(delivery?.state).toBe('dropped');
    expect(world.sent).toEqual([]);
  });

  it('tries again with the same id until it is delivered, and writes every attempt down', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact();
    let failures = 2;
    world.world.outcome = () =>
      failures-- > 0 ? { outcome: 'retry', reason: 'busy' } : { outcome: 'delivered' };
    await live(world, engine, [5, 10, 10, 10, 10, 10, 10]);
    expect(new Set(world.sent.map(s => s.notification.deliveryId)).size).toBe(1);
    const [alert] = (await world.alerts()).filter(a => a.kind === 'too-warm');
    const [delivery] = await listDeliveries(world.db, orgId, alert!.alertId);
    expect(delivery).toMatchObject({ state: 'delivered', attempts: 3 });
    expect(delivery!.tried.map(t => t.outcome)).toEqual(['retry', 'retry', 'delivered']);
  });

  it('lets the more specific rule win, and tells nothing that was over before the rule', async () => {
    const { engine, ...world } = await aWorld();
    await live(world, engine, [5, 6, 6, 6, 6, 6, 5, 3, 3]);
    await replaceAlertRules(
      world.db,
      orgId,
      [
        { kind: 'too-warm', scope: 'organisation', settings: { levelC: 20, clearLevelC: 18 } },
        {
          kind: 'too-warm',
          scope: 'product',
          scopeId: 'takwa',
          settings: { levelC: 4, clearLevelC: 3.5, mildBelowLifeLostH: null },
        },
      ],
      world.clock.now(),
    );
    await engine.rulesChanged(orgId);
    await engine.settled();
    expect(await kinds(world)).toEqual([]);
    await live(world, engine, [6, 6, 6, 6, 6]);
    expect(await kinds(world)).toEqual(['warning open']);
  });

  it('tells of silence apart from warmth, by the cadence of the node, and when it speaks again', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact();
    await live(world, engine, new Array(12).fill(5));
    await pass(world, engine, 29 * minuteMs);
    expect((await world.alerts()).filter(a => a.kind === 'no-data')).toEqual([]);
    await pass(world, engine, 3 * minuteMs);
    const silent = (await world.alerts()).filter(a => a.kind === 'no-data');
    expect(silent).toMatchObject([{ state: 'open', severity: 'warning' }]);
    expect(await kinds(world)).toEqual([]);
    await live(world, engine, [5]);
    expect((await world.alerts()).filter(a => a.kind === 'no-data')).toMatchObject([{ state: 'cleared' }]);
    expect(eventsSent(world, 'no-data')).toEqual(['opened', 'cleared']);
  });

  it('counts nobody as silent while it was down itself', async () => {
    const { engine, ...world } = await aWorld();
    await live(world, engine, new Array(8).fill(5));
    await engine.stop();
    world.clock.advance(5 * hourMs);
    const again = await world.startEngine();
    onTestFinished(() => again.stop());
    expect((await world.alerts()).filter(a => a.kind === 'no-data')).toEqual([]);
    await pass(world, again, 40 * minuteMs);
    expect((await world.alerts()).filter(a => a.kind === 'no-data')).toHaveLength(1);
  });

  it('counts nobody as silent while its process stood still', async () => {
    const { engine, ...world } = await aWorld();
    await live(world, engine, new Array(8).fill(5));
    // Heard since the last look, which makes a difference.
    world.clock.advance(10 * minuteMs);
    await engine.tick();
    await engine.take(readingsOf('S-01', world.clock.now() - 500, [5]));
    world.clock.advance(5 * hourMs);
    await pass(world, engine, 20 * minuteMs);
    expect((await world.alerts()).filter(a => a.kind === 'no-data')).toEqual([]);
    await pass(world, engine, 20 * minuteMs);
    expect((await world.alerts()).filter(a => a.kind === 'no-data')).toHaveLength(1);
  });

  it.each([-24, 24])('tells of what becomes too warm while its clock is %i hours off', async byH => {
    const { engine, ...world } = await aWorld();
    await live(world, engine, new Array(8).fill(5));
    const began = world.clock.now();
    world.clock.step(byH * hourMs);
    for (let i = 1; i <= 6; i++) {
      world.clock.advance(10 * minuteMs);
      await engine.take(readingsOf('S-01', world.clock.now() - byH * hourMs - 500, [12]));
      await engine.settled();
      await pass(world, engine, minuteMs);
    }
    const [alert, ...more] = (await world.alerts()).filter(a => a.kind === 'too-warm');
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ state: 'open', knownLate: false });
    expect(alert!.beganAt - began).toBeGreaterThanOrEqual(0);
    expect(alert!.beganAt - began).toBeLessThan(10 * minuteMs);
  });

  it('takes nothing for older because its clock was set ahead, while sensors go on as before', async () => {
    const { engine, near, ...world } = await freshBatch();
    world.clock.step(7 * 24 * hourMs);
    for (let i = 1; i <= 6; i++) {
      await pass(world, engine, 10 * minuteMs);
      await engine.take(readingsOf('S-02', world.clock.now() - 7 * 24 * hourMs - 500, [5]));
      await engine.settled();
    }
    expect(await near()).toEqual([]);
    world.clock.step(-7 * 24 * hourMs);
    await live(world, engine, [5, 5], 'S-02');
    expect(await near()).toEqual([]);
  });

  it('believes a clock that was set ahead where its sensors do', async () => {
    const { engine, near, ...world } = await freshBatch();
    const { remainingH } = await engine.lives.estimate(orgId, 'B-02');
    world.clock.step(Math.floor(remainingH.p05 * 0.5) * hourMs);
    await live(world, engine, [5, 5, 5], 'S-02');
    expect(await near()).toHaveLength(1);
  });

  it('sends one message when many nodes fall silent together', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact();
    for (let i = 2; i <= 6; i++) await chilledBatch(world.db, `B-0${i}`, `S-0${i}`);
    for (let i = 1; i <= 6; i++) {
      await engine.lives.changed(orgId, `B-0${i}`);
      await engine.take(readingsOf(`S-0${i}`, startAt - 2 * hourMs, new Array(13).fill(5)));
    }
    await engine.settled();
    world.clock.advance(45 * minuteMs);
    await engine.tick();
    await engine.settled();
    expect((await world.alerts()).filter(a => a.kind === 'no-data')).toHaveLength(6);
    expect(world.sent.filter(s => s.notification.kind === 'no-data')).toHaveLength(1);
  });

  it('tells of a life that comes to its end', async () => {
    const { engine, ...world } = await aWorld();
    await chilledBatch(world.db, 'B-02', 'S-02', { storage: 'room', producedAt: startAt - 60 * minuteMs });
    await engine.lives.changed(orgId, 'B-02');
    engine.touched([`${orgId}/B-02`]);
    await live(world, engine, new Array(150).fill(29), 'S-02');
    const near = (await world.alerts()).filter(a => a.kind === 'spoilage-near');
    expect(near).toHaveLength(1);
    expect(near[0]).toMatchObject({ subject: 'batch/B-02', severity: 'risk', worsened: 1 });
  });

  it('gathers what is only information into one message in the morning', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact({ kinds: ['battery-low'] });
    await chilledBatch(world.db, 'B-02', 'S-02');
    for (const nodeId of ['S-01', 'S-02']) {
      const [reading] = readingsOf(nodeId, startAt - minuteMs, [5]);
      await engine.take([{ ...reading!, batteryPct: 9 }]);
    }
    world.clock.advance(minuteMs);
    await engine.tick();
    await engine.settled();
    expect((await world.alerts()).filter(a => a.kind === 'battery-low')).toHaveLength(2);
    expect(world.sent).toEqual([]);
    // 06.59 and 07.01 in Jakarta.
    for (const [iso, messages] of [
      ['2026-11-24T23:59:00Z', 0],
      ['2026-11-25T00:01:00Z', 1],
    ] as const) {
      world.clock.set(Date.parse(iso));
      await engine.tick();
      await engine.settled();
      expect(world.sent).toHaveLength(messages);
    }
    expect(world.sent[0]!.notification).toMatchObject({ kind: 'digest', severity: 'info' });
    expect(world.sent[0]!.notification.text).toContain('Kulkas S-02');
  });

  it('tells of a shipment that will not arrive as its receiver asks, and streams every change', async () => {
    const { engine: _, ...world } = await aWorld();
    await world.contact({ kinds: ['will-not-arrive'] });
    const shipment = {
      ...{ orgId, shipmentId: 'SH-1', name: 'Surabaya', needH: 12, arrivesAt: startAt + 3 * hourMs },
      ...{ verdict: 'tight' as 'tight' | 'short' | 'enough', arrivesWithP05H: 9 },
    };
    const all = [shipment];
    world.world.shipments = {
      expectedArrivalsOfAllOrganisations: async () => all,
      legsOf: async () => ({ ids: [], since: 0 }),
    };
    const engine = await world.startEngine();
    onTestFinished(() => engine.stop());
    const streamed: string[] = [];
    world.hub.subscribe(orgId, {
      deliver({ events }) {
        for (const { event } of events)
          if (event.type === 'alert') streamed.push(`${event.data.severity} ${event.data.state}`);
      },
      end: () => {},
    });
    for (const verdict of ['tight', 'short', 'short', 'enough', 'enough'] as const) {
      shipment.verdict = verdict;
      world.clock.advance(6 * minuteMs);
      await engine.tick();
      await engine.settled();
    }
    expect(streamed).toEqual(['risk open', 'risk cleared']);
    expect(eventsSent(world, 'will-not-arrive')).toEqual(['opened', 'worsened', 'cleared']);
    shipment.verdict = 'short';
    world.clock.advance(2 * hourMs);
    await engine.tick();
    all.pop();
    world.clock.advance(minuteMs);
    await engine.tick();
    const alerts = (await world.alerts()).filter(a => a.kind === 'will-not-arrive');
    expect(alerts.map(a => a.state)).toEqual(['cleared', 'cleared']);
  });

  it('goes on where another left off, deciding nothing twice', async () => {
    const { engine, ...world } = await aWorld();
    await world.contact();
    await live(world, engine, [5, 10, 10, 10, 10, 10]);
    await engine.stop();
    const again = await world.startEngine();
    onTestFinished(() => again.stop());
    await live(world, again, [10, 10, 10]);
    expect(await kinds(world)).toEqual(['warning open']);
    expect(eventsSent(world)).toEqual(['opened']);
    await live(world, again, [5, 5, 5]);
    expect(eventsSent(world)).toEqual(['opened', 'cleared']);
  });

  it('decides in one place when two servers share the database', async () => {
    const { engine: _, ...world } = await aWorld();
    world.world.isAlone = false;
    await world.contact();
    const other = await world.startEngine();
    const one = await world.startEngine();
    onTestFinished(async () => {
      await one.stop();
      await other.stop();
    });
    await live(world, one, [5, 10, 10, 10, 10, 10]);
    await other.settled();
    expect((await world.alerts()).filter(a => a.kind === 'too-warm').length).toBeLessThanOrEqual(1);
    expect(eventsSent(world).filter(e => e === 'opened').length).toBeLessThanOrEqual(1);
  });
});

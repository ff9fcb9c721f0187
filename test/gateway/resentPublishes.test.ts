import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Journal, JournalUnavailable, openJournal } from '../../gateway/journal.ts';
import { ResentPublishes } from '../../gateway/resentPublishes.ts';
import { tempDir } from '../support/tempDir.ts';
import { puback, publishPacket, rawNode } from './rawMqtt.ts';
import { silentLog, startTestGateway, systemClock } from './startTestGateway.ts';

const taken = () => true;
const publish = (changed: Partial<Parameters<ResentPublishes<string>['find']>[0]> = {}) => ({
  nodeId: 'n1',
  topic: 't',
  payload: Buffer.from('{}'),
  messageId: 1,
  ...changed,
});

describe('ResentPublishes', () => {
  it('knows a publish by its node, topic, packet id and payload', async () => {
    const resent = new ResentPublishes<string>();
    resent.remember(publish(), Promise.resolve('stored'), taken);
    expect(await resent.find(publish())).toBe('stored');
    for (const other of [{ nodeId: 'n2' }, { topic: 'u' }, { messageId: 2 }, { payload: Buffer.from('[]') }])
      expect(resent.find(publish(other))).toBeUndefined();
  });

  it('forgets what was not taken, and what failed', async () => {
    const resent = new ResentPublishes<string>();
    resent.remember(publish(), Promise.resolve('lost'), outcome => outcome !== 'lost');
    const failing = Promise.reject(new Error('disk'));
    resent.remember(publish({ messageId: 2 }), failing, taken);
    await failing.catch(() => undefined);
    expect(resent.find(publish())).toBeUndefined();
    expect(resent.find(publish({ messageId: 2 }))).toBeUndefined();
  });

  it('keeps the latest 200 of a node and is not emptied by another', () => {
    const resent = new ResentPublishes<string>();
    resent.remember(publish({ nodeId: 'quiet' }), Promise.resolve(''), taken);
    for (let messageId = 1; messageId <= 500; messageId++)
      resent.remember(publish({ messageId }), Promise.resolve(''), taken);
    expect(resent.find(publish({ messageId: 300 }))).toBeUndefined();
    expect(resent.find(publish({ messageId: 301 }))).toBeDefined();
    expect(resent.find(publish({ nodeId: 'quiet' }))).toBeDefined();
  });
});

/** A real journal whose appends go through `around`. */
async function journalWith(around: (append: () => Promise<number>) => Promise<number>): Promise<Journal> {
  const journal = await openJournal({ dir: join(tempDir(), 'journal'), clock: systemClock, log: silentLog });
  const append = journal.append.bind(journal);
  return Object.assign(journal, { append: (record: Uint8Array) => around(() => append(record)) });
}

describe('a publish that is sent again with DUP set', () => {
  it('is acknowledged and not taken twice when it has no time of its own, over a new connection too', async () => {
    const { gateway, consumer, port, metric } = await startTestGateway();
    const first = await rawNode(port);
    first.send(publishPacket({ packetId: 7 }));
    await first.receives(puback(7));
    first.socket.destroy();
    const again = await rawNode(port);
    again.send(publishPacket({ packetId: 7, dup: true }));
    await again.receives(puback(7));
    await gateway.caughtUp();
    expect(consumer.readings).toHaveLength(1);
    expect(await metric('tahan_gateway_publishes_received_total', { kind: 'resent' })).toBe(1);
  });

  it('is not put into quarantine twice', async () => {
    const { gateway, consumer, port } = await startTestGateway();
    const node = await rawNode(port);
    for (const dup of [false, true]) {
      node.send(publishPacket({ packetId: 7, payload: 'nonsense', dup }));
      await node.receives(puback(7));
    }
    await gateway.caughtUp();
    expect(consumer.refused).toHaveLength(1);
  });

  it('is taken when it was not taken before, or comes under another packet id', async () => {
    const { gateway, consumer, port } = await startTestGateway();
    const node = await rawNode(port);
    node.send(publishPacket({ packetId: 7, dup: true }));
    await node.receives(puback(7));
    node.send(publishPacket({ packetId: 8, dup: true }));
    await node.receives(puback(8));
    await gateway.caughtUp();
    expect(consumer.readings).toHaveLength(2);
  });

  it('without DUP is another reading of the same value', async () => {
    const { gateway, consumer, port } = await startTestGateway();
    const node = await rawNode(port);
    for (let i = 0; i < 2; i++) node.send(publishPacket({ packetId: 7 }));
    await node.receives(Buffer.concat([puback(7), puback(7)]));
    await gateway.caughtUp();
    expect(consumer.readings).toHaveLength(2);
  });

  it('waits for the first, which is still on its way to the disk', async () => {
    const held: (() => void)[] = [];
    const arrived: (() => void)[] = [];
    const journal = await journalWith(async append => {
      await new Promise<void>(resolve => {
        held.push(resolve);
        for (const tell of arrived.splice(0)) tell();
      });
      return append();
    });
    const { gateway, consumer, port, presence, sees } = await startTestGateway({ journal });
    const first = await rawNode(port);
    first.send(publishPacket({ packetId: 7 }));
    if (held.length === 0) await new Promise<void>(resolve => arrived.push(resolve));
    first.socket.destroy();
    await sees(() => presence.length === 2);
    const again = await rawNode(port);
    again.send(publishPacket({ packetId: 7, dup: true }));
    again.send(publishPacket({ packetId: 8, payload: '{"temperatureC":5}' }));
    while (held.length < 2) await new Promise<void>(resolve => arrived.push(resolve));
    for (const go of held) go();
    await again.receives(Buffer.concat([puback(7), puback(8)]));
    await gateway.caughtUp();
    expect(consumer.readings.map(one => one.temperatureC)).toEqual([4, 5]);
  });

  it('is taken when the journal could not write it the first time', async () => {
    let isFull = true;
    const journal = await journalWith(append =>
      isFull ? Promise.reject(new JournalUnavailable('full', 'the disk is full')) : append(),
    );
    const { gateway, consumer, port } = await startTestGateway({ journal });
    const first = await rawNode(port);
    first.send(publishPacket({ packetId: 7 }));
    await first.closed;
    isFull = false;
    const again = await rawNode(port);
    again.send(publishPacket({ packetId: 7, dup: true }));
    await again.receives(puback(7));
    await gateway.caughtUp();
    expect(consumer.readings).toHaveLength(1);
  });
});

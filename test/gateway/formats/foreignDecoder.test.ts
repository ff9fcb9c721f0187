import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextOf, messagesOf } from '../../../cli/payloadCase.ts';
import type { ForeignContext, ForeignMessage } from '../../../gateway/formats/deviceFormat.ts';
import { createForeignDecoder } from '../../../gateway/formats/foreignDecoder.ts';
import { cpuMs } from '../../support/cpuMs.ts';
import { readPayloadCases } from './readPayloadCases.ts';

const receivedAt = Date.UTC(2026, 2, 2, 3, 15);

function aMessage(topic: string, payload: unknown, more: Partial<ForeignMessage> = {}): ForeignMessage {
  const bytes =
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return { topic, payload: bytes, qos: 0, retain: false, dup: false, receivedAt, ...more };
}

const known = [...readPayloadCases('publishedShapes.json'), ...readPayloadCases('furtherShapes.json')]
  .filter(one => one.messages.every(message => message.encoding !== 'repeat'))
  .flatMap(one => {
    const context = contextOf(one);
    return messagesOf(one).map(message => ({ message, context }));
  });

/** How long a message takes a decoder that has seen none. */
const handlingMs = (message: ForeignMessage, context: ForeignContext): number =>
  cpuMs(() => createForeignDecoder().decode(message, context), 100);

/** What holds after any message at all. */
function expectUnharmed(message: ForeignMessage, context: ForeignContext) {
  const decoder = createForeignDecoder();
  const before = Reflect.ownKeys(Object.prototype).length;
  const decoded = decoder.decode(message, context);
  expect(handlingMs(message, context)).toBeLessThan(100);
  expect(Reflect.ownKeys(Object.prototype).length).toBe(before);
  for (const reading of decoded.readings) {
    expect(Number.isFinite(reading.value)).toBe(true);
    expect(Number.isInteger(reading.measuredAt)).toBe(true);
    expect(reading.measuredAt).toBeLessThanOrEqual(message.receivedAt + 300_000);
    expect(reading.measuredAt).toBeGreaterThanOrEqual(Date.UTC(2020, 0, 1));
    expect(reading.node.length).toBeLessThanOrEqual(128);
  }
  const next = decoder.decode(aMessage('zigbee2mqtt/next-good', { temperature: 4.25 }));
  expect(next.readings).toHaveLength(1);
}

describe('createForeignDecoder', () => {
  it('survives any bytes on the topics of every family', () => {
    const topics = fc.oneof(fc.constantFrom(...known.map(one => one.message.topic)), fc.string());
    fc.assert(
      fc.property(topics, fc.uint8Array({ maxLength: 300 }), (topic, bytes) => {
        expectUnharmed(aMessage(topic, bytes), {});
      }),
      { numRuns: 3000 },
    );
  });

  it('survives any JSON on the topics of every family', () => {
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.jsonValue({ maxDepth: 5 }), ({ message, context }, json) => {
        expectUnharmed(aMessage(message.topic, json), context);
      }),
      { numRuns: 2000 },
    );
  });

  it('survives known payloads with bytes changed, cut and put in', () => {
    const edit = fc.record({
      at: fc.nat(5000),
      byte: fc.nat(255),
      kind: fc.constantFrom('set', 'cut', 'insert'),
    });
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.array(edit, { minLength: 1, maxLength: 8 }), (one, edits) => {
        let bytes = Buffer.from(one.message.payload);
        for (const { at, byte, kind } of edits) {
          const index = bytes.length === 0 ? 0 : at % bytes.length;
          const tail = bytes.subarray(kind === 'insert' ? index : index + 1);
          if (kind === 'cut') bytes = Buffer.from(bytes.subarray(0, index));
          else bytes = Buffer.concat([bytes.subarray(0, index), Buffer.from([byte]), tail]);
        }
        expectUnharmed({ ...one.message, payload: bytes }, one.context);
      }),
      { numRuns: 3000 },
    );
  });

  it('survives known payloads whose values are replaced by hostile ones', () => {
    const hostile = fc.constantFrom(
      ...[
        '1e999',
        '-1e400',
        'true',
        '[]',
        '{}',
        '""',
        '"NaN"',
        '"0x1F"',
        'null',
        '-127',
        '1e308',
        '5e-324',
        '"\\u0000"',
      ],
    );
    fc.assert(
      fc.property(fc.constantFrom(...known), hostile, fc.nat(40), (one, value, nth) => {
        const text = Buffer.from(one.message.payload).toString('latin1');
        let index = -1;
        const changed = text.replace(/(?<=[:[,]\s?)-?\d+(\.\d+)?|"[^"\\]*"(?=[,}])/g, found =>
          ++index === nth ? value : found,
        );
        expectUnharmed({ ...one.message, payload: Buffer.from(changed, 'latin1') }, one.context);
      }),
      { numRuns: 3000 },
    );
  });

  it('stays quick with 64 KiB made to be slow', () => {
    const filled = (item: (i: number) => string) => {
      let text = '';
      for (let i = 0; text.length < 63_000; i++) text += (i ? ',' : '') + item(i);
      return text;
    };
    const uplink = 'application/a/device/24e124136b323456/event/up';
    const slow: (readonly [string, string | Buffer])[] = [
      ['tele/x/SENSOR', `{"Time":"2026-03-02T10:14:50",${filled(i => `"S${i}":{"Temperature":null}`)}}`],
      ['tele/x/SENSOR', `{"Time":"2026-03-02T10:14:50",${filled(i => `"S${i}":{"Temperature":4}`)}}`],
      ['senml/x', `[${filled(i => `{"n":"a${i}","u":"Cel","v":-127}`)}]`],
      [uplink, `{"object":{${filled(i => `"TempC_${i}":-127`)}}}`],
      [uplink, `{"object":{"history":[${filled(i => `{"timestamp":${i},"temperature":4}`)}]}}`],
      [uplink, `{"object":{${filled(i => `"AaBbCcDdEeFfGgHhIi${i}":1`)}}}`],
      [
        'x/events/rpc',
        `{"method":"NotifyStatus","params":{${filled(i => `"temperature:${i}":{"tC":null}`)}}}`,
      ],
      ['lpp/x', Buffer.alloc(64_000, Buffer.from('0067ff9c', 'hex'))],
      ['spBv1.0/g/DDATA/e/d', Buffer.alloc(64_000, Buffer.from('1200', 'hex'))],
      ['zigbee2mqtt/x', `{"temperature":${'9'.repeat(60_000)}}`],
      ['x/sensor/a/state', `${' '.repeat(60_000)}4`],
    ];
    for (const [topic, payload] of slow)
      expectUnharmed(aMessage(topic, payload), {
        nodeTimeZone: 'Asia/Jakarta',
        objectMap: { a: { metric: 'temperature' } },
      });
  });

  it('takes the same messages in any number of repetitions once', () => {
    const decoder = createForeignDecoder();
    const context = { nodeTimeZone: 'Asia/Jakarta' };
    const message = aMessage('tele/b/SENSOR', { Time: '2026-03-02T10:14:50', AM2301: { Temperature: 4.5 } });
    const count = [1, 2, 3].map(
      minute =>
        decoder.decode({ ...message, receivedAt: receivedAt + minute * 60_000 }, context).readings.length,
    );
    expect(count).toEqual([1, 0, 0]);
  });

  it('keeps equal values of a steady fridge apart when they are not marked as copies', () => {
    const decoder = createForeignDecoder();
    const at = (minute: number) => ({ receivedAt: receivedAt + minute * 60_000 });
    const first = decoder.decode(aMessage('zigbee2mqtt/k', { temperature: 4 }, at(0)));
    const second = decoder.decode(aMessage('zigbee2mqtt/k', { temperature: 4 }, at(5)));
    const copy = decoder.decode(
      aMessage('zigbee2mqtt/k', { temperature: 4 }, { ...at(6), dup: true, qos: 1 }),
    );
    expect([first, second, copy].map(decoded => decoded.readings.length)).toEqual([1, 1, 0]);
  });

  it('takes a message again that could not be kept the first time', () => {
    const decoder = createForeignDecoder();
    for (const { message, context } of known) {
      const first = decoder.decode(message, context);
      decoder.takeBack(first);
      const again = decoder.decode({ ...message, dup: true }, context);
      expect(again.readings.length, message.topic).toBe(first.readings.length);
    }
  });

  it('shows a retained value without a time as last known and stores nothing', () => {
    const decoder = createForeignDecoder();
    const old = decoder.decode(aMessage('zigbee2mqtt/k', { temperature: 4.5 }, { retain: true }));
    expect(old).toMatchObject({
      outcome: 'accept-as-last-known',
      readings: [],
      reasons: ['retained-no-timestamp'],
    });
    expect(old.lastKnown).toMatchObject([{ node: 'k', metric: 'temperature', value: 4.5 }]);
    const live = decoder.decode(aMessage('zigbee2mqtt/l', { temperature: 4.5 }, { retain: true }), {
      deliveredOnSubscribe: false,
    });
    expect(live).toMatchObject({ outcome: 'accept', lastKnown: [] });
  });

  it('suspects °F behind a jump, and believes the warmth when it stays', () => {
    const decoder = createForeignDecoder();
    const qualityAt = (minute: number, temperature: number) =>
      decoder.decode(aMessage('zigbee2mqtt/k', { temperature }, { receivedAt: receivedAt + minute * 60_000 }))
        .readings[0]?.quality;
    expect(qualityAt(0, 4.4)).toBe('good');
    expect([5, 10, 20, 30].map(minute => qualityAt(minute, 39.9))).toEqual(Array(4).fill('suspect'));
    expect(qualityAt(35, 39.9)).toBe('good');
  });

  it('suspects a leap of one reading, and takes the next normal one', () => {
    const decoder = createForeignDecoder();
    const qualityAt = (minute: number, temperature: number) =>
      decoder.decode(aMessage('zigbee2mqtt/k', { temperature }, { receivedAt: receivedAt + minute * 60_000 }))
        .readings[0]?.quality;
    expect([qualityAt(0, 4.4), qualityAt(5, 71), qualityAt(10, 4.5)]).toEqual(['good', 'suspect', 'good']);
  });

  it('takes 85 °C for true where it is that hot', () => {
    const decoder = createForeignDecoder();
    const read = (minute: number, temperature: number) =>
      decoder.decode(
        aMessage('zigbee2mqtt/rebus', { temperature }, { receivedAt: receivedAt + minute * 60_000 }),
      ).readings[0]?.quality;
    expect([read(0, 84), read(1, 85)]).toEqual(['good', 'good']);
  });

  it('forgets what discovery declared when the declaration is emptied', () => {
    const decoder = createForeignDecoder();
    const config = {
      state_topic: 'rak/7',
      device_class: 'temperature',
      unit_of_measurement: '°C',
      device: { identifiers: ['rak-7'] },
    };
    const topic = 'homeassistant/sensor/rak7/config';
    decoder.decode(aMessage(topic, config, { retain: true }));
    expect(decoder.decode(aMessage('rak/7', '4.5')).readings).toHaveLength(1);
    decoder.decode(aMessage(topic, '', { retain: true }));
    expect(decoder.decode(aMessage('rak/7', '4.6')).readings).toHaveLength(0);
  });

  it('refuses declarations of topics outside the prefixes of their sender', () => {
    const decoder = createForeignDecoder();
    const config = { state_topic: 'lain/t', device_class: 'temperature', device: { identifiers: ['x'] } };
    const topic = 'homeassistant/sensor/x/config';
    const refused = decoder.decode(aMessage(topic, config), { topicPrefixes: ['rak', 'rak2/'] });
    expect(refused).toMatchObject({ outcome: 'reject', reasons: ['discovery-topic-refused'] });
    const taken = decoder.decode(aMessage(topic, config), { topicPrefixes: ['lain/#'] });
    expect(taken.outcome).toBe('accept');
  });

  it('starts the aliases of a Sparkplug edge node anew with its birth', () => {
    const births = known.filter(
      ({ message }) => message.topic.includes('/DBIRTH/') || message.topic.includes('/NBIRTH/'),
    );
    const data = known.find(
      ({ message }) => message.topic.includes('/DDATA/gw-tinalan') && message.payload.length < 60,
    );
    const decoder = createForeignDecoder();
    for (const { message } of births) decoder.decode(message);
    expect(data && decoder.decode(data.message).readings.length).toBe(2);
    const nodeBirth = births.find(({ message }) => message.topic.includes('/NBIRTH/'));
    if (nodeBirth) decoder.decode(nodeBirth.message);
    expect(data && decoder.decode({ ...data.message, receivedAt: receivedAt + 1 }).reasons).toContain(
      'unknown-alias',
    );
  });

  it('forgets the oldest declarations of a sender that never stops declaring', () => {
    const decoder = createForeignDecoder();
    const declare = (i: number) =>
      decoder.decode(
        aMessage(`homeassistant/sensor/n${i}/config`, {
          state_topic: `n${i}/t`,
          device_class: 'temperature',
          unit_of_measurement: '°C',
          device: { identifiers: [`n${i}`] },
        }),
      );
    for (let i = 0; i <= 5000; i++) declare(i);
    expect(decoder.decode(aMessage('n0/t', '4')).readings).toHaveLength(0);
    expect(decoder.decode(aMessage('n5000/t', '4')).readings).toHaveLength(1);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeNative } from '../../gateway/formats/native.ts';
import { decodeNodeStatus } from '../../gateway/formats/nodeStatus.ts';
import { nodeIdSchema } from '../../models/contracts/ids.ts';
import { maxPublishBytes, maxReadingsPerPublish } from '../../models/contracts/reading.ts';
import { commandTopic, readingTopic, statusTopic } from '../../models/contracts/topics.ts';

const file = new URL('../../docs/nodes/esphome-tahan.yaml', import.meta.url);
const source = readFileSync(file, 'utf8').replaceAll(/^\s*#.*$/gm, '');
const nodeId = /^ {2}node_id: (\S+)$/m.exec(source)?.[1] ?? '';
const yaml = source.replaceAll(/\$\{node_id\}/g, nodeId);

/** What is written under a key of the mqtt section, up to the next key of the same depth. */
const section = (key: string) =>
  new RegExp(`^ {2}${key}:\\n((?: {4}.*\\n)+)`, 'm').exec(yaml)?.[1] ?? `no ${key}`;
const value = (text: string, key: string) => new RegExp(`^ *(?:- )?${key}: (.*)$`, 'm').exec(text)?.[1];

/** The formats that the lambdas give to snprintf, in their order. */
const formats = [...yaml.matchAll(/R"\((.*?)\)"/g)].map(match => match[1]!);

/** printf, as far as the formats need it. */
function printed(format: string, values: readonly (string | number)[]): string {
  const left = [...values];
  return format.replaceAll(/%(?:\.(\d))?(s|f|lu)/g, (_, decimals, kind) => {
    const next = left.shift();
    return kind === 'f' ? Number(next).toFixed(Number(decimals)) : String(next);
  });
}

const receivedAt = Date.UTC(2026, 10, 24, 3, 1);
const decode = (payload: string) => decodeNative({ nodeId, payload: Buffer.from(payload), receivedAt });

describe('the ESPHome node of the documentation', () => {
  it('publishes and listens on the topics of a node and on no other', () => {
    expect(nodeIdSchema.safeParse(nodeId).success).toBe(true);
    const topics = [...yaml.matchAll(/tahan\/[^\s"']+/g)].map(match => match[0]);
    expect(new Set(topics)).toEqual(
      new Set([readingTopic(nodeId), statusTopic(nodeId), commandTopic(nodeId)]),
    );
    for (const [key, off] of [
      ['discovery', 'false'],
      ['discover_ip', 'false'],
      ['topic_prefix', 'null'],
      ['log_topic', 'null'],
    ] as const)
      expect(value(yaml, key), key).toBe(off);
    // A sensor that is not internal would be published on a topic of its own.
    expect(yaml.match(/^ +name: /gm)?.length).toBe((yaml.match(/internal: true/g)?.length ?? 0) + 1);
  });

  it('logs in as the gateway asks: its id as user name and client id, a clean session, a keepalive below 300 s', () => {
    expect(value(yaml, 'username')).toBe(nodeId);
    expect(value(yaml, 'client_id')).toBe(nodeId);
    expect(value(yaml, 'clean_session')).toBe('true');
    expect(Number.parseInt(value(yaml, 'keepalive') ?? '', 10)).toBeLessThanOrEqual(300);
  });

  it('says online at birth and offline as its will, retained, in words the gateway reads', () => {
    for (const [key, state] of [
      ['birth_message', 'online'],
      ['will_message', 'offline'],
      ['shutdown_message', 'offline'],
    ] as const) {
      const message = section(key);
      expect(value(message, 'topic')).toBe(statusTopic(nodeId));
      expect(value(message, 'retain')).toBe('true');
      expect(decodeNodeStatus(Buffer.from(value(message, 'payload')!.slice(1, -1)))).toBe(state);
    }
  });

  it('sends readings that are taken whole: with a time, without one, without humidity', () => {
    expect(formats.length).toBe(3);
    const time = '2026-11-24T03:00:00Z';
    const [undated, dry, full] = formats as [string, string, string];
    const readings = [
      ...decode(printed(undated, [4.256, 1207])).readings,
      ...decode(printed(dry, [time, -0.5])).readings,
      ...decode(`[${printed(full, [time, 4.25, 88.1])},${printed(dry, ['2026-11-24T03:00:30Z', 5])}]`)
        .readings,
    ];
    expect(readings).toMatchObject([
      { temperatureC: 4.26, sequence: 1207, timeSource: 'arrival' },
      { temperatureC: -0.5, measuredAt: Date.parse(time), timeSource: 'device' },
      { temperatureC: 4.25, humidityPct: 88.1, timeSource: 'device' },
      { temperatureC: 5, humidityPct: null },
    ]);
    expect(decode(printed(full, [time, 4.25, 88.1])).refused).toEqual([]);
  });

  it('asks for QoS 1 without retain, in arrays far below the bounds', () => {
    const publishes = [...yaml.matchAll(/\.publish\([^;]*, (\d), (true|false)\)/g)].map(match =>
      match.slice(1),
    );
    expect(publishes).toEqual([
      ['1', 'false'],
      ['1', 'false'],
    ]);
    const most = Number(/std::min<uint16_t>\(id\(backlog_count\), (\d+)\)/.exec(yaml)?.[1]);
    expect(most).toBeLessThanOrEqual(maxReadingsPerPublish);
    expect(most * 128).toBeLessThan(maxPublishBytes);
    expect(yaml).toContain('strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%SZ", &utc)');
  });
});

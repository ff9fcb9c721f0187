import { describe, expect, it } from 'vitest';
import { createMessageIntake } from '../../gateway/foreignIntake.ts';

const receivedAt = Date.UTC(2026, 2, 2, 3, 15);
const publish = (topic: string, payload: string) => ({
  topic,
  payload: Buffer.from(payload),
  qos: 1,
  retain: false,
  dup: false,
  receivedAt,
});

describe('createMessageIntake', () => {
  it('gives native readings to the native reader and all else to the device formats', () => {
    const intake = createMessageIntake();
    const native = intake.take(publish('tahan/kulkas-1/readings', '{"temperatureC":4.25}'));
    expect(native).toMatchObject({ kind: 'native', nodeId: 'kulkas-1', decoded: { refused: [] } });
    const status = intake.take(publish('tahan/kulkas-1/status', '{"state":"online"}'));
    expect(status).toEqual({ kind: 'native-status', nodeId: 'kulkas-1', status: 'online' });
    const foreign = intake.take(publish('zigbee2mqtt/kulkas', '{"temperature":4.25}'));
    expect(foreign).toMatchObject({ kind: 'foreign', decoded: { family: 'zigbee2mqtt', outcome: 'accept' } });
  });
});

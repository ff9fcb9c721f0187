import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  claimStage,
  codeInAddress,
  readClaimCode,
  settingsText,
  topicOfReadings,
} from '../../dashboard/claimCode.ts';
import { fromLocalInput, toLocalInput } from '../../dashboard/dateInput.ts';
import { createFormat } from '../../dashboard/format.ts';
import { knownPlaces, placeIdOf } from '../../dashboard/nodeNames.ts';
import { nodeTrouble } from '../../dashboard/nodeState.ts';
import { calibrationText, signedOffset } from '../../dashboard/nodeWords.ts';
import { type OffsetForm, readOffset, readOffsetForm, stepOffset } from '../../dashboard/offsetForm.ts';
import { payloadText } from '../../dashboard/payloadText.ts';
import { readNodeNames } from '../../dashboard/readNodeNames.ts';
import { reasonText } from '../../dashboard/reasonText.ts';
import { parsePath, paths } from '../../dashboard/router.ts';
import { createZone } from '../../dashboard/zone.ts';
import { claimRequestSchema } from '../../models/contracts/claimCode.ts';
import { placeIdSchema } from '../../models/contracts/ids.ts';
import { newOffsetSchema } from '../../models/contracts/offset.ts';
import { readingTopic } from '../../models/contracts/topics.ts';
import { aNode, aReading, hourMs, iso, now } from './builders.ts';
import { translateIn } from './words.ts';

const jakarta = createZone('Asia/Jakarta');
const format = createFormat('id', translateIn('id'), jakarta);

describe('a claim code', () => {
  test('a claim code is read as the server reads it, however it is typed', () => {
    expect(readClaimCode(' 7k3q 9zpm')).toBe('7K3Q-9ZPM');
    expect(readClaimCode('OIl0-9zpm')).toBe('0110-9ZPM');
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 14 }), typed => {
        const server = claimRequestSchema.safeParse({ code: typed });
        const read = readClaimCode(typed);
        expect(read === null ? null : read.replace('-', '')).toBe(server.success ? server.data.code : null);
      }),
    );
  });

  test('a claim code is taken from the address, and what is none stays to be mended', () => {
    expect(codeInAddress('#7K3Q-9ZPM')).toBe('7K3Q-9ZPM');
    expect(codeInAddress('#7k3q%209zpm')).toBe('7K3Q-9ZPM');
    expect(codeInAddress('')).toBe('');
    expect(codeInAddress('#7K3')).toBe('7K3');
    expect(codeInAddress('#%E0%A4%A')).toBe('%E0%A4%A');
  });

  test('a code is used when its node exists, and done with the first reading', () => {
    expect(claimStage(undefined, null)).toBe('waiting');
    expect(claimStage(aNode({ lastReading: null }), null)).toBe('claimed');
    expect(claimStage(aNode(), null)).toBe('heard');
  });

  test('a replaced device is heard only by what came after the code was made', () => {
    const before = aReading({ receivedAt: iso(now) });
    expect(claimStage(aNode({ lastReading: before }), iso(now))).toBe('waiting');
    const after = aReading({ measuredAt: iso(now - hourMs), receivedAt: iso(now + 1) });
    expect(claimStage(aNode({ lastReading: after }), iso(now))).toBe('heard');
  });

  test('the settings name the topic of the contract', () => {
    expect(topicOfReadings('node-1')).toBe(readingTopic('node-1'));
    const mqtt = { host: 'h', port: 1883, tlsPort: null, username: 'node-1', password: 's' };
    expect(settingsText({ nodeId: 'node-1', mqtt })).not.toContain('tls');
    expect(settingsText({ nodeId: 'node-1', mqtt: { ...mqtt, tlsPort: 8883 } })).toContain('tls port: 8883');
  });
});

describe('name and place', () => {
  test('a place is turned into an id the server takes, or refused', () => {
    expect(placeIdOf('Kulkas depan')).toBe('Kulkas-depan');
    expect(placeIdOf('  Boks Pak Yanto! ')).toBe('Boks-Pak-Yanto');
    expect(placeIdOf('Café')).toBe('Cafe');
    expect(placeIdOf('冷蔵庫')).toBeNull();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), typed => {
        const placeId = placeIdOf(typed);
        expect(placeId === null || placeIdSchema.safeParse(placeId).success).toBe(true);
      }),
    );
  });

  test('a sensor needs a name and not a place', () => {
    expect(readNodeNames({ name: ' ', place: 'x' }, translateIn('id'))).toEqual({
      wrong: 'Isi nama sensornya dulu.',
    });
    expect(readNodeNames({ name: 'x'.repeat(129), place: '' }, translateIn('id'))).toHaveProperty('wrong');
    expect(readNodeNames({ name: 'S-1', place: '!!' }, translateIn('id'))).toHaveProperty('wrong');
    expect(readNodeNames({ name: ' S-1 ', place: '' }, translateIn('id'))).toEqual({
      names: { name: 'S-1' },
    });
  });

  test('known places are offered once each, as people count', () => {
    const nodes = [aNode({ placeId: 'K-10' }), aNode({ placeId: 'K-9' }), aNode({ placeId: null }), aNode()];
    expect(knownPlaces([...nodes, ...nodes])).toEqual(['K-9', 'K-10', 'ruang-jadi']);
  });
});

describe('an offset', () => {
  const form: OffsetForm = { probe: 'main', value: '−0,4', from: null, due: '', note: '' };

  test('an offset is read with comma or dot and any minus sign, within 10 degrees', () => {
    expect(['−0,4', '-0.4', '+0,2', '.5', '10', '0'].map(readOffset)).toEqual([-0.4, -0.4, 0.2, 0.5, 10, 0]);
    expect(['', '10,1', '0,4 °C', '1,2,3', '1e1', 'NaN'].map(readOffset)).toEqual(Array(6).fill(null));
  });

  test('a step of an offset keeps to tenths and to what the server takes', () => {
    expect(stepOffset('0,2', 0.1)).toBe(0.3);
    expect(stepOffset('10', 0.1)).toBe(10);
    expect(Object.is(stepOffset('0,1', -0.1), 0)).toBe(true);
    expect(stepOffset('abc', -0.1)).toBe(-0.1);
  });

  test('an offset that is sent is one the server takes', () => {
    const filled = { ...form, from: '2026-11-24T09:00', due: '2027-11-24', note: ' air es ' };
    const read = readOffsetForm(filled, now, jakarta, translateIn('id'));
    expect(read).toEqual({
      offset: {
        probe: 'main',
        temperatureOffsetC: -0.4,
        from: '2026-11-24T02:00:00.000Z',
        calibrationDueAt: '2027-11-23T17:00:00.000Z',
        note: 'air es',
      },
    });
    expect(newOffsetSchema.safeParse('offset' in read && read.offset).success).toBe(true);
  });

  test('an offset from the future or due before it begins is refused in words', () => {
    const wrong = (part: Partial<OffsetForm>) =>
      readOffsetForm({ ...form, ...part }, now, jakarta, translateIn('en')) as { wrong: string };
    expect(wrong({ from: '2026-11-24T14:00' }).wrong).toBe(translateIn('en')('sensors.offset.fromInvalid'));
    expect(wrong({ from: '' }).wrong).toBe(translateIn('en')('sensors.offset.fromInvalid'));
    expect(wrong({ due: '2026-11-24' }).wrong).toBe(translateIn('en')('sensors.offset.dueInvalid'));
    expect(wrong({ value: '11' }).wrong).toBe(translateIn('en')('sensors.offset.invalid'));
    expect(wrong({ note: 'x'.repeat(501) }).wrong).toBe(translateIn('en')('sensors.offset.noteTooLong'));
  });

  test('an offset is shown with its sign', () => {
    expect([0.4, -0.3, 0, 0.25].map(c => signedOffset(c, format))).toEqual(['+0,4', '−0,3', '0,0', '+0,25']);
  });

  test('a calibration that is overdue is said and makes a sensor one to check', () => {
    const node = aNode({ calibrationDueAt: iso(now - 50 * hourMs) });
    expect(calibrationText(node, now, format)).toEqual({
      date: '22 Nov 2026',
      note: 'Lewat 2 hari',
      overdue: true,
    });
    expect(nodeTrouble(node, now)).toBe('calibrationDue');
    expect(nodeTrouble(aNode({ calibrationDueAt: iso(now + hourMs) }), now)).toBe('good');
    expect(calibrationText(aNode(), now, format)).toBeNull();
  });
});

describe('a time in a field', () => {
  test('a time in a field is the same time when it is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), minute => {
        const at = minute * 60_000;
        fc.pre(jakarta.local(at).year < 10_000);
        expect(fromLocalInput(toLocalInput(at, jakarta), jakarta)).toBe(at);
      }),
    );
    expect(fromLocalInput('', jakarta)).toBeNull();
  });
});

describe('quarantine', () => {
  const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
  const utf8 = (text: string): string => latin1(new TextEncoder().encode(text));

  test('what was sent is shown as its sender wrote it', () => {
    expect(payloadText(utf8('{"suhu":"4 °C"}'))).toBe('{"suhu":"4 °C"}');
    expect(payloadText(utf8('4 °').slice(0, -1))).toBe('4 ');
  });

  test('bytes that are no text are shown and hide nothing', () => {
    expect(payloadText('\x00\xff\u001b[2J')).toBe('\\x00ÿ\\x1b[2J');
    expect(payloadText(utf8('a\u202eb'))).toBe('a\\x202eb');
  });

  test('a reason is said in the language of the page, one of another release as the server says it', () => {
    expect(reasonText('publish.empty', 'x', translateIn('id'))).toBe('Kirimannya kosong.');
    expect(reasonText('constructor', 'It was refused.', translateIn('en'))).toBe('It was refused.');
  });
});

describe('paths of onboarding', () => {
  test('paths of onboarding open by their link, and an id with a dot is no file', () => {
    expect(parsePath('/pasang-sensor')).toEqual({ page: 'install-node' });
    expect(parsePath('/karantina')).toEqual({ page: 'quarantine' });
    expect(parsePath('/claim')).toEqual({ page: 'claim' });
    expect(paths.node('kulkas.1')).not.toContain('.');
    expect(parsePath(paths.node('kulkas.1:a~b'))).toEqual({ page: 'node', id: 'kulkas.1:a~b' });
  });
});

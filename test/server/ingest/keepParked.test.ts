import { describe, expect, it } from 'vitest';
import { keepParked } from '../../../server/ingest/keepParked.ts';
import { aReading } from '../../support/aReading.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { startAt, testServer } from '../testServer.ts';

describe('keepParked', () => {
  it('shows what a database did not take in quarantine, once, to the firm of its node', async () => {
    const { server, get, dataDir, otherFirm } = await testServer();
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    const db = await openMetadataOf(dataDir);
    const refused = {
      reading: aReading({ measuredAt: startAt }),
      why: 'refused',
      reason: 'value out of range',
    } as const;
    await keepParked(db, { journal: '0123456789ab', position: 7 }, refused);
    await keepParked(db, { journal: '0123456789ab', position: 7 }, refused);
    await keepParked(
      db,
      { journal: '0123456789ab', position: 7 },
      { ...refused, reading: aReading({ measuredAt: startAt + 1 }), why: 'conflict' },
    );
    const { quarantine } = (await get('/quarantine')).body;
    expect(quarantine.map((q: { code: string }) => q.code).sort()).toEqual([
      'reading.conflict',
      'reading.not_stored',
    ]);
    const parked = quarantine.find((q: { code: string }) => q.code === 'reading.not_stored');
    expect(parked).toMatchObject({ nodeId: 'S-01', message: 'value out of range', releasable: false });
    expect(parked.payloadHead).toContain('"temperatureC":4.25');
    expect((await get('/quarantine', { token: await otherFirm() })).body.quarantine).toEqual([]);
  });
});

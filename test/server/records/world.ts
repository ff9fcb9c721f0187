import type { Reading } from '../../../models/contracts/reading.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt, type TestServer, testServer } from '../testServer.ts';

const producedAt = startAt - 24 * hourMs;

/** A night in a fridge with a warm hour in it and two hours of silence, then on the road to a shop. */
export async function recordedBatch(): Promise<TestServer> {
  const server = await testServer();
  const { post, call } = server;
  await call('PATCH', '/api/v1/organisation', {
    body: {
      address: 'Jl. Tinalan 4\nKediri',
      halalNumber: 'ID35110000012345',
      pirtNumber: '2063571010001-29',
    },
  });
  await post('/places', { placeId: 'kulkas-depan', name: 'Kulkas depan', kind: 'fridge' });
  await server.server.setup.createNode({
    ...{ orgId: 'tani', nodeId: 'S-14', name: 'Kulkas depan', placeId: 'kulkas-depan', reportEveryS: 600 },
  });
  const product = { productId: 'takwa-vakum', producedAt, quantity: { amount: 120, unit: 'bungkus' } };
  await post('/batches', { batchId: 'TKV-01', name: 'Takwa vakum, krat K-07', ...product });
  await post('/batches/TKV-01/placements', { nodeId: 'S-14', from: producedAt });
  await post('/nodes/S-14/offsets', {
    ...{
      temperatureOffsetC: -0.3,
      from: producedAt - 48 * hourMs,
      calibrationDueAt: startAt + 90 * 24 * hourMs,
    },
    note: 'air es, dua titik',
  });
  await server.consume(readingsOf());
  await post('/shipments', {
    ...{
      shipmentId: 'SJ-01',
      batches: [{ batchId: 'TKV-01', quantity: 120 }],
      from: 'Kediri',
      to: 'Toko Makmur',
    },
    ...{ vehicle: 'L 9214 UK', departsAt: startAt - hourMs, arrivesAt: startAt + hourMs },
  });
  await post('/shipments/SJ-01/depart', { at: startAt - hourMs, by: 'Pak Darto' });
  await post('/batches/TKV-01/observations', {
    ...{
      kind: 'count',
      at: startAt - 2 * hourMs,
      log10CfuPerG: 4.2,
      labName: 'Lab UB',
      method: 'SNI ISO 4833-1',
    },
  });
  server.clock.advance(minuteMs);
  return server;
}

/** What its sensor says, which is 0.3 too warm. */
export function readingsOf(): Reading[] {
  return everyTenMinutes(producedAt, startAt, at => temperatureAt((at - producedAt) / hourMs), {
    nodeId: 'S-14',
  }).filter(({ measuredAt }) => !isSilent((measuredAt - producedAt) / hourMs));
}

const isSilent = (h: number) => h > 9 && h < 12;

function temperatureAt(h: number): number {
  const fridge = 5.2 + 0.6 * Math.sin(h * 9);
  if (h < 2) return 30 - (24 * h) / 2 + 0.3;
  if (h < 15 || h > 18) return fridge;
  return 6 + 16 * Math.sin(((h - 15) / 3) * Math.PI);
}

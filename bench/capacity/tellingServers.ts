import { contentOf, framesOf, headOf } from '../../server/fleet/busFrames.ts';
import { packReadings, unpackReadings } from '../../server/fleet/readingRows.ts';
import type { MeasuredRow } from '../run.ts';
import { spreadOf } from '../store/spread.ts';
import { type ChilledFirm, reportsAt } from './chilledFirm.ts';

const readingsAtOnce = 100;
const messages = 500;
const startAt = Date.parse('2026-11-21T00:00:00Z');
const firm: ChilledFirm = { orgId: 'bench', nodes: readingsAtOnce, startAt };

/** What it costs to tell another server of a reading: packing it here, unpacking it there, and its way through PostgreSQL. */
export function costOfTelling(rounds: number): MeasuredRow[] {
  const packing: number[] = [];
  const unpacking: number[] = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    const told = Array.from({ length: messages }, (_, n) => reportsAt(firm, startAt + n * 60_000));
    const before = process.cpuUsage();
    const frames = told.flatMap((readings, number) =>
      framesOf({
        ...{ serverId: 'server-1', run: 'run-1', number },
        topic: 'readings',
        data: packReadings(readings),
      }),
    );
    packing.push(usSince(before));
    const between = process.cpuUsage();
    for (const frame of frames) unpackReadings(contentOf(headOf(frame)!.content).data as never);
    unpacking.push(usSince(between));
    bytes = frames.reduce((sum, frame) => sum + Buffer.byteLength(frame), 0) / (messages * readingsAtOnce);
  }
  return [
    row(`telling other servers of a reading, ${readingsAtOnce} at once`, 'us', packing),
    row('being told of it', 'us', unpacking),
    row('its bytes through PostgreSQL', 'B', [bytes]),
  ];
}

function usSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (messages * readingsAtOnce);
}

const row = (job: string, unit: string, values: readonly number[]): MeasuredRow => ({
  ...{ job, unit, better: 'less', ours: spreadOf(values), others: {} },
});

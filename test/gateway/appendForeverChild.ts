import { pino } from 'pino';
import { openJournal } from '../../gateway/journal.ts';

/** Appends records to the journal in the folder given until it is killed; writes each committed position on a line. */
const journal = await openJournal({
  dir: process.argv[2]!,
  clock: { now: () => Date.now() },
  log: pino({ level: 'silent' }),
  segmentBytes: 4_096,
});
let next = journal.lastPosition + 1;
for (;;) {
  const group = Array.from({ length: 1 + (next % 7) }, () => journal.append(Buffer.from(`record ${next++}`)));
  const positions = await Promise.all(group);
  process.stdout.write(`${positions.at(-1)}\n`);
}

import { openEmbeddedReadingStore } from '../../../../server/store/embeddedReadingStore.ts';
import { sealedWorld } from './sealedWorld.ts';

/** Appends a known world from its first batch on, sealing all the time, and says each batch that is in: to be killed. */
const store = openEmbeddedReadingStore(process.argv[2]!, { sealRows: 300, sealEntries: 5 });
for (const [position, readings] of sealedWorld(400).entries()) {
  await store.append(readings, position + 1);
  process.stdout.write(`${position + 1}\n`);
}

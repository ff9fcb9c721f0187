import { openEmbeddedReadingStore } from '../../server/store/embeddedReadingStore.ts';

/** Opens the store at the path given, which brings a file of an older release up to date, and closes it. */
const store = openEmbeddedReadingStore(process.argv[2]!);
await store.close();

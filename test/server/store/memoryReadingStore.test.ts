import { createMemoryReadingStore } from '../../../server/store/memoryReadingStore.ts';
import { readingStoreContract } from './readingStore.contract.ts';

readingStoreContract('the memory store', createMemoryReadingStore);

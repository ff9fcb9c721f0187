import { signal } from '@preact/signals';

/** The batch that was saved while its sensor could not be placed. */
export const unplacedBatchId = signal<string | null>(null);

/** The batch that was saved last; its label page says so. */
export const savedBatchId = signal<string | null>(null);

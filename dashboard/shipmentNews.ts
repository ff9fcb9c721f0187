import { signal } from '@preact/signals';

/** Counts what the live stream said of shipments: pages that show some ask again when it changes. */
export const shipmentNews = signal(0);

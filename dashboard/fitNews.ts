import { signal } from '@preact/signals';
import type { FitNews } from '../models/contracts/fit.ts';

/** What the live stream last said of a fit; the page of its experiment follows it. */
export const fitNews = signal<FitNews | null>(null);

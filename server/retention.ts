import type { Clock } from '../models/contracts/intake.ts';
import { msPerHour } from '../models/units.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import type { ReadingStore } from './store/readingStore.ts';

/** Lets readings go that are older than the settings say, and leaves their summaries. */
export interface Retention {
  /** Now, and from then on when a day (UTC) has begun. */
  start(): void;
  /** Forgets what is too old, unless it has been done today. Never rejects: what failed is done at the next look. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

const dayMs = 24 * msPerHour;

export function createRetention(parts: {
  readonly store: Pick<ReadingStore, 'forget'>;
  readonly retention: Config['retention'];
  readonly clock: Clock;
  readonly log: Log;
  /** Told how many readings went. */
  readonly onForgotten: (readings: number) => void | Promise<void>;
  /** Of several servers on one database of readings one does it. */
  readonly isMine?: () => boolean;
}): Retention {
  const { store, retention, clock, log, onForgotten, isMine = () => true } = parts;
  const { days, hourlyDays } = retention;
  let doneOn: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  async function forgetOld(): Promise<void> {
    if (days === null || !isMine()) return;
    const now = clock.now();
    const today = Math.floor(now / dayMs);
    if (today === doneOn) return;
    try {
      const gone = await store.forget({
        readingsBefore: now - days * dayMs,
        hoursBefore: hourlyDays === null ? Number.NEGATIVE_INFINITY : now - hourlyDays * dayMs,
      });
      doneOn = today;
      await onForgotten(gone.readings);
      if (gone.readings + gone.hours > 0) log.info({ ...gone, days, hourlyDays }, 'old readings have gone');
    } catch (error) {
      log.error({ err: error }, 'old readings could not be let go; tried again within the hour');
    }
  }
  const look = () => {
    working = working.then(forgetOld);
    return working;
  };

  return {
    look,
    start() {
      if (days === null) return;
      void look();
      timer = setInterval(look, msPerHour);
    },
    async stop() {
      clearInterval(timer);
      await working;
    },
  };
}

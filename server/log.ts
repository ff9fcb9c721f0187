import { type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines on stderr, so that stdout stays free for what a command prints. Secrets never reach it. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['password', 'secret', 'token', '*.password', '*.secret', '*.token', 'headers.authorization'],
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

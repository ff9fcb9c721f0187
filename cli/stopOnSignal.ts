/** A stop that hangs must not keep a supervisor waiting: acknowledged readings are on disk already. */
const longestStopMs = 9_000;

/** How long sockets and timers may still close by themselves once everything has stopped. */
const lingerMs = 500;

/**
 * Resolves once Ctrl-C or SIGTERM arrived and `stop` has finished; the process then ends, even if a stray handle would
 * keep it alive. A second signal ends it at once.
 *
 * @param onHangUp  what SIGHUP means instead of stopping: to look at the settings' files again
 */
export async function stopOnSignal(stop: () => Promise<void>, onHangUp?: () => void): Promise<void> {
  if (onHangUp) process.on('SIGHUP', onHangUp);
  await new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', ...(onHangUp ? [] : ['SIGHUP'])]) {
      let seen = false;
      process.on(signal, () => {
        if (seen) process.exit(1);
        seen = true;
        resolve();
      });
    }
  });
  const overdue = setTimeout(() => {
    console.error('tahan: stopping took too long; leaving now, everything acknowledged is on disk');
    process.exit(1);
  }, longestStopMs);
  await stop();
  clearTimeout(overdue);
  // One socket that somebody forgot to close must not leave a supervisor waiting for a process that has stopped.
  setTimeout(() => process.exit(), lingerMs).unref();
}

/** A stop that hangs must not keep a supervisor waiting: acknowledged readings are on disk already. */
const longestStopMs = 9_000;

/**
 * Resolves once Ctrl-C or SIGTERM arrived and `stop` has finished. A second signal ends the process at once.
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
}

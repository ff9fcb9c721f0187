/** A stop that hangs must not keep a supervisor waiting: acknowledged readings are on disk already. */
const longestStopMs = 9_000;

/** Resolves once Ctrl-C or SIGTERM arrived and `stop` has finished. A second signal ends the process at once. */
export async function stopOnSignal(stop: () => Promise<void>): Promise<void> {
  await new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
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

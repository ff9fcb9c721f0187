/** Lets one piece of work begin only when the one before has ended. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return work => {
    const turn = last.then(work);
    // A failure is its caller's; the next in line starts all the same.
    last = turn.catch(() => {});
    return turn;
  };
}

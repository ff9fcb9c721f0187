/** How far a generator of steps came: its result, or where it was when it was cancelled. */
export type Outcome<Progress, Result> =
  | { readonly finished: true; readonly result: Result }
  | { readonly finished: false; readonly last: Progress | null };

/** Steps between two looks at the keyboard. */
const breathe = () => new Promise<void>(resolve => setImmediate(resolve));

/**
 * Runs steps that take long: tells how far they are (on a terminal), and stops at Ctrl-C with what is there so far. A
 * second Ctrl-C ends the process.
 *
 * @param describe  one line of progress
 */
export async function runSteps<Progress, Result>(
  steps: Generator<Progress, Result>,
  describe: (progress: Progress) => string,
): Promise<Outcome<Progress, Result>> {
  let cancelled = false;
  const cancel = () => {
    if (cancelled) process.exit(130);
    cancelled = true;
  };
  process.on('SIGINT', cancel);
  const show = (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(48)}`);
  };
  try {
    let last: Progress | null = null;
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return { finished: true, result: step.value };
      last = step.value;
      show(describe(last));
      await breathe();
      if (cancelled) return { finished: false, last };
    }
  } finally {
    show('');
    if (process.stderr.isTTY) process.stderr.write('\r');
    process.off('SIGINT', cancel);
  }
}

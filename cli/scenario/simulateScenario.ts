import { systemClock } from '../../server/clock.ts';
import { type SimulateOptions, UsageError } from '../simulatePlan.ts';
import { playScenario, verdictInWords } from './playScenario.ts';
import { readScenario } from './readScenario.ts';
import { runningServer } from './runningServer.ts';

/**
 * Plays a scenario file against a running server and tells of each expectation as it is judged.
 *
 * @throws {UsageError} when something typed cannot be meant
 * @throws {Error} when an expectation fails, or the server cannot be reached
 */
export async function simulateScenario(file: string, options: SimulateOptions): Promise<void> {
  const scenario = readScenario(file);
  const token = options.token ?? process.env.TAHAN_TOKEN;
  if (token === undefined)
    throw new UsageError(
      '--token is needed to play a file: make one with "tahan token add --role owner", or set TAHAN_TOKEN',
    );
  const speed = options.speed === undefined ? Number.POSITIVE_INFINITY : Number(options.speed);
  if (!(speed >= 1)) throw new UsageError(`--speed must be 1 or more with a file, got "${options.speed}"`);
  const say = (line: string): void => {
    if (options.json !== true) console.log(line);
  };
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const { world, restoreRules } = runningServer({
    httpUrl: (options.server ?? 'http://127.0.0.1:8080').replace(/\/$/, ''),
    ...{ brokerUrl: options.url, token, speed, signal: stop.signal },
    ...{ beginsAt: scenario.beginsAt, endsAt: scenario.endsAt },
    runId: systemClock.now().toString(36).slice(-6),
  });
  try {
    const verdicts = await playScenario({
      ...{ scenario, world, signal: stop.signal },
      onVerdict: verdict => say(`${marks[verdict.outcome]} ${verdictInWords(verdict)}`),
      onSkipped: message => say(`${marks['not judged']} ${message}`),
    });
    if (options.json === true) process.stdout.write(`${JSON.stringify(verdicts)}\n`);
    const count = (outcome: string) => verdicts.filter(verdict => verdict.outcome === outcome).length;
    const figures = `${count('holds')} hold, ${count('fails')} fail, ${count('not judged')} not judged`;
    if (stop.signal.aborted) throw new Error(`called off: ${figures}`);
    if (count('fails') > 0) throw new Error(`${file}: ${figures}`);
    process.stderr.write(`${file}: ${figures}\n`);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await restoreRules();
  }
}

const marks = { holds: 'ok  ', fails: 'FAIL', 'not judged': '-   ' } as const;

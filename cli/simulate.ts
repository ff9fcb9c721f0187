import { join } from 'node:path';
import type { Command } from 'commander';
import { createFleet, type FleetStats } from '../firmware-sim/fleet.ts';
import { scenarioCatalogue } from '../firmware-sim/scenarios/catalogue.ts';
import type { UplinkProblem } from '../firmware-sim/uplink.ts';
import { systemClock } from '../server/clock.ts';
import { planSimulation, type SimulateOptions, UsageError } from './simulatePlan.ts';

const statsEveryMs = 10_000;

/** `tahan simulate`: simulated nodes against any MQTT broker. */
export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('run simulated sensor nodes against any MQTT broker')
    .option('--url <url>', 'broker: mqtt://, mqtts://, ws:// or wss://', 'mqtt://127.0.0.1:1883')
    .option(
      '--credentials <file>',
      'passwords of the nodes: what "tahan node add --json" prints, or {"<nodeId>": "<password>"}',
    )
    .option('--username <name>', 'one login for all nodes; with one node also its id')
    .option('--password <password>', 'password of --username')
    .option('--anonymous', 'the broker lets everybody in')
    .option('--nodes <n>', 'number of nodes (default: all of --credentials, otherwise 1)')
    .option(
      '--rate <perSecond>',
      'readings per second of all nodes together (default: one a minute per node)',
    )
    .option('--speed <factor>', 'run this much faster than real time, from --history on until the present')
    .option(
      '--history <hours>',
      'readings of so many past hours are sent first (with --speed: when to begin)',
    )
    .option(
      '--scenario <name...>',
      `what happens to the nodes: ${Object.keys(scenarioCatalogue).join(', ')}; or a file (.yaml), which is played from its first line to its last, with what has to be so`,
    )
    .option('--server <url>', 'with a file: where the API of the server is', 'http://127.0.0.1:8080')
    .option('--token <token>', 'with a file: of an owner of the firm it is played in (default: TAHAN_TOKEN)')
    .option('--seed <n>', 'the same seed gives the same readings', '1')
    .option('--duration <seconds>', 'stop after so many seconds (default: run until Ctrl-C)')
    .option('--data <dir>', 'keep the outboxes here, so that nothing is lost when the simulation is killed')
    .option('--fsync', 'write every reading through to the disk before going on')
    .option('--json', 'print the final figures as JSON on stdout')
    .action(async (options: SimulateOptions) => {
      const file = scenarioFileOf(options);
      if (file === undefined) return simulate(options);
      const { simulateScenario } = await import('./scenario/simulateScenario.ts');
      return simulateScenario(file, options);
    });
}

/** The file to play, if what is named is a file; one at a time, because each has a time of its own. */
function scenarioFileOf({ scenario: [name, ...more] = [] }: SimulateOptions): string | undefined {
  if (name === undefined || !/\.ya?ml$/.test(name)) return undefined;
  if (more.length > 0) throw new UsageError(`--scenario takes one file, got ${more.length + 1}`);
  return name;
}

/**
 * Runs until the duration is over or a signal comes.
 *
 * @throws {UsageError} when something typed cannot be meant
 * @throws {Error} when the broker could never be reached, or refused the first node
 */
async function simulate(options: SimulateOptions): Promise<void> {
  const clock = systemClock;
  const plan = planSimulation(options, clock.now());
  const stop = new AbortController();
  let connected = false;
  let failure: string | undefined;
  const fleet = createFleet({
    ...plan.fleet,
    clock,
    ...(options.data === undefined ? {} : { outboxDir: join(options.data, 'outbox') }),
    onEvent(nodeId, event) {
      if (event.kind === 'connected') connected = true;
      if (event.kind !== 'problem') return;
      // Once the broker has answered, an outage is part of what is simulated; before, it is a mistake to be told.
      if (!connected) {
        failure ??= explain(event.problem, nodeId, options.url);
        stop.abort();
      } else if (event.problem.kind === 'login-refused') say(explain(event.problem, nodeId, options.url));
    },
  });
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const reporter = setInterval(() => say(progress(fleet.stats())), statsEveryMs);
  try {
    await fleet.start();
    await over(plan.durationMs, stop.signal);
  } finally {
    clearInterval(reporter);
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  await fleet.stop({ drainWithinMs: failure === undefined ? 8000 : 0 });
  if (failure !== undefined) throw new Error(failure);
  tellResult(fleet.stats(), options);
}

/** Resolves after so many milliseconds (never, without a number) or when the signal says so. */
function over(durationMs: number | undefined, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = durationMs === undefined ? undefined : setTimeout(resolve, durationMs);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function tellResult(stats: FleetStats, options: SimulateOptions): void {
  say(figures(stats));
  if (options.json === true) process.stdout.write(`${JSON.stringify(stats)}\n`);
  if (stats.waiting > 0)
    say(
      `${stats.waiting} readings are not acknowledged yet${
        options.data === undefined ? ' and are lost with this process' : `; they wait in ${options.data}`
      }`,
    );
}

function progress(stats: FleetStats): string {
  return `${stats.connected} of ${stats.nodes} nodes connected, ${figures(stats)}`;
}

function figures(stats: FleetStats): string {
  const ack = stats.acknowledgeMs;
  return (
    `${stats.sampled} readings taken, ${stats.acknowledged} acknowledged, ${stats.waiting} waiting` +
    (ack === null ? '' : `, PUBACK after ${ack.median} ms (99 %: ${ack.p99} ms)`)
  );
}

function explain(problem: UplinkProblem, nodeId: string, url: string): string {
  return problem.kind === 'login-refused'
    ? `the broker at ${url} refused node ${nodeId} (${problem.message}): check its password, or make the node with "tahan node add ${nodeId}"`
    : `cannot reach a broker at ${url} (${problem.message}): is it running, and is the address right?`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

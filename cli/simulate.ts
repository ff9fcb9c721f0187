import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { createFleet, type Fleet, type FleetStats } from '../firmware-sim/fleet.ts';
import { scenarioCatalogue } from '../firmware-sim/scenarios/catalogue.ts';
import type { UplinkProblem } from '../firmware-sim/uplink.ts';
import { planSimulation, type SimulateOptions, SimulateUsageError } from './simulatePlan.ts';

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
    .option('--scenario <name...>', `what happens to the nodes: ${Object.keys(scenarioCatalogue).join(', ')}`)
    .option('--seed <n>', 'the same seed gives the same readings', '1')
    .option('--duration <seconds>', 'stop after so many seconds (default: run until Ctrl-C)')
    .option('--data <dir>', 'keep the outboxes here, so that nothing is lost when the simulation is killed')
    .option('--fsync', 'write every reading through to the disk before going on')
    .option('--json', 'print the final figures as JSON on stdout')
    .action(async (options: SimulateOptions, command: Command) => {
      try {
        process.exitCode = await simulate(options);
      } catch (error) {
        if (!(error instanceof SimulateUsageError)) throw error;
        command.error(`error: ${error.message}`, { exitCode: 2, code: 'tahan.usage' });
      }
    });
}

/** Runs until the duration is over or a signal comes; returns the exit code. */
async function simulate(options: SimulateOptions): Promise<0 | 1> {
  const clock = { now: () => Date.now() };
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
  const reporter = setInterval(() => say(summary(fleet.stats())), statsEveryMs);
  try {
    await fleet.start();
    await delay(plan.durationMs ?? 2 ** 31 - 1, undefined, { signal: stop.signal }).catch(() => {});
  } finally {
    clearInterval(reporter);
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  return finish(fleet, failure, options);
}

async function finish(fleet: Fleet, failure: string | undefined, options: SimulateOptions): Promise<0 | 1> {
  await fleet.stop({ drainWithinMs: failure === undefined ? 8000 : 0 });
  const stats = fleet.stats();
  if (failure !== undefined) {
    say(`error: ${failure}`);
    return 1;
  }
  say(summary(stats));
  if (options.json === true) process.stdout.write(`${JSON.stringify(stats)}\n`);
  if (stats.waiting > 0)
    say(
      `${stats.waiting} readings are not acknowledged yet${
        options.data === undefined ? ' and are lost with this process' : `; they wait in ${options.data}`
      }`,
    );
  return 0;
}

function summary(stats: FleetStats): string {
  const ack = stats.acknowledgeMs;
  return (
    `${stats.connected} of ${stats.nodes} nodes connected, ${stats.sampled} readings taken, ` +
    `${stats.acknowledged} acknowledged, ${stats.waiting} waiting` +
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

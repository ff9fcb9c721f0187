import { join } from 'node:path';
import type { Command } from 'commander';
import { demoHistoryFrom, demoScenarios } from '../firmware-sim/demoFleet.ts';
import { demoShipments } from '../firmware-sim/demoRoad.ts';
import { createFleet, type Fleet } from '../firmware-sim/fleet.ts';
import { systemClock } from '../server/clock.ts';
import { readConfig } from '../server/config.ts';
import { type RunningTahan, startTahan } from './compose.ts';
import { addDemoShipments } from './demoShipments.ts';
import { demoLogins, demoOrganisation, demoShop, openDemoWorld } from './demoWorld.ts';
import { stopOnSignal } from './stopOnSignal.ts';

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('run everything with a simulated fleet: a week of history at once, then live')
    .action(runDemo);
}

async function runDemo(): Promise<void> {
  const config = readConfig(process.env);
  say('starting gateway and server ...');
  const tahan = await startTahan(config);
  let fleet: Fleet | undefined;
  const stop = async () => {
    await fleet?.stop();
    await tahan.stop();
  };
  // A stop may be asked for while a week of history is still being sent.
  const stopped = stopOnSignal(stop);
  try {
    fleet = await fillDemo(tahan, config.dataDir);
    printAddresses(tahan);
  } catch (error) {
    await stop();
    throw error;
  }
  await stopped;
}

/** Sets up the firm, sends a week of readings through MQTT as nodes coming out of a tunnel would, and goes on live. */
async function fillDemo(tahan: RunningTahan, dataDir: string): Promise<Fleet> {
  const world = await openDemoWorld(tahan.server, join(dataDir, 'demo.json'), systemClock.now());
  const nodes = demoScenarios(world.startedAt);
  const fleet = createFleet({
    scenarios: nodes.map(node => node.scenario),
    brokerUrl: tahan.mqttUrl,
    credentials: world.credentials,
    clock: systemClock,
    seed: 7,
    outboxDir: join(dataDir, 'demo-outbox'),
    // Readings are a function of the seed: those a former start has sent already change nothing.
    historyFrom: Math.max(demoHistoryFrom(world.startedAt), world.historyFrom),
  });
  say(`sending a week of readings from ${nodes.length} sensors ...`);
  await fleet.start();
  await untilSent(fleet);
  await tahan.gateway.caughtUp();
  await world.addBatches(nodes.flatMap(node => node.batches));
  const producer = demoLogins.find(login => login.role === 'producer')!;
  await addDemoShipments(tahan.httpUrl, producer, demoShipments(world.startedAt), demoShop);
  return fleet;
}

/** Resolves when the history of every node is acknowledged; one that cannot be sent in time waits in its outbox. */
async function untilSent(fleet: Fleet): Promise<void> {
  const givenUpAt = systemClock.now() + 60_000;
  while (fleet.stats().waiting > 0 && systemClock.now() < givenUpAt) {
    await new Promise(again => setTimeout(again, 100));
  }
}

function printAddresses(tahan: RunningTahan): void {
  console.log(`
Tahan is running: ${tahan.httpUrl}

${demoLogins.map(login => `  ${login.title.padEnd(26)} ${login.email.padEnd(28)} ${login.password}`).join('\n')}

Sensors connect to ${tahan.mqttUrl}. Add your own: npx tahan node add my-node --org ${demoOrganisation.orgId}
Ctrl-C stops everything.
`);
}

function say(text: string): void {
  console.error(`tahan: ${text}`);
}

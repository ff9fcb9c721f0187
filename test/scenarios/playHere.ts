import { relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { playScenario, type Verdict } from '../../cli/scenario/playScenario.ts';
import { readScenario } from '../../cli/scenario/readScenario.ts';
import { startWholeServer } from './wholeServer.ts';

/** Plays a file of this folder against a whole server of its own, which ends with the test. */
export async function playHere(name: string): Promise<Verdict[]> {
  const scenario = readScenario(`${relative(process.cwd(), import.meta.dirname)}/${name}`);
  const server = await startWholeServer(scenario.beginsAt);
  onTestFinished(() => server.stop());
  return playScenario({ scenario, world: server.world });
}

import { readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { playScenario, verdictInWords } from '../../cli/scenario/playScenario.ts';
import { readScenario } from '../../cli/scenario/readScenario.ts';
import { startWholeServer } from './wholeServer.ts';

const files = readdirSync(import.meta.dirname)
  .filter(name => name.endsWith('.scenario.yaml'))
  .map(name => relative(process.cwd(), `${import.meta.dirname}/${name}`));

async function play(file: string) {
  const scenario = readScenario(file);
  const server = await startWholeServer(scenario.beginsAt);
  onTestFinished(() => server.stop());
  return playScenario({ scenario, world: server.world });
}

describe('the whole server', () => {
  it.each(files)(
    'does what %s expects of it',
    async file => {
      const verdicts = await play(file);
      const failing = verdicts.filter(({ outcome }) => outcome !== 'holds');
      expect(failing.map(verdictInWords)).toEqual([]);
      expect(verdicts.length).toBeGreaterThan(3);
    },
    60_000,
  );
});

import { readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { playScenario, verdictInWords } from '../../cli/scenario/playScenario.ts';
import { readScenario } from '../../cli/scenario/readScenario.ts';
import { startWholeServer } from './wholeServer.ts';

const here = relative(process.cwd(), import.meta.dirname);
const files = readdirSync(import.meta.dirname).filter(name => name.endsWith('.scenario.yaml'));

async function play(file: string) {
  const scenario = readScenario(file);
  const server = await startWholeServer(scenario.beginsAt);
  onTestFinished(() => server.stop());
  return playScenario({ scenario, world: server.world });
}

describe('the whole server', () => {
  it('has the ten stories and the refrigerators to live through', () => {
    expect(files).toHaveLength(11);
  });

  it.each(files)('does what %s expects of it', { timeout: 120_000 }, async file => {
    const verdicts = await play(`${here}/${file}`);
    const failing = verdicts.filter(({ outcome }) => outcome !== 'holds');
    expect(failing.map(verdictInWords)).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(3);
  });
});

describe('playScenario', () => {
  it('says file, line, what was expected and what it got of whatever fails, and goes on', async () => {
    const file = `${here}/wrong.yaml`;
    const verdicts = await play(file);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['fails', 'fails', 'holds']);
    const [life, alert] = verdicts.map(verdictInWords);
    expect(life).toMatch(
      /^test\/scenarios\/wrong\.yaml:11: at 05:00 life takwa: medianH expected 1 to 2, got 14\d\.\d+ \(wrong on purpose\)$/,
    );
    expect(alert).toBe(
      `${file}:12: at 05:00 alert too-warm takwa: is expected open, got absent (wrong on purpose)`,
    );
  });
});

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { verdictInWords } from '../../cli/scenario/playScenario.ts';
import { playHere } from './playHere.ts';

/** The ten stories; the refrigerators take a week and a test file of their own. */
const files = readdirSync(import.meta.dirname).filter(name => /^\d\d-.*\.scenario\.yaml$/.test(name));

describe('the whole server', () => {
  it('has ten stories to live through', () => {
    expect(files).toHaveLength(10);
  });

  it.each(files)('does what %s expects of it', { timeout: 120_000 }, async file => {
    const verdicts = await playHere(file);
    expect(verdicts.filter(({ outcome }) => outcome !== 'holds').map(verdictInWords)).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(3);
  });
});

describe('playScenario', () => {
  it('says file, line, what was expected and what it got of whatever fails, and goes on', async () => {
    const verdicts = await playHere('wrong.yaml');
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['fails', 'fails', 'holds']);
    const [life, alert] = verdicts.map(verdictInWords);
    expect(life).toMatch(
      /^test\/scenarios\/wrong\.yaml:11: at 05:00 life takwa: medianH expected 1 to 2, got 14\d\.\d+ \(wrong on purpose\)$/,
    );
    expect(alert).toBe(
      'test/scenarios/wrong.yaml:12: at 05:00 alert too-warm takwa: is expected open, got absent (wrong on purpose)',
    );
  });
});

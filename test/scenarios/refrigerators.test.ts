import { expect, it } from 'vitest';
import { verdictInWords } from '../../cli/scenario/playScenario.ts';
import { playHere } from './playHere.ts';

it('pages nobody in a week of two real refrigerators and a busy door, and tells of a power cut in time', {
  timeout: 180_000,
}, async () => {
  const verdicts = await playHere('refrigerators.scenario.yaml');
  expect(verdicts.filter(({ outcome }) => outcome !== 'holds').map(verdictInWords)).toEqual([]);
  expect(verdicts.length).toBeGreaterThan(6);
});

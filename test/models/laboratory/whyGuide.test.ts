import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  preservationTechniques,
  techniqueEvidence,
  techniqueFigures,
  techniqueMark,
} from '../../../models/laboratory/preservationTechniques.ts';
import { tahuParametersFor } from '../../../models/parameters/tahu.ts';
import { createBatchLife } from '../../../models/shelf-life/batchLife.ts';
import { guidePath, whyGuide } from './whyGuide.ts';

const figuresOf = (id: string) =>
  techniqueFigures(preservationTechniques.find(one => one.id === id)!)[0]!.figures;

describe('preservationTechniques', () => {
  it('gives heat in the pack what a live batch so treated is promised', () => {
    for (const { temperatureC, range } of figuresOf('heat-in-pack')) {
      const { remainingH } = createBatchLife({
        ...{ producedAt: 0, parameters: tahuParametersFor('packed-heated-p90'), maxGapMs: 3_600_000 },
      }).estimate({ asOf: 0, uncovered: [], futureTemperatureC: temperatureC, draws: 2_000, seed: 1 });
      expect(range.p05H).toBeCloseTo(remainingH.p05, 9);
      expect(range.medianH).toBeCloseTo(remainingH.median, 9);
    }
  });

  it('makes no number up where none is known for tofu, and has evidence for all', () => {
    const without = preservationTechniques
      .filter(one => techniqueFigures(one).length === 0)
      .map(one => one.id);
    expect(without).toStrictEqual(['aseptic-filling', 'dense-carbon-dioxide']);
    for (const technique of preservationTechniques) {
      expect(techniqueEvidence(technique).length, technique.id).toBeGreaterThan(0);
      expect(techniqueMark(technique) === null).toBe(technique.choice === null);
    }
  });

  it('promises nothing at a market for what a pathogen decides there', () => {
    for (const id of ['vacuum', 'acid-whey', 'spice-soak', 'water-exchange'])
      expect(figuresOf(id)[0]!.ratio.atLeast, id).toBeCloseTo(1, 6);
    expect(figuresOf('chill-chain')[2]!.ratio.atLeast).toBeGreaterThan(3);
  });
});

describe('docs/why-japanese-tofu-keeps.md', () => {
  it('says what is worked out from the levers', () => {
    const guide = whyGuide();
    if (process.env.TAHAN_WRITE_GUIDES) writeFileSync(guidePath, guide);
    expect(guide).not.toContain('is missing');
    expect(readFileSync(guidePath, 'utf8')).toBe(guide);
  });
});

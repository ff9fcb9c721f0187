import { type PaperSize, paperSizes } from './labelFacts.ts';

const key = 'tahan.paper';

/** The paper in this person's printer, as they chose it last; with an argument the choice is kept. */
export function storedPaper(chosen?: PaperSize): PaperSize {
  try {
    if (chosen !== undefined) localStorage.setItem(key, chosen);
    const kept = localStorage.getItem(key);
    return paperSizes.find(size => size === kept) ?? '58x40';
  } catch {
    // Forbidden storage: asked again next time.
    return chosen ?? '58x40';
  }
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCosts } from './measuredCosts.ts';
import { withTables } from './scalingDocument.ts';

const root = join(import.meta.dirname, '../..');
export const documentPath = join(root, 'docs/scaling.md');
export const resultsFolder = join(root, 'bench/results');

/** Works out the tables of docs/scaling.md anew from bench/results. */
export function writeScaling(): void {
  const before = readFileSync(documentPath, 'utf8');
  const after = withTables(before, readCosts(resultsFolder));
  if (after !== before) writeFileSync(documentPath, after);
  console.log(after === before ? 'docs/scaling.md is up to date' : 'docs/scaling.md: tables worked out anew');
}

if (import.meta.main) writeScaling();

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PayloadCase, payloadCaseSchema } from '../../../cli/payloadCase.ts';

export const payloadFolder = join(import.meta.dirname, 'fixtures');

/** The cases of one fixture file. */
export function readPayloadCases(name: 'publishedShapes.json' | 'furtherShapes.json'): PayloadCase[] {
  const file = JSON.parse(readFileSync(join(payloadFolder, name), 'utf8')) as { cases: unknown };
  return payloadCaseSchema.array().parse(file.cases);
}

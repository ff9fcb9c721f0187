import { readFileSync } from 'node:fs';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { UsageError } from '../simulatePlan.ts';
import { type ScenarioContent, scenarioFileSchema } from './scenarioSchema.ts';
import { timeAt } from './scenarioTime.ts';

/** A scenario as it was read, with the lines of what it says. */
export interface ScenarioFile {
  readonly file: string;
  readonly content: ScenarioContent;
  readonly beginsAt: number;
  /** When its last line is due. */
  readonly endsAt: number;
  /** When something written in it is. */
  at(text: string): number;
  /** Of what is at this path, from 1. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** A file that cannot be meant; its message names file and line. */
export class ScenarioFault extends UsageError {}

/**
 * Reads a scenario file.
 *
 * @throws {ScenarioFault} naming file, line, field and what is allowed
 */
export function readScenario(file: string): ScenarioFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ScenarioFault(`${file} cannot be read: ${(error as Error).message}`);
  }
  return parseScenario(file, text);
}

/** The same, of a text. */
export function parseScenario(file: string, text: string): ScenarioFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2' });
  const [broken] = document.errors;
  if (broken !== undefined)
    throw new ScenarioFault(`${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`);
  const lineOf = (path: readonly PropertyKey[]) => lineAt(document, lines, path);
  const parsed = scenarioFileSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new ScenarioFault(`${file}:${lineOf(path)}: ${path.join('.') || 'a scenario'} ${message}`);
  }
  const content = parsed.data;
  const beginsAt = Date.parse(content.begins);
  const at = (written: string) => timeAt(written, beginsAt);
  let before = beginsAt;
  content.timeline.forEach((entry, i) => {
    if (at(entry.at) < before)
      throw new ScenarioFault(
        `${file}:${lineOf(['timeline', i, 'at'])}: timeline.${i}.at must not be before what comes before it, got ${entry.at}`,
      );
    before = at(entry.at);
  });
  return { file, content, beginsAt, endsAt: before, at, lineOf };
}

/** Of the nearest thing that is there: what is missing has no line of its own. */
function lineAt(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const found = document.getIn(path.slice(0, length), true);
    if (isNode(found) && found.range) return lines.linePos(found.range[0]).line;
  }
  return 1;
}

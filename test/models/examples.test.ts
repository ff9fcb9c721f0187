import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const models = new URL('../../models/', import.meta.url);

interface Example {
  readonly file: string;
  readonly line: number;
  readonly call: string;
  readonly value: string;
}

/** Every line below an `@example` of a docstring that reads `call; // => value`, up to the next tag. */
function examplesOf(file: string): Example[] {
  const lines = readFileSync(new URL(file, models), 'utf8').split('\n');
  let inExample = false;
  return lines.flatMap((text, index) => {
    if (/^\s*\*\s*@/.test(text) || /\*\//.test(text)) inExample = text.includes('@example');
    const found = /^\s*\*\s?(.*?);?\s*\/\/ => (.*)$/.exec(text);
    if (!inExample || !found) return [];
    return [{ file, line: index + 1, call: found[1]!, value: found[2]! }];
  });
}

/** The value of an expression in which the exports of the file can be named. */
function evaluate(expression: string, exported: Record<string, unknown>): unknown {
  return new Function(...Object.keys(exported), `return (${expression});`)(...Object.values(exported));
}

/** Equal but for the last digits of numbers: an example shows 0.09 where a double says 0.09000000000000001. */
function expectSame(got: unknown, expected: unknown): void {
  if (typeof expected === 'number' && typeof got === 'number') {
    expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(got as object)).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected))
      expectSame((got as Record<string, unknown>)[key], value);
  } else {
    expect(got).toStrictEqual(expected);
  }
}

const files = readdirSync(models, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
const examples = files.flatMap(examplesOf);

it.each(examples)('the example of $file:$line is true', async ({ file, call, value }) => {
  const exported = (await import(new URL(file, models).href)) as Record<string, unknown>;
  expectSame(evaluate(call, exported), evaluate(value, exported));
});

it('every docstring that promises an example has one that is run', () => {
  const silent = files.filter(file => {
    const promised = readFileSync(new URL(file, models), 'utf8')
      .split('\n')
      .filter(line => /^\s*\*\s*@example/.test(line));
    return promised.length > examples.filter(example => example.file === file).length;
  });
  expect(silent).toEqual([]);
  expect(examples.length).toBeGreaterThan(20);
});

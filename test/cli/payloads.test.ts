import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PayloadCase } from '../../cli/payloadCase.ts';
import { runPayloads } from '../../cli/payloads.ts';
import { payloadFolder, readPayloadCases } from '../gateway/formats/readPayloadCases.ts';
import { tempDir } from '../support/tempDir.ts';

const root = join(import.meta.dirname, '../..');
const cases = readPayloadCases('publishedShapes.json');
const aCase = (id: string): PayloadCase => {
  const found = cases.find(one => one.id === id);
  if (!found) throw new Error(`no case ${id}`);
  return structuredClone(found);
};

/** Runs cases as files of a folder. */
function run(...contents: unknown[]) {
  const folder = tempDir();
  for (const [index, content] of contents.entries())
    writeFileSync(
      join(folder, `case-${index}.json`),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  const lines: string[] = [];
  return { ...runPayloads(folder, line => lines.push(line)), lines };
}

describe('runPayloads', () => {
  it('passes all shapes of the project', () => {
    expect(runPayloads(payloadFolder, () => {})).toMatchObject({ failed: 0 });
  });

  it('fails a case whose expectation is changed in any compared respect', () => {
    const change = (mutate: (one: PayloadCase) => void) => {
      const one = aCase('tasmota-am2301');
      mutate(one);
      return run(one);
    };
    expect(change(() => {})).toMatchObject({ passed: 1, failed: 0 });
    const first = (one: PayloadCase) => one.expect.readings[0]!;
    const mutations: ((one: PayloadCase) => void)[] = [
      one => (first(one).value += 0.1),
      one => (first(one).unit = '°F'),
      one => (first(one).node = 'lain'),
      one => (first(one).channel = 'DHT11'),
      one => (first(one).quality = 'suspect'),
      one => (first(one).timestamp = 'arrival'),
      one => (first(one).late = true),
      one => one.expect.readings.shift(),
      one => one.expect.readings.push({ ...first(one), channel: 'SHT3X' }),
      one => (one.expect.outcome = 'accept-partial'),
      one => (one.expect.events = [{ node: 'tahu_truk1', type: 'availability', value: 'online' }]),
    ];
    for (const mutate of mutations)
      expect(change(mutate), String(mutate)).toMatchObject({ passed: 0, failed: 1 });
  });

  it('names the file, the case, what was got and what was expected', () => {
    const one = aCase('shelly-plus-notifystatus-partial');
    one.expect.readings[0]!.value = 95;
    expect(run(one).lines).toEqual([
      expect.stringMatching(
        /^FAIL case-0\.json shelly-plus-notifystatus-partial: got .*humidity 90\.3 % .*, expected .*humidity 95 % /,
      ),
    ]);
  });

  it('forgives missing and additional signal, battery and dew point values', () => {
    const one = aCase('z2m-partial-null');
    one.expect.readings = one.expect.readings.filter(({ metric }) => metric !== 'linkquality');
    one.expect.readings.push({ ...one.expect.readings[0]!, metric: 'dewpoint', value: 1 });
    expect(run(one)).toMatchObject({ passed: 1 });
  });

  it('takes any outcome that a case allows', () => {
    const one = aCase('bad-not-json');
    one.expect.outcome = 'quarantine';
    expect(run(one)).toMatchObject({ failed: 1 });
    expect(run({ ...one, expect: { ...one.expect, allowedOutcomes: ['reject'] } })).toMatchObject({
      passed: 1,
    });
  });

  it('fails what it does not know: kinds, versions, encodings, families, and files that are no case', () => {
    const good = aCase('bad-empty-payload');
    const unknown = [
      { ...good, kind: 'friendly' },
      { ...good, schemaVersion: 2 },
      { ...good, messages: [{ ...good.messages[0], encoding: 'morse' }] },
      { ...good, family: 'barometric-pigeons' },
      { ...good, messages: [] },
      '{"id":',
      [],
    ];
    for (const content of unknown) expect(run(content)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('npm run payloads', () => {
  const command = (...args: string[]) => {
    try {
      const output = execFileSync(process.execPath, [join(root, 'cli/payloads.ts'), ...args], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
      return { status: 0, lines: output.trim().split('\n') };
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      return { status, lines: stdout.trim().split('\n') };
    }
  };

  it('ends with the count and exits 0 when all pass, 1 when one fails, 2 on bad usage', () => {
    const passing = command(payloadFolder);
    expect(passing.status).toBe(0);
    expect(passing.lines.at(-1)).toMatch(/^\d+ passed, 0 failed$/);
    const folder = tempDir();
    writeFileSync(join(folder, 'a.json'), JSON.stringify({ ...aCase('bad-not-json'), kind: 'other' }));
    const failing = command(folder);
    expect(failing).toMatchObject({ status: 1 });
    expect(failing.lines.at(-1)).toBe('0 passed, 1 failed');
    expect(command().status).toBe(2);
    expect(command(join(folder, 'nowhere')).status).toBe(2);
  });
});

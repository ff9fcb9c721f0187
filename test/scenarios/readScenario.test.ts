import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../cli/scenario/readScenario.ts';
import { nodeScenario } from '../../cli/scenario/scenarioNode.ts';
import { durationMs, timeAt } from '../../cli/scenario/scenarioTime.ts';

const head = `name: A test
about: Of what is refused.
begins: 2026-11-24T04:00+07:00
`;
const node = `nodes:
  - { nodeId: a, course: [['04:00', 5]] }
`;
const line = `timeline:
  - { at: '05:00', expect: [] }
`;
const read = (text: string) => parseScenario('x.scenario.yaml', text);

describe('parseScenario', () => {
  it.each<[string, string, RegExp]>([
    ['broken YAML', `${head}nodes: [`, /^x\.scenario\.yaml:4: /],
    ['a field nobody knows', `${head}${node}${line}colour: red`, /^x\.scenario\.yaml:1: .*colour/],
    ['a missing part', head, /^x\.scenario\.yaml:1: nodes /],
    [
      'a time that is none',
      `${head}${node}timeline:\n  - { at: later }\n`,
      /^x\.scenario\.yaml:7: timeline\.0\.at must be a time/,
    ],
    [
      'bounds the wrong way round',
      `${head}${node}timeline:\n  - at: '05:00'\n    expect:\n      - pages: { count: [2, 1], because: a long enough reason }\n`,
      /^x\.scenario\.yaml:9: timeline\.0\.expect\.0\.pages\.count must be \[lowest, highest\]/,
    ],
    [
      'an expectation without a reason',
      `${head}${node}timeline:\n  - at: '05:00'\n    expect:\n      - pages: { count: [1, 1] }\n`,
      /^x\.scenario\.yaml:9: timeline\.0\.expect\.0\.pages\.because must say why/,
    ],
    [
      'two words in one line',
      `${head}${node}timeline:\n  - at: '05:00'\n    do:\n      - { soldOut: { batchId: b }, setClock: +1h }\n`,
      /^x\.scenario\.yaml:9: timeline\.0\.do\.0 must be exactly one of /,
    ],
    [
      'a line that goes back in time',
      `${head}${node}timeline:\n  - { at: '06:00' }\n  - { at: '05:00' }\n`,
      /^x\.scenario\.yaml:8: timeline\.1\.at must not be before/,
    ],
  ])('refuses %s and names file, line and field', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('refuses a file that is not there', async () => {
    const { readScenario } = await import('../../cli/scenario/readScenario.ts');
    expect(() => readScenario('/nowhere.yaml')).toThrow('/nowhere.yaml cannot be read');
  });

  it('refuses a node of which nobody knows how warm it is', () => {
    const scenario = read(`${head}nodes:\n  - { nodeId: a }\n${line}`);
    expect(() => nodeScenario(scenario, scenario.content.nodes[0]!, 0)).toThrow(
      'x.scenario.yaml:5: nodes.0 must have exactly one of course, phases and measured',
    );
  });

  it('understands a whole file', () => {
    const { content, beginsAt, endsAt } = read(`${head}${node}${line}`);
    expect(content.nodes[0]).toMatchObject({ nodeId: 'a', every: '10m' });
    expect(endsAt - beginsAt).toBe(3_600_000);
  });
});

describe('timeAt', () => {
  const beginsAt = Date.parse('2026-11-24T04:00+07:00');

  it.each([
    ['04:30', '2026-11-24T04:30+07:00'],
    ['+1d 00:15', '2026-11-25T00:15+07:00'],
    ['+2h30m', '2026-11-24T06:30+07:00'],
    ['+1d', '2026-11-25T04:00+07:00'],
    ['2026-11-26T00:00:00Z', '2026-11-26T00:00:00Z'],
  ])('takes %s for %s', (written, instant) => {
    expect(timeAt(written, beginsAt)).toBe(Date.parse(instant));
  });

  it.each(['', '4:30', '24:00', '+', 'tomorrow', '2026-11-24'])('refuses "%s"', written => {
    expect(() => timeAt(written, beginsAt)).toThrow('must be a time');
  });
});

describe('durationMs', () => {
  it('adds days, hours, minutes and seconds', () => {
    expect(durationMs('1d2h3m4s')).toBe(((26 * 60 + 3) * 60 + 4) * 1_000);
  });

  it.each(['', 'm', '5', '5 m'])('refuses "%s"', written => {
    expect(() => durationMs(written)).toThrow('must be a duration');
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { addSimulateCommand } from '../../cli/simulate.ts';
import { planSimulation, readCredentials, type SimulateOptions } from '../../cli/simulatePlan.ts';
import { tempDir } from '../support/tempDir.ts';
import { startTestBroker } from './support/testBroker.ts';

const now = Date.parse('2026-11-24T03:00:00Z');
const plan = (options: Partial<SimulateOptions>) =>
  planSimulation({ url: 'mqtt://127.0.0.1:1883', seed: '1', ...options }, now);

function file(text: string): string {
  const path = join(tempDir(), 'nodes.json');
  writeFileSync(path, text);
  return path;
}

/** Runs the command; returns what it wrote. */
async function simulate(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const out = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    const spy = vi.spyOn(process[stream], 'write').mockImplementation(text => {
      out[stream] += String(text);
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  const program = new Command().exitOverride();
  addSimulateCommand(program);
  await program.parseAsync(['node', 'tahan', 'simulate', ...args]);
  return out;
}

describe('planSimulation', () => {
  it.each<[string, Partial<SimulateOptions>, string]>([
    ['no credentials', {}, 'tahan node add'],
    ['another protocol', { url: 'http://x', anonymous: true }, '--url must begin with mqtt://'],
    ['half a login', { username: 'a' }, '--username and --password must be given together'],
    [
      'no nodes at all',
      { anonymous: true, nodes: '0' },
      '--nodes must be a number from 1 to 100000, got "0"',
    ],
    ['half a node', { anonymous: true, nodes: '1.5' }, '--nodes must be a whole number, got "1.5"'],
    ['a rate that is no number', { anonymous: true, rate: 'fast' }, '--rate must be a number'],
    ['an empty number', { anonymous: true, duration: '' }, '--duration must be a number'],
    [
      'an unknown scenario',
      { anonymous: true, scenario: ['ship'] },
      '--scenario must be one of kitchen-takwa',
    ],
    [
      'another rate for a measured series',
      { anonymous: true, rate: '1', scenario: ['fridge-a1'] },
      '--rate cannot change fridge-a1',
    ],
    ['a name that is no node id', { username: 'a b', password: 'x' }, 'got "a b"'],
    ['a file that is not there', { credentials: '/nowhere.json' }, '--credentials cannot be read'],
  ])('refuses %s as bad usage', (_what, options, message) => {
    expect(() => plan(options)).toThrow(message);
    expect(() => plan(options)).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });

  it('shares the rate among the nodes', () => {
    const { scenarios } = plan({ anonymous: true, nodes: '50', rate: '200' }).fleet;
    expect(scenarios).toHaveLength(50);
    expect(scenarios.reduce((sum, s) => sum + 1 / s.sampleEveryS, 0)).toBeCloseTo(200, 9);
  });

  it('begins an accelerated world in the past, so that it does not run into the future', () => {
    expect(plan({ anonymous: true, speed: '60' }).fleet).toMatchObject({
      speed: 60,
      startAt: now - 86_400_000,
    });
  });
});

describe('readCredentials', () => {
  const a = { nodeId: 'a', mqtt: { username: 'a', password: 'one' } };
  const b = { nodeId: 'b', mqtt: { username: 'b', password: 'two' } };
  it.each([
    ['one object', JSON.stringify(a), [['a', 'one']]],
    [
      'a list',
      JSON.stringify([a, b]),
      [
        ['a', 'one'],
        ['b', 'two'],
      ],
    ],
    [
      'one object a line',
      `${JSON.stringify(a)}\n${JSON.stringify(b)}\n`,
      [
        ['a', 'one'],
        ['b', 'two'],
      ],
    ],
    [
      'a map',
      '{"a":"one","b":"two"}',
      [
        ['a', 'one'],
        ['b', 'two'],
      ],
    ],
  ])('reads %s', (_kind, text, expected) => {
    expect([...readCredentials(file(text))]).toEqual(expected);
  });

  it.each([
    ['no JSON', 'password'],
    ['a number', '5'],
    ['no passwords', '{"a":1}'],
  ])('refuses %s', (_kind, text) => {
    expect(() => readCredentials(file(text))).toThrow('must hold');
  });
});

describe('tahan simulate', () => {
  it('sends readings for its duration and prints its figures as JSON', async () => {
    const broker = await startTestBroker({
      passwords: new Map([
        ['n-1', 'one'],
        ['n-2', 'two'],
      ]),
    });
    onTestFinished(() => broker.close());
    const credentials = file('{"n-1":"one","n-2":"two"}');
    const out = await simulate(
      '--url',
      broker.url,
      '--credentials',
      credentials,
      '--rate',
      '100',
      '--duration',
      '0.5',
      '--json',
      '--data',
      tempDir(),
    );
    const stats = JSON.parse(out.stdout);
    expect(stats).toMatchObject({ nodes: 2, waiting: 0, dropped: 0, problems: 0 });
    expect(stats.acknowledged).toBeGreaterThan(20);
    expect(stats.acknowledged).toBe(broker.readings.length);
    expect(out.stderr).toContain('acknowledged, 0 waiting');
  });

  it('fails with a sentence that says what to do when the password is wrong or nobody listens', async () => {
    const broker = await startTestBroker({ passwords: new Map([['n-1', 'one']]) });
    await expect(simulate('--url', broker.url, '--username', 'n-1', '--password', 'wrong')).rejects.toThrow(
      `the broker at ${broker.url} refused node n-1`,
    );
    await broker.close();
    await expect(simulate('--url', broker.url, '--anonymous')).rejects.toThrow(
      `cannot reach a broker at ${broker.url}`,
    );
  });
});

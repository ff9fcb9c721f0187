import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { runTahan, runTahanJson } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';

/** A folder with a few lines, and a way to tamper with them. */
async function aTrail() {
  const dataDir = tempDir();
  for (const nodeId of ['S-01', 'S-02', 'S-03']) await runTahanJson(dataDir, 'node', 'add', nodeId);
  const tamper = (sql: string) => {
    const file = new DatabaseSync(join(dataDir, 'metadata.sqlite'));
    file.exec(sql);
    file.close();
  };
  return { dataDir, tamper, verify: (...args: string[]) => runTahan(dataDir, 'audit', 'verify', ...args) };
}

describe('tahan audit', () => {
  it('verifies a trail, names a line that was changed and ends with 1', async () => {
    const { tamper, verify } = await aTrail();
    const whole = await verify();
    expect([whole.code, whole.stderr]).toEqual([0, '']);
    expect(whole.stdout).toMatch(/^demo: 4 lines, unbroken; line 4 of \S+Z is [0-9a-f]{64}\n$/);
    tamper(`update audit set subject = 'S-99' where subject = 'S-02'`);
    const { code, stdout } = await verify('--org', 'demo');
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(
        /^demo: 4 lines, 1 fault\n {2}line 3 \(node\.added S-99, \S+\) was changed: what it says does not match its hash\n$/,
      ),
    ]);
  });

  it('exports lines and anchors, with which a later look finds what was cut off', async () => {
    const { dataDir, tamper, verify } = await aTrail();
    const out = join(tempDir(), 'audit.jsonl');
    const { code, stderr } = await runTahan(dataDir, 'audit', 'export', '--out', out);
    expect([code, stderr]).toEqual([0, 'tahan: 5 lines and 1 anchors exported\n']);
    const said = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(said.map(({ kind, line }) => [kind, line])).toEqual([
      ...[1, 2, 3, 4, 5].map(n => ['line', n]),
      ['anchor', 5],
    ]);
    expect(said.at(-2)).toMatchObject({ action: 'audit.exported', hash: said.at(-1).hash });
    expect((await verify('--anchors', out)).code).toBe(0);
    tamper('delete from audit where line > 3');
    expect((await verify()).code).toBe(0);
    const { code: found, stdout } = await verify('--anchors', out);
    expect([found, stdout]).toEqual([
      1,
      expect.stringMatching(/the chain ends at line 3, but line 5 was anchored on/),
    ]);
    tamper('delete from audit');
    expect((await verify('--anchors', out)).stdout).toMatch(/the chain has no lines, but line 5/);
  });

  it('says what is wrong with a file of anchors, and that there is no trail', async () => {
    const { verify } = await aTrail();
    const file = join(tempDir(), 'anchors.jsonl');
    const saidOf = async (text: string) => {
      writeFileSync(file, text);
      const { code, stderr } = await verify('--anchors', file);
      return [code, stderr.replace(file, 'FILE')];
    };
    expect(await saidOf('{"kind":"line"}\n')).toEqual([2, expect.stringContaining('holds none')]);
    expect(await saidOf('{')).toEqual([2, 'tahan: FILE, line 1 is not JSON\n']);
    expect(
      await saidOf('{"kind":"anchor","orgId":"demo","day":"2026-11-24","line":1,"at":"x","hash":"y"}'),
    ).toEqual([2, 'tahan: FILE, line 1: hash must be 64 hexadecimal digits\n']);
    const nothing = await runTahan(tempDir(), 'audit', 'verify');
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('there is no audit trail')]);
  });
});

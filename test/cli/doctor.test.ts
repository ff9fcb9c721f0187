import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Finding } from '../../cli/doctor.ts';
import { runTahanWith, startTahanProcess, tahanEnv } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';

async function doctor(dataDir: string, env: Record<string, string> = {}) {
  const { code, stdout } = await runTahanWith({ ...tahanEnv({ dataDir }), ...env }, 'doctor', '--json');
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { code, findings, of: (check: string) => findings.find(finding => finding.check.startsWith(check)) };
}

describe('tahan doctor', () => {
  it('finds nothing wrong before the first start', async () => {
    const { code, findings } = await doctor(tempDir());
    expect(findings.filter(finding => finding.state !== 'ok')).toEqual([]);
    expect(code).toBe(0);
  });

  it('asks a running server how it is and how long its journal lasts', async () => {
    const dataDir = tempDir();
    const tahan = await startTahanProcess({ dataDir });
    onTestFinished(async () => void (await tahan.kill('SIGTERM')));
    const { code, of } = await doctor(dataDir, { TAHAN_HTTP_PORT: new URL(tahan.httpUrl).port });
    expect(of('server')).toMatchObject({ state: 'ok' });
    expect(of('journal depth')?.found).toMatch(/until full: .*(hours|no end in sight)/);
    expect(of('store, readings')).toMatchObject({ state: 'ok', found: expect.stringContaining('is whole') });
    expect(code).toBe(0);
  });

  it('names a setting that cannot be used', async () => {
    const { code, findings } = await doctor(tempDir(), { TAHAN_HTTP_PORT: '99999' });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ check: 'settings', state: 'fault' });
    expect(findings[0]?.found).toContain('TAHAN_HTTP_PORT');
    expect(code).toBe(1);
  });

  it('says which port another program has, and what to do', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const port = (other.address() as { port: number }).port;
    const { code, of } = await doctor(tempDir(), { TAHAN_MQTT_PORT: String(port) });
    expect(of(`port ${port}`)).toMatchObject({
      state: 'fault',
      advice: expect.stringContaining('TAHAN_MQTT_PORT'),
    });
    expect(code).toBe(1);
  });

  it('tells a damaged store, open secrets, set-aside journal pieces and a clock that was set back', async () => {
    const dataDir = tempDir();
    writeFileSync(join(dataDir, 'readings.sqlite'), 'this was a store once'.repeat(400));
    writeFileSync(join(dataDir, 'sign-in.secret'), 'secret', { mode: 0o644 });
    mkdirSync(join(dataDir, 'journal', 'damaged'), { recursive: true });
    writeFileSync(join(dataDir, 'journal', 'damaged', 'piece'), 'x');
    const tomorrow = Date.now() / 1000 + 86_400;
    utimesSync(join(dataDir, 'sign-in.secret'), tomorrow, tomorrow);
    const { code, of } = await doctor(dataDir);
    expect(of('store, readings')).toMatchObject({ state: 'fault' });
    expect(of('permissions')).toMatchObject({
      state: 'warning',
      advice: expect.stringContaining('chmod 600'),
    });
    expect(of('journal')).toMatchObject({
      state: 'warning',
      found: expect.stringContaining('1 damaged pieces'),
    });
    expect(of('clock')).toMatchObject({ state: 'fault' });
    expect(code).toBe(1);
  });

  it('tells that a broker it should read from cannot be reached', async () => {
    const { code, of } = await doctor(tempDir(), { TAHAN_MQTT_URL: 'mqtt://127.0.0.1:1' });
    expect(of('broker 127.0.0.1:1')).toMatchObject({
      state: 'fault',
      advice: expect.stringContaining('TAHAN_MQTT_URL'),
    });
    expect(code).toBe(1);
  });
});

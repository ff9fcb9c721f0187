import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataLayout } from '../../server/config.ts';
import { openEmbeddedReadingStore } from '../../server/store/embeddedReadingStore.ts';
import { aReading } from '../support/aReading.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { runTahanWith, tahanEnv } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';

const t0 = Date.parse('2026-10-01T00:00:00Z');
const nodes = ['S-01', 'S-02', 'kulkas:2'];
const perNode = 12_000;

function readingsOf(nodeId: string) {
  return Array.from({ length: perNode }, (_, i) => {
    const measuredAt = t0 + i * 60_000 + (i % 7);
    return aReading({
      ...{ nodeId, measuredAt, receivedAt: measuredAt + 100 + (i % 13) },
      probe: i % 3 === 0 ? 'core' : 'main',
      temperatureC: i % 11 === 0 ? null : (i % 900) / 7,
      humidityPct: i % 11 === 0 || i % 5 === 0 ? i % 100 : null,
      batteryPct: i % 100 === 0 ? 93 : null,
      sequence: i % 17 === 0 ? null : i,
      timeSource: i % 50 === 0 ? 'arrival' : 'device',
      quality: i % 40 === 0 ? 'suspect' : 'good',
    });
  });
}

describe('tahan migrate with InfluxDB', () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(() => influxd.close());

  const env = (dataDir: string, more: Record<string, string> = {}) =>
    tahanEnv({ dataDir, env: { INFLUX_URL: influxd.url, INFLUX_BUCKET: 'pindah', ...more } });
  const migrate = (dataDir: string, from: string, to: string, ...more: string[]) =>
    runTahanWith(env(dataDir), 'migrate', '--from', from, '--to', to, ...more);
  async function exportOf(dataDir: string, store: string): Promise<string> {
    const out = join(tempDir(), 'readings.csv');
    const { stderr } = await runTahanWith(env(dataDir, { TAHAN_STORE: store }), 'export', '--out', out);
    expect(stderr).toMatch(/readings exported/);
    return readFileSync(out, 'utf8');
  }

  async function countInInflux(): Promise<number> {
    const q = encodeURIComponent('SELECT COUNT(*) FROM /.*/');
    const answer = await fetch(`${influxd.url}/query?db=pindah&q=${q}`);
    const counts = [...(await answer.text()).matchAll(/,(\d+)/g)].map(match => Number(match[1]));
    return Math.max(0, ...counts);
  }

  /** Starts the command and kills it as soon as InfluxDB holds more than it did. */
  async function killInTheMiddle(dataDir: string): Promise<void> {
    const before = await countInInflux();
    const args = ['cli/tahan.mjs', 'migrate', '--from', 'embedded', '--to', 'influxdb'];
    const child: ChildProcess = spawn(process.execPath, args, { env: env(dataDir), stdio: 'ignore' });
    const exited = once(child, 'exit');
    while (child.exitCode === null && (await countInInflux()) <= before);
    child.kill('SIGKILL');
    await exited;
  }

  it('moves everything there and back, whatever kills it in between', async () => {
    const [home, back] = [tempDir(), join(tempDir(), 'back')];
    const store = openEmbeddedReadingStore(dataLayout(home).readings);
    for (const nodeId of nodes) await store.append(readingsOf(nodeId), 77);
    await store.close();
    const before = await exportOf(home, 'embedded');
    expect(before.split('\r\n').length).toBe(nodes.length * perNode + 2);

    const dry = await migrate(home, 'embedded', 'influxdb', '--dry-run');
    expect(dry.stdout).toBe('36000 readings of 3 nodes, 36000 of them are not there yet\n');
    for (let kill = 0; kill < 3; kill++) await killInTheMiddle(home);
    const there = await migrate(home, 'embedded', 'influxdb', '--json');
    expect(there).toMatchObject({ code: 0 });
    const told = JSON.parse(there.stdout);
    expect(told).toMatchObject({ nodes: 3, readings: 36_000, conflicts: 0, differences: [] });
    expect(told.moved).toBeLessThan(36_000);
    expect(await exportOf(home, 'influxdb')).toBe(before);

    const again = await migrate(back, 'influxdb', 'embedded');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toMatch(/^equal {5}S-01: 12000 readings, [0-9a-f]{16}$/m);
    expect(again.stdout).toContain(
      'every reading is there and equal; set TAHAN_STORE=embedded and start Tahan',
    );
    expect(await exportOf(back, 'embedded')).toBe(before);
  }, 180_000);

  it('says that InfluxDB cannot be reached, and moves nothing', async () => {
    const home = tempDir();
    const away = tahanEnv({ dataDir: home, env: { INFLUX_URL: 'http://127.0.0.1:1' } });
    const { code, stderr } = await runTahanWith(away, 'migrate', '--from', 'embedded', '--to', 'influxdb');
    expect(code).toBe(1);
    expect(stderr).toMatch(/tahan: the reading store cannot be reached: /);
  });

  it('names readings that differ and ends with 1', async () => {
    const home = tempDir();
    const store = openEmbeddedReadingStore(dataLayout(home).readings);
    await store.append([aReading({ nodeId: 'S-01', measuredAt: t0, probe: 'core', temperatureC: 1 })]);
    await store.close();
    const { code, stdout } = await migrate(home, 'embedded', 'influxdb');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^DIFFERENT S-01/m);
    expect(stdout).toMatch(/node S-01 has 1 readings .* 12000 .*1 have other values there, which stay/);
  });
});

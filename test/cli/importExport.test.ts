import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { everyTenMinutes, hourMs, startAt, testServer } from '../server/testServer.ts';
import { aReading } from '../support/aReading.ts';
import { runTahan, runTahanJson } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';

const header =
  'nodeId,probe,measuredAt,receivedAt,timeSource,temperatureC,rawTemperatureC,humidityPct,batteryPct,sequence,quality';

/** A server with a placed batch, ten hours of readings of two probes and an offset on one of them. */
async function worldWithReadings() {
  const world = await testServer();
  await world.placedBatch();
  const from = startAt - 10 * hourMs;
  await world.consume([
    ...everyTenMinutes(from, startAt, 4.25, { humidityPct: 80, sequence: 7 }),
    ...everyTenMinutes(from, startAt, -18.3, { probe: 'core', quality: 'suspect' }),
  ]);
  await world.post('/nodes/S-01/offsets', {
    temperatureOffsetC: -0.5,
    from: new Date(startAt - hourMs).toISOString(),
  });
  return world;
}

describe('tahan export', () => {
  it('writes corrected and raw temperatures beside a running server, and leaves nothing behind', async () => {
    const { dataDir } = await worldWithReadings();
    // What an export leaves that was killed: no process has this id.
    mkdirSync(join(dataDir, '.reading-99999999'));
    const { code, stdout, stderr } = await runTahan(dataDir, 'export');
    expect([code, stderr]).toEqual([0, 'tahan: 122 readings exported\n']);
    const lines = stdout.trimEnd().split('\r\n');
    expect(lines[0]).toBe(header);
    expect(lines.length).toBe(1 + 122);
    expect(lines[1]).toBe(
      'S-01,core,2026-11-23T17:00:00.000Z,2026-11-23T17:00:00.400Z,device,-18.3,-18.3,,,,suspect',
    );
    expect(lines.at(-1)).toBe(
      'S-01,main,2026-11-24T03:00:00.000Z,2026-11-24T03:00:00.400Z,device,3.75,4.25,80,,7,good',
    );
    expect(readdirSync(dataDir).filter(name => name.startsWith('.'))).toEqual([]);
  });

  it('takes a span, chosen nodes and a firm', async () => {
    const world = await worldWithReadings();
    await world.otherFirm();
    await world.server.setup.createNode({ orgId: 'lain', nodeId: 'L-01' });
    await world.consume([aReading({ nodeId: 'L-01', measuredAt: startAt })]);
    const count = async (...args: string[]) =>
      (await runTahan(world.dataDir, 'export', ...args)).stdout.trimEnd().split('\r\n').length - 1;
    expect(await count()).toBe(123);
    expect(await count('--org', 'lain')).toBe(1);
    expect(await count('--node', 'L-01')).toBe(1);
    const span = ['--from', '2026-11-24T02:00:00Z', '--to', String(startAt)];
    expect(await count('--node', 'S-01', ...span)).toBe(12);
  });

  it('ends quietly when its reader has had enough', async () => {
    const { dataDir } = await worldWithReadings();
    const { execSync } = await import('node:child_process');
    const command = `${process.execPath} cli/tahan.mjs export | head -n 1`;
    const first = execSync(command, { env: { ...process.env, TAHAN_DATA_DIR: dataDir }, encoding: 'utf8' });
    expect(first.trim()).toBe(header);
  });

  it.each([
    [['export', '--from', 'yesterday'], /ISO-8601 with an offset/],
    [['export', '--format', 'xlsx'], /Allowed choices are csv, parquet/],
    [['export', '--node', 'S-99'], /"S-99", of which there is no reading/],
    [
      ['export', '--from', '2026-01-02T00:00:00Z', '--to', '2026-01-01T00:00:00Z'],
      /--to is .* later than --from/,
    ],
    [['export', '--out', '/nowhere/x.csv'], /--out is "\/nowhere\/x.csv", which cannot be written/],
  ])('ends with 2 for %j', async (args, sentence) => {
    const { code, stdout, stderr } = await runTahan(tempDir(), ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
  });
});

describe('tahan import', () => {
  it.each(['csv', 'parquet'])('takes what export wrote as %s, in another place, once', async format => {
    const { dataDir } = await worldWithReadings();
    const file = join(tempDir(), `readings.${format}`);
    await runTahan(dataDir, 'export', '--out', file);
    const elsewhere = tempDir();
    const first = await runTahanJson(elsewhere, 'import', file, '--create-nodes');
    expect(first).toMatchObject({
      isClean: true,
      imported: 122,
      duplicates: 0,
      created: [{ nodeId: 'S-01', password: expect.any(String) }],
    });
    const second = await runTahanJson(elsewhere, 'import', file);
    expect(second).toMatchObject({ imported: 0, duplicates: 122, conflicts: 0, created: [] });
    const back = (await runTahan(elsewhere, 'export')).stdout.trimEnd().split('\r\n');
    expect(back.at(-1)).toBe(
      'S-01,main,2026-11-24T03:00:00.000Z,2026-11-24T03:00:00.400Z,device,4.25,4.25,80,,7,good',
    );
  });

  it('takes a logger file with other names, decimal commas and local times', async () => {
    const dataDir = tempDir();
    const file = join(dataDir, 'logger.csv');
    writeFileSync(file, 'Zeit;Temp\r\n2025-11-20 10:00;4,25\r\n2025-11-20 10:10;-0,5\r\n');
    const args = [
      '--map',
      'measuredAt=Zeit,temperatureC=Temp',
      '--node',
      'kulkas',
      '--time-zone',
      'Asia/Jakarta',
    ];
    const { code, stdout } = await runTahan(dataDir, 'import', file, ...args, '--create-nodes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^added node kulkas with MQTT password \S+\n2 rows of 1 nodes: 2 imported;/);
    const lines = (await runTahan(dataDir, 'export')).stdout.split('\r\n');
    expect(lines[1]).toMatch(/^kulkas,main,2025-11-20T03:00:00.000Z,2025-11-20T03:00:00.000Z,device,4.25,/);
    expect(lines[2]).toMatch(/,-0.5,-0.5,/);
  });

  it('imports nothing of a file with faults, names the first 20 and counts all', async () => {
    const dataDir = tempDir();
    const file = join(dataDir, 'bad.csv');
    const bad = Array.from({ length: 30 }, (_, i) => `S-01,2025-11-20T03:${i + 10}:00Z,99`).join('\n');
    writeFileSync(file, `nodeId,measuredAt,temperatureC\nS-01,2025-11-20T03:00:00Z,4\n${bad}\n`);
    await runTahan(dataDir, 'node', 'add', 'S-01');
    const { code, stdout, stderr } = await runTahan(dataDir, 'import', file);
    expect(code).toBe(1);
    expect(stderr.split('\n')[0]).toBe(
      `${file} line 3: temperatureC is "99" but must be from -40 to 85 degrees Celsius`,
    );
    expect(stderr.trimEnd().split('\n').length).toBe(21);
    expect(stderr).toContain('... and 10 more');
    expect(stdout).toContain('30 faults, nothing imported');
    expect((await runTahan(dataDir, 'export')).stdout.trimEnd()).toBe(header);
    const rest = await runTahanJson(dataDir, 'import', file, '--skip-bad');
    expect(rest).toMatchObject({ imported: 1, faults: 30 });
  });

  it('wants nodes that were added, and of the firm that is named', async () => {
    const dataDir = tempDir();
    const file = join(dataDir, 'a.csv');
    writeFileSync(file, 'nodeId,measuredAt,temperatureC\nS-01,2025-11-20T03:00:00Z,4\n');
    expect((await runTahan(dataDir, 'import', file)).stderr).toMatch(
      /line 2: nodeId is "S-01" but must be a node that/,
    );
    await runTahan(dataDir, 'node', 'add', 'S-01');
    const other = await runTahan(dataDir, 'import', file, '--org', 'lain');
    expect(other.stderr).toMatch(/nodeId is "S-01" but must be a node of organisation lain/);
    expect(other.code).toBe(1);
    expect(await runTahanJson(dataDir, 'import', file, '--dry-run')).toMatchObject({
      isClean: true,
      imported: 0,
    });
    expect(await runTahanJson(dataDir, 'import', file)).toMatchObject({ imported: 1 });
    writeFileSync(file, 'nodeId,measuredAt,temperatureC\nS-01,2025-11-20T03:00:00Z,5\n');
    expect(await runTahanJson(dataDir, 'import', file)).toMatchObject({ imported: 0, conflicts: 1 });
  });

  it('refuses while Tahan is running, and says what to do', async () => {
    const dataDir = tempDir();
    const file = join(dataDir, 'a.csv');
    writeFileSync(file, 'nodeId,measuredAt,temperatureC\n');
    const { lockDataFolder } = await import('../../cli/lockDataFolder.ts');
    const unlock = lockDataFolder(dataDir);
    const { code, stderr } = await runTahan(dataDir, 'import', file);
    unlock();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tahan: Tahan is running on .* stop it, import, and start it again/);
  });

  it('makes estimates of a server that starts later take the readings in', async () => {
    const first = await testServer();
    await first.placedBatch();
    const before = (await first.get('/batches/B-01/estimate')).body;
    await first.stop();
    const file = join(tempDir(), 'a.csv');
    const rows = everyTenMinutes(startAt - 10 * hourMs, startAt, 20).map(
      reading => `S-01,${new Date(reading.measuredAt).toISOString()},${reading.temperatureC}`,
    );
    writeFileSync(file, `nodeId,measuredAt,temperatureC\n${rows.join('\n')}\n`);
    expect((await runTahan(first.dataDir, 'import', file)).code).toBe(0);
    const second = await testServer({ dataDir: first.dataDir });
    const after = (await second.get('/batches/B-01/estimate')).body;
    expect(before.measuredShare).toBe(0);
    expect(after.measuredShare).toBe(1);
  });

  it.each([
    [['import'], /missing required argument 'file'/],
    [['import', '/nowhere.csv'], /\/nowhere.csv cannot be read/],
    [['import', 'package.json', '--map', 'x=y'], /--map is "x=y"/],
    [['import', 'package.json', '--time-zone', 'Mars/X'], /name of a time zone/],
  ])('ends with 2 for %j', async (args, sentence) => {
    const { code, stdout, stderr } = await runTahan(tempDir(), ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
  });

  it('says that a file is no Parquet file', async () => {
    const file = join(tempDir(), 'x.parquet');
    writeFileSync(file, 'nonsense');
    const { code, stderr } = await runTahan(tempDir(), 'import', file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/x.parquet is not a Parquet file/);
    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe('nonsense');
  });
});

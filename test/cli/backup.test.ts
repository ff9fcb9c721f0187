import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { saveDataFolder } from '../../cli/backup.ts';
import { type Manifest, readManifest } from '../../cli/backupManifest.ts';
import { copyJournal } from '../../cli/copyJournal.ts';
import { copySqlite } from '../../cli/copySqlite.ts';
import { restoreDataFolder } from '../../cli/restore.ts';
import { openJournal } from '../../gateway/journal.ts';
import { readingTopic } from '../../models/contracts/topics.ts';
import { dataLayout, readConfig } from '../../server/config.ts';
import { openEmbeddedReadingStore } from '../../server/store/embeddedReadingStore.ts';
import { apiClient } from '../support/apiClient.ts';
import { aReading } from '../support/aReading.ts';
import { fakeClock } from '../support/fakeClock.ts';
import { runTahan, runTahanJson, startTahanProcess } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';

const clock = fakeClock(Date.parse('2026-11-24T03:00:00Z'));

interface NodeAdded {
  readonly mqtt: { readonly username: string; readonly password: string };
}

/**
 * A node that publishes without a pause, every tenth time something that is refused. Readings count up in time from
 * `from`; `acknowledged` and `refused` hold what was acknowledged so far.
 */
async function busyNode(mqttUrl: string, login: NodeAdded['mqtt'], from: number) {
  const client = await mqtt.connectAsync(mqttUrl, { ...login, clientId: login.username });
  const acknowledged: number[] = [];
  const refused: number[] = [];
  let publishing = true;
  const lane = async (first: number) => {
    for (let i = first; publishing; i += 8) {
      const measuredAt = from + i * 1000;
      const isBad = i % 10 === 9;
      const payload = { measuredAt, temperatureC: isBad ? 1000 + i : 4 + (i % 50) / 10, sequence: i };
      await client.publishAsync(readingTopic(login.username), JSON.stringify(payload), { qos: 1 });
      (isBad ? refused : acknowledged).push(isBad ? 1000 + i : measuredAt);
    }
  };
  const lanes = Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(lane));
  return {
    acknowledged,
    refused,
    async until(count: number) {
      while (acknowledged.length < count) await new Promise(again => setTimeout(again, 5));
    },
    async stop() {
      publishing = false;
      await lanes;
      await client.endAsync();
    },
  };
}

describe('tahan backup', () => {
  it('saves a server under load; what was acknowledged before is there after a restore, once', async () => {
    const [dataDir, away] = [tempDir(), tempDir()];
    const { token } = await runTahanJson<{ token: string }>(dataDir, 'token', 'add', '--role', 'owner');
    const { mqtt: login } = await runTahanJson<NodeAdded>(dataDir, 'node', 'add', 'S-01');
    const tahan = await startTahanProcess({ dataDir });
    onTestFinished(async () => void (await tahan.kill('SIGKILL')));
    const from = Date.now() - 20 * 86_400_000;
    const node = await busyNode(tahan.mqttUrl, login, from);
    const saved: { folder: string; acknowledged: number[]; refused: number[] }[] = [];
    for (const [i, count] of [1, 400, 1_500].entries()) {
      await node.until(count);
      const folder = join(away, `backup-${i}`);
      saved.push({ folder, acknowledged: [...node.acknowledged], refused: [...node.refused] });
      expect(await runTahan(dataDir, 'backup', folder)).toMatchObject({ code: 0, stderr: '' });
    }
    await node.stop();
    expect(await tahan.kill('SIGTERM')).toBe(0);
    for (const { folder, acknowledged, refused } of saved) {
      const restored = join(away, 'restored', folder.slice(-1));
      expect(await runTahan(restored, 'restore', folder)).toMatchObject({ code: 0, stderr: '' });
      const again = await startTahanProcess({ dataDir: restored });
      onTestFinished(async () => void (await again.kill('SIGKILL')));
      const api = apiClient(again.httpUrl, token);
      const stored = await api.all<{ measuredAt: string }>('/nodes/S-01/readings', 'readings');
      const times = stored.map(reading => Date.parse(reading.measuredAt));
      const kept = await api.all<{ value: string }>('/quarantine', 'quarantine');
      const values = kept.map(entry => Number(entry.value));
      expect(acknowledged.filter(at => !times.includes(at))).toEqual([]);
      expect(new Set(times).size).toBe(times.length);
      expect(refused.filter(value => !values.includes(value))).toEqual([]);
      expect(new Set(values).size).toBe(values.length);
      // The node still knows its password, and what it sends now is counted on behind what was restored.
      const later = await busyNode(again.mqttUrl, login, Date.now() - 86_400_000);
      await later.until(50);
      await later.stop();
      const newer = await api.all<{ value: string }>('/quarantine', 'quarantine');
      expect(newer.length).toBe(kept.length + later.refused.length);
      expect(await again.kill('SIGTERM')).toBe(0);
    }
  }, 120_000);

  describe('while something happens in between', () => {
    /** A stopped server's folder with a found device that waits to be claimed, and a journal of three records. */
    async function aFolder() {
      const dataDir = tempDir();
      await runTahan(dataDir, 'bridge', 'add', 'rumah', '--prefix', 'zigbee2mqtt/');
      const layout = dataLayout(dataDir);
      const metadata = new DatabaseSync(layout.metadata);
      onTestFinished(() => metadata.close());
      metadata.exec(`
        INSERT INTO nodes SELECT 'S-09', org_id, 'S-09', NULL, NULL, 'x', 0 FROM bridges;
        INSERT INTO found_devices (found_device_id, org_id, bridge_id, family, device_id, state, found_at, last_seen_at,
          message_count, counted_through, latest)
          SELECT 'f-1', org_id, 'rumah', 'zigbee2mqtt', '0x1', 'waiting', 0, 0, 1, 0, '[]' FROM bridges;
        INSERT INTO found_readings VALUES ('f-1', 'main', 1, 1, 0, 4, NULL, NULL, 0)`);
      const store = openEmbeddedReadingStore(layout.readings);
      await store.append([aReading()], 1);
      await store.close();
      const journal = await openJournal({ dir: layout.journal, clock, log: pino({ level: 'silent' }) });
      onTestFinished(() => journal.close());
      for (let i = 0; i < 3; i++) await journal.append(Buffer.from(`record ${i}`));
      return { dataDir, layout, metadata, journal, config: readConfig({ TAHAN_DATA_DIR: dataDir }) };
    }

    async function recordsIn(folder: string): Promise<number[]> {
      const dir = dataLayout(folder).journal;
      const copy = await openJournal({ dir, clock, log: pino({ level: 'silent' }) });
      const records = await copy.read(1, 100);
      await copy.close();
      return records.map(record => record.position);
    }

    it('keeps records that leave the journal before the readings are copied', async () => {
      const { layout, config } = await aFolder();
      const folder = join(tempDir(), 'b');
      await saveDataFolder(config, folder, clock, async (from, to) => {
        rmSync(layout.journal, { recursive: true, force: true });
        await copySqlite(from, to);
      });
      expect(await recordsIn(folder)).toEqual([1, 2, 3]);
    });

    it('copies the journal as far as anything that is written while the databases are copied', async () => {
      const { journal, config } = await aFolder();
      const folder = join(tempDir(), 'b');
      await saveDataFolder(config, folder, clock, async (from, to) => {
        await journal.append(Buffer.from('later'));
        await copySqlite(from, to);
      });
      expect(await recordsIn(folder)).toEqual([1, 2, 3, 4, 5]);
    });

    it('copies readings and metadata again when a device was claimed in between', async () => {
      const { layout, metadata, config } = await aFolder();
      const folder = join(tempDir(), 'b');
      const copied: string[] = [];
      await saveDataFolder(config, folder, clock, async (from, to) => {
        await copySqlite(from, to);
        copied.push(from);
        if (copied.length > 1) return;
        const store = openEmbeddedReadingStore(layout.readings);
        await store.append([aReading({ nodeId: 'S-09', measuredAt: 1 })]);
        await store.close();
        metadata.exec(
          "UPDATE found_devices SET state = 'claimed', node_id = 'S-09'; DELETE FROM found_readings",
        );
      });
      expect(copied).toEqual([layout.readings, layout.metadata, layout.readings, layout.metadata]);
      const saved = openEmbeddedReadingStore(dataLayout(folder).readings);
      expect(await saved.nodeIds()).toEqual(['S-01', 'S-09']);
      await saved.close();
    });
  });

  it('closes every file to others and names sizes, hashes, versions and times', async () => {
    const dataDir = tempDir();
    await runTahan(dataDir, 'user', 'add', 'a@tani.example', '--role', 'owner');
    writeFileSync(join(dataDir, 'edge-logins.json'), '[]', { mode: 0o644 });
    mkdirSync(join(dataDir, 'demo-outbox'));
    writeFileSync(join(dataDir, 'uplink.json.next'), 'half');
    const folder = join(tempDir(), 'deep', 'b');
    const answer = await runTahanJson<Manifest>(dataDir, 'backup', folder);
    const names = ['edge-logins.json', 'metadata.sqlite', 'sign-in.secret'];
    expect(readdirSync(folder).sort()).toEqual(['backup.json', ...names]);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(answer).toMatchObject({ format: 1, tahan: expect.any(String), elsewhere: [] });
    expect(answer.files.map(file => file.path)).toEqual(names);
    expect(readManifest(folder).files).toEqual(answer.files);
  });

  it('refuses a target that is there and a folder with nothing in it, and leaves nothing behind', async () => {
    const [dataDir, away] = [tempDir(), tempDir()];
    const folder = join(away, 'b');
    expect(await runTahan(dataDir, 'backup', folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('where there is nothing to save'),
    });
    await runTahan(dataDir, 'node', 'add', 'S-01');
    mkdirSync(folder);
    expect(await runTahan(dataDir, 'backup', folder)).toMatchObject({
      code: 2,
      stderr: `tahan: ${folder} is there already; name a folder that is not\n`,
    });
    rmSync(folder, { recursive: true });
    writeFileSync(
      join(dataDir, 'metadata.sqlite'),
      'this is no database, but it is long enough to be one'.repeat(99),
    );
    expect((await runTahan(dataDir, 'backup', folder)).code).toBe(1);
    expect(readdirSync(away)).toEqual([]);
  });

  it('says what is kept elsewhere and how to save it there', async () => {
    const dataDir = tempDir();
    writeFileSync(join(dataDir, 'sign-in.secret'), 'x');
    const config = readConfig({
      TAHAN_DATA_DIR: dataDir,
      TAHAN_STORE: 'influxdb',
      INFLUX_URL: 'http://127.0.0.1:8086',
      TAHAN_DATABASE_URL: 'postgres://tahan@127.0.0.1/tahan',
    });
    const { elsewhere } = await saveDataFolder(config, join(tempDir(), 'b'), clock);
    expect(elsewhere).toEqual([expect.stringMatching(/pg_dump/), expect.stringMatching(/influx backup/)]);
  });
});

describe('tahan restore', () => {
  async function aBackup() {
    const dataDir = tempDir();
    await runTahan(dataDir, 'user', 'add', 'a@tani.example', '--role', 'owner');
    const folder = join(tempDir(), 'b');
    await saveDataFolder(readConfig({ TAHAN_DATA_DIR: dataDir }), folder, clock);
    return folder;
  }

  it('refuses a data folder that is not empty', async () => {
    const [backup, dataDir] = [await aBackup(), tempDir()];
    writeFileSync(join(dataDir, 'metadata.sqlite'), '');
    const { code, stderr } = await runTahan(dataDir, 'restore', backup);
    expect(code).toBe(2);
    expect(stderr).toMatch(/TAHAN_DATA_DIR is .* but must be an empty folder/);
  });

  it('finishes after one that was cut off, and takes a file system of its own as empty', async () => {
    const [backup, dataDir] = [await aBackup(), tempDir()];
    mkdirSync(join(dataDir, 'lost+found'));
    mkdirSync(join(dataDir, '.restoring'));
    writeFileSync(join(dataDir, '.restoring', 'metadata.sqlite'), 'half');
    await restoreDataFolder(backup, dataDir);
    expect(readdirSync(dataDir).sort()).toEqual(['lost+found', 'metadata.sqlite', 'sign-in.secret']);
    expect(readFileSync(join(dataDir, 'metadata.sqlite'))).toEqual(
      readFileSync(join(backup, 'metadata.sqlite')),
    );
  });

  it.each([
    ['is cut short', (file: string) => truncateSync(file, 100), /has 100 bytes where there were/],
    [
      'has one other byte',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[5_000]! ^= 1;
        writeFileSync(file, bytes);
      },
      /has other content than when it was saved/,
    ],
    ['is gone', (file: string) => rmSync(file), /metadata.sqlite is missing/],
  ])('restores nothing of a backup of which a file %s', async (_, spoil, sentence) => {
    const [backup, dataDir] = [await aBackup(), join(tempDir(), 'data')];
    spoil(join(backup, 'metadata.sqlite'));
    await expect(restoreDataFolder(backup, dataDir)).rejects.toThrow(sentence);
    expect(existsSync(dataDir)).toBe(false);
  });

  it.each([
    [undefined, /is not a backup that was finished/],
    ['{"format": 2}', /written by a newer release \(backup format 2\)/],
    ['{"format": 1}', /backup.json: tahan/],
    ['{', /backup.json is not JSON/],
  ])('refuses a folder whose manifest is %j', async (manifest, sentence) => {
    const [folder, dataDir] = [tempDir(), join(tempDir(), 'data')];
    if (manifest !== undefined) writeFileSync(join(folder, 'backup.json'), manifest);
    await expect(restoreDataFolder(folder, dataDir)).rejects.toThrow(sentence);
  });
});

describe('copyJournal', () => {
  const open = (dir: string) =>
    openJournal({ dir, clock, log: pino({ level: 'silent' }), segmentBytes: 200 });

  it('copies what is committed, leaves out a half-written end, and can be brought up to date', async () => {
    const [from, to] = [join(tempDir(), 'journal'), join(tempDir(), 'journal')];
    const journal = await open(from);
    onTestFinished(() => journal.close());
    for (let i = 1; i <= 20; i++) await journal.append(Buffer.from(`record ${i}, which is some bytes long`));
    const last = join(from, readdirSync(from).sort().at(-1)!);
    const size = statSync(last).size;
    appendFileSync(last, readFileSync(last).subarray(24, 24 + 20));
    expect(copyJournal(from, to)).toBe(1);
    truncateSync(last, size);
    await journal.forget(8);
    for (let i = 21; i <= 25; i++) await journal.append(Buffer.from(`record ${i}`));
    expect(copyJournal(from, to)).toBe(1);
    const copy = await open(to);
    onTestFinished(() => copy.close());
    const records = await copy.read(1, 100);
    expect(records.map(record => record.position)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(readdirSync(to).every(name => /^\d{16}\.log$/.test(name))).toBe(true);
  });

  it('finds nothing where there is no journal', () => {
    expect(copyJournal(join(tempDir(), 'journal'), join(tempDir(), 'journal'))).toBeNull();
  });
});

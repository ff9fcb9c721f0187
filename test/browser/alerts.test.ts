import mqtt, { type MqttClient } from 'mqtt';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertView } from '../../models/contracts/alert.ts';
import { readingTopic } from '../../models/contracts/topics.ts';
import { apiClient } from '../support/apiClient.ts';
import { type FaultyLine, startFaultyLine } from '../support/faultyLine.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';

/** Alerts as somebody with a phone meets them, over a line that a test can cut. */
const email = 'ratna@example.com';
const password = 'tahu-kuning-kediri';
const me = 'Bu Ratna';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const data = longTempDir();
let tahan: TahanProcess;
let line: FaultyLine;
let url: string;
let api: ReturnType<typeof apiClient>;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const clients: MqttClient[] = [];

beforeAll(async () => {
  tahan = await startTahanProcess({ dataDir: data.path });
  line = await startFaultyLine(Number(new URL(tahan.httpUrl).port));
  url = `http://127.0.0.1:${line.port}`;
  const { token } = await runTahanJson<{ token: string }>(data.path, 'token', 'add', '--role', 'owner');
  const who = ['--role', 'owner', '--name', me, '--password', password];
  await runTahanJson(data.path, 'user', 'add', email, ...who);
  api = apiClient(tahan.httpUrl, token);
  for (const name of ['satu', 'dua', 'tiga']) await coldBatch(name);
  browser = await chromium.launch(browserOptions);
  context = await browser.newContext({
    viewport: { width: 360, height: 640 },
    locale: 'id-ID',
    timezoneId: 'Asia/Jakarta',
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${url}/peringatan`);
  await page.getByLabel(/email/i).fill(email);
  await page.getByLabel('Kata sandi').fill(password);
  await page.locator('button[type=submit]').click();
});

afterAll(async () => {
  await browser?.close();
  for (const client of clients) await client.endAsync(true);
  line?.close();
  await tahan?.kill('SIGTERM');
  data.remove();
});

/** A batch in a fridge of its own that has been at 5 °C for four hours. */
async function coldBatch(name: string): Promise<void> {
  const node = await api.post('/nodes', { nodeId: `S-${name}`, name: `S-${name}` });
  const client = await mqtt.connectAsync(tahan.mqttUrl, { ...node.body.mqtt, clientId: `S-${name}` });
  clients.push(client);
  await publish(client, name, 4 * hourMs, 45 * minuteMs, 5);
  const producedAt = Date.now() - 4 * hourMs;
  const batch = { batchId: name, productId: 'takwa', name: `Takwa ${name}`, storage: 'fridge', producedAt };
  expect((await api.post('/batches', batch)).status).toBe(201);
  const placed = await api.post(`/batches/${name}/placements`, { nodeId: `S-${name}`, from: producedAt });
  expect(placed.status).toBe(201);
}

/** Readings every five minutes from so long ago to so long ago. */
function publish(client: MqttClient, name: string, fromAgo: number, toAgo: number, temperatureC: number) {
  const now = Date.now();
  const readings: object[] = [];
  for (let ago = fromAgo; ago >= toAgo; ago -= 5 * minuteMs)
    readings.push({ measuredAt: now - ago, temperatureC });
  return client.publishAsync(readingTopic(`S-${name}`), JSON.stringify(readings), { qos: 1 });
}

/** The door stands open since 40 minutes: above 8 °C for longer than the rule waits. */
async function warm(index: number, name: string): Promise<AlertView> {
  await publish(clients[index]!, name, 40 * minuteMs, 0, 16);
  await expect.poll(() => alertOf(name)).toBeDefined();
  return (await alertOf(name))!;
}

async function alertOf(name: string): Promise<AlertView | undefined> {
  const { body } = await api.get('/alerts?state=all');
  return body.alerts.find((alert: AlertView) => alert.kind === 'too-warm' && alert.batchId === name);
}

const item = (alert: AlertView) => page.locator(`[data-alert="${alert.alertId}"]`);
const acknowledgements = async (name: string): Promise<(string | null)[]> =>
  ((await alertOf(name))?.history ?? [])
    .filter(({ what }) => what === 'acknowledged' || what === 'unacknowledged')
    .map(({ what }) => what);

describe('an excursion', () => {
  let alert: AlertView;

  it('arrives on the open page without a reload, counted, and is read out once', async () => {
    await page.getByRole('heading', { name: 'Semua sudah ditangani' }).waitFor();
    await page.evaluate('window.wasLoaded = 1');
    alert = await warm(0, 'satu');
    await item(alert).getByText('Takwa satu sudah 16,0 °C').waitFor();
    await page.getByRole('heading', { name: '1 peringatan belum ditangani' }).waitFor();
    const announced = page.locator('[role=alert]').getByText('Takwa satu: terlalu panas');
    await expect.poll(() => announced.count()).toBe(1);
    await expect.poll(() => page.evaluate('window.wasLoaded')).toBe(1);
  });

  it('is taken on with one tap, and back with another within ten seconds', async () => {
    await item(alert).getByRole('button', { name: 'Saya tangani' }).click();
    await page.locator('.snack').getByText('Ditandai: saya tangani').waitFor();
    await item(alert).getByText('Anda yang menangani').waitFor();
    await expect.poll(async () => (await alertOf('satu'))?.acknowledgedBy).toBe(me);
    await page.locator('.snack').getByRole('button', { name: 'Urungkan' }).click();
    await item(alert).getByRole('button', { name: 'Saya tangani' }).waitFor();
    await expect.poll(async () => (await alertOf('satu'))?.acknowledgedAt).toBeNull();
  });

  it('says on its page what and how long, what it has cost and what to do', async () => {
    await item(alert).getByRole('link').click();
    await page.getByRole('heading', { name: 'Takwa satu sampai 16,0 °C' }).waitFor();
    await page.locator('.alert-page canvas').waitFor();
    await page.getByText('Kalau tetap dingin').waitFor();
    await expect.poll(() => page.locator('.alert-effect .life-bar').count()).toBe(2);
    await expect.poll(() => page.locator('.alert-steps li').count()).toBe(3);
    const button = await page.locator('.thumb').getByRole('button', { name: 'Saya tangani' }).boundingBox();
    expect(button?.height).toBe(60);
  });

  it('is read along its chart by arrow keys, and by Enter as a table', async () => {
    await page.locator('.charts').focus();
    const value = page.locator('.figure-panel .value');
    await page.keyboard.press('Home');
    await expect.poll(() => value.textContent()).toContain('5,0 °C');
    await page.keyboard.press('Enter');
    await page.getByRole('table').waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(10);
  });

  it('is undone in its history as well, long after the snackbar', async () => {
    await page.locator('.thumb').getByRole('button', { name: 'Saya tangani' }).click();
    await page.locator('.alert-page > .note').getByText('Anda yang menangani').waitFor();
    await page.locator('.snack').getByRole('button', { name: 'Tutup' }).click();
    await page.locator('.events').getByRole('button', { name: 'Urungkan' }).click();
    await page.locator('.thumb').getByRole('button', { name: 'Saya tangani' }).waitFor();
    await expect
      .poll(() => acknowledgements('satu'))
      .toEqual(['acknowledged', 'unacknowledged', 'acknowledged', 'unacknowledged']);
  });

  it('keeps a note, and whom it was passed on to', async () => {
    await page.getByRole('button', { name: 'Tulis catatan' }).click();
    await page.getByRole('button', { name: 'Simpan' }).click();
    await page.getByRole('alert').getByText('Tulis catatannya dulu.').waitFor();
    await page.getByLabel('Catatan').fill('Pintu kulkas tidak tertutup');
    await page.getByRole('button', { name: 'Simpan' }).click();
    await page.locator('.events').getByText('Pintu kulkas tidak tertutup').waitFor();
    await page.getByRole('button', { name: 'Ke orang lain' }).click();
    await page.getByLabel('Nama lain').fill('Pak Yanto');
    await page.getByRole('button', { name: 'Serahkan' }).click();
    await page.getByText('Diserahkan ke Pak Yanto').first().waitFor();
    await expect.poll(async () => (await alertOf('satu'))?.assignedTo).toBe('Pak Yanto');
    await expect
      .poll(async () => (await alertOf('satu'))?.history)
      .toContainEqual(
        expect.objectContaining({ what: 'noted', by: me, note: 'Pintu kulkas tidak tertutup' }),
      );
  });
});

describe('a stream that was cut', () => {
  let second: AlertView;

  it('misses nothing: what happened meanwhile is there when it resumes', async () => {
    await page.goto(`${url}/peringatan`);
    await page.locator('[data-alert]').first().waitFor();
    line.mode = 'refuse';
    line.reset();
    second = await warm(1, 'dua');
    await expect.poll(() => item(second).count()).toBe(0);
    line.mode = 'pass';
    await page.getByRole('button', { name: '1 peringatan baru, tampilkan' }).click();
    await item(second).getByText('Takwa dua sudah 16,0 °C').waitFor();
  });

  it('shows what is taken on without internet as done and not sent yet, and sends it once', async () => {
    line.mode = 'refuse';
    line.reset();
    await item(second).getByRole('button', { name: 'Saya tangani' }).click();
    await item(second).getByText('Belum terkirim').waitFor();
    await expect.poll(() => acknowledgements('dua')).toEqual([]);
    line.mode = 'pass';
    await item(second).getByText('Belum terkirim').waitFor({ state: 'detached' });
    await item(second).getByText('Anda yang menangani').waitFor();
    await expect.poll(() => acknowledgements('dua')).toEqual(['acknowledged']);
  });

  it('shows the word of whoever was sooner, and keeps what one did oneself beside it', async () => {
    const third = await warm(2, 'tiga');
    await page.goto(`${url}/peringatan/${third.alertId}`);
    await page.locator('.thumb').getByRole('button', { name: 'Saya tangani' }).waitFor();
    line.mode = 'refuse';
    line.reset();
    await api.post(`/alerts/${third.alertId}/acknowledge`, {});
    await page.locator('.thumb').getByRole('button', { name: 'Saya tangani' }).click();
    await page.locator('.alert-page > .note').getByText('Belum terkirim').waitFor();
    line.mode = 'pass';
    await page.locator('.alert-page > .note').getByText('owner sudah menangani lebih dulu.').waitFor();
    await page.getByText(/Versi Anda: Saya tangani/).waitFor();
    await expect.poll(async () => (await alertOf('tiga'))?.acknowledgedBy).toBe('owner');
    await page.getByRole('button', { name: 'Mengerti' }).click();
    await page.getByText(/Versi Anda/).waitFor({ state: 'detached' });
  });
});

describe('the rules', () => {
  it('are read as sentences, changed, and refused at the field', async () => {
    await page.goto(`${url}/pengaturan/aturan`);
    await page.getByText('Beri tahu kalau lebih dari 8 °C selama 30 menit.').waitFor();
    await page.getByRole('button', { name: 'Ubah aturan: terlalu panas' }).click();
    await page.getByLabel('Batas suhu, °C').fill('99');
    await page.getByRole('button', { name: 'Simpan' }).click();
    await page.getByText('Antara −20 dan 60.').waitFor();
    await expect.poll(() => page.getByLabel('Batas suhu, °C').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Batas suhu, °C').fill('6,5');
    await page.getByLabel('Selama berapa menit?').fill('15');
    await page.locator('.rule-example').getByText('lebih dari 6,5 °C selama 15 menit').waitFor();
    await page.getByRole('button', { name: 'Simpan' }).click();
    await page.locator('.snack').getByText('Aturan tersimpan').waitFor();
    expect((await api.get('/alert-rules')).body.rules).toEqual([
      { kind: 'too-warm', scope: 'organisation', settings: { levelC: 6.5, holdMin: 15 } },
    ]);
  });
});

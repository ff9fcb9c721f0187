import mqtt, { type MqttClient } from 'mqtt';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingTopic } from '../../models/contracts/topics.ts';
import { apiClient } from '../support/apiClient.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';

/** A producer's day on the pages, on a server that holds only what these tests put there. */
const email = 'sri@example.com';
const password = 'tahu-kuning-kediri';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const data = longTempDir();
let tahan: TahanProcess;
let api: ReturnType<typeof apiClient>;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let client: MqttClient;

beforeAll(async () => {
  tahan = await startTahanProcess({ dataDir: data.path });
  const { token } = await runTahanJson<{ token: string }>(data.path, 'token', 'add', '--role', 'owner');
  await runTahanJson(
    data.path,
    'user',
    'add',
    email,
    '--role',
    'producer',
    '--name',
    'Bu Sri',
    '--password',
    password,
  );
  api = apiClient(tahan.httpUrl, token);
  const node = await api.post('/nodes', { nodeId: 'S-03', name: 'S-03', placeId: 'ruang-jadi' });
  client = await mqtt.connectAsync(tahan.mqttUrl, { ...node.body.mqtt, clientId: 'S-03' });
  browser = await chromium.launch(browserOptions);
  context = await browser.newContext({
    viewport: { width: 360, height: 780 },
    locale: 'id-ID',
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
});

afterAll(async () => {
  await browser?.close();
  await client?.endAsync(true);
  await tahan?.kill('SIGTERM');
  data.remove();
});

const publish = (readings: object): Promise<unknown> =>
  client.publishAsync(readingTopic('S-03'), JSON.stringify(readings), { qos: 1 });

/** Readings every ten minutes from so many hours ago until now. */
function series(hours: number, temperatureC: number): object[] {
  const now = Date.now();
  const count = hours * 6;
  return Array.from({ length: count + 1 }, (_, i) => ({
    measuredAt: now - (count - i) * 10 * minuteMs,
    temperatureC: temperatureC + (i % 2) / 10,
  }));
}

async function choose(language: string): Promise<void> {
  await page.goto(`${tahan.httpUrl}/pengaturan/tampilan`);
  await page.getByRole('button', { name: language }).click();
}

async function addBatch(batchId: string, name: string, storage: 'room' | 'fridge', hoursAgo: number) {
  const producedAt = Date.now() - hoursAgo * hourMs;
  const added = await api.post('/batches', { batchId, productId: 'takwa', name, storage, producedAt });
  expect(added.status).toBe(201);
  const placed = await api.post(`/batches/${batchId}/placements`, { nodeId: 'S-03', from: producedAt });
  expect(placed.status).toBe(201);
}

const order = (): Promise<string[]> =>
  page.locator('[data-batch]').evaluateAll(rows => rows.map(row => row.getAttribute('data-batch') ?? ''));

async function enter(secret: string): Promise<void> {
  await page.getByLabel('Nomor HP atau email').fill(email);
  await page.getByLabel('Kata sandi').fill(secret);
  await page.locator('button[type=submit]').click();
}

describe('signing in', () => {
  it('says that number or password do not match, and keeps what was typed', async () => {
    await page.goto(`${tahan.httpUrl}/batch-baru`);
    await enter('bukan-kata-sandi');
    await page.getByRole('alert').getByText('Nomor atau kata sandi tidak cocok.').waitFor();
    await expect.poll(() => page.getByLabel('Nomor HP atau email').inputValue()).toBe(email);
  });

  it('opens the page the link named', async () => {
    await enter(password);
    await page.getByRole('heading', { name: 'Batch baru' }).waitFor();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/batch-baru');
  });
});

describe('the first batch', () => {
  it('is invited by an example and three steps on an empty home', async () => {
    await publish(series(1, 28));
    await expect.poll(async () => (await api.get('/nodes/S-03')).body.state).toBe('online');
    await page.goto(tahan.httpUrl);
    await page.getByRole('heading', { name: 'Catat batch pertama' }).waitFor();
    await page.getByText('Contoh tampilan').waitFor();
  });

  it('is refused without a kind of tofu, in words', async () => {
    await page.getByRole('link', { name: 'Batch baru' }).first().click();
    await page.getByRole('button', { name: 'Simpan' }).click();
    await page.getByRole('alert').getByText('Pilih jenis tahunya dulu.').waitFor();
  });

  it('is saved with its sensor in three taps; its label comes first, then how long it keeps', async () => {
    await page.getByText('Takwa', { exact: true }).click();
    await page.getByRole('button', { name: 'Simpan' }).click();
    await page.locator('.label-page .preview').waitFor();
    await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/batch\/takwa-\d{8}-\w{4}\/label$/);
    // The label is there before the server has answered: leaving now would cut the question off.
    await expect.poll(async () => (await api.get('/batches')).body.batches).toHaveLength(1);
    await page.goto(page.url().replace(/\/label$/, ''));
    await page.getByText('Masih tahan paling sedikit').waitFor();
    await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/batch\/takwa-\d{8}-\w{4}$/);
    await expect
      .poll(() => page.locator('.answer .how').textContent())
      .toMatch(/Rentang 90%: .+ di suhu ruang, 28 °C/);
    await page.locator('.facts').getByText('S-03').waitFor();
  });
});

describe('a batch', () => {
  beforeAll(async () => {
    await publish(series(5, 6));
    await addBatch('dingin', 'Takwa dingin', 'fridge', 4);
    await page.goto(`${tahan.httpUrl}/batch/dingin`);
    await page.locator('canvas').nth(2).waitFor();
  });

  it('is read along its charts by arrow keys, and by Enter as a table', async () => {
    await page.locator('.charts').focus();
    const line = page.locator('.panel-head p');
    await page.keyboard.press('Home');
    await expect.poll(() => line.textContent()).toMatch(/\d\d\.\d\d/);
    const first = await line.textContent();
    await page.keyboard.press('End');
    await expect.poll(() => line.textContent()).toContain('perkiraan');
    await expect.poll(() => line.textContent()).not.toBe(first);
    await page.keyboard.press('Enter');
    await page.getByRole('table').waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(20);
    await page.getByRole('button', { name: 'Lihat grafik' }).click();
    await page.locator('canvas').nth(2).waitFor();
  });

  it('is saved as CSV with its times and units', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Unduh CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('dingin.csv');
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString('utf8').trim().split('\r\n');
    expect(lines[0]).toContain('temperatureC');
    expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\dT.*Z,measured,/);
  });

  it('is sold out with one tap, and back with another', async () => {
    await page.getByRole('button', { name: 'Terjual habis' }).click();
    await page.locator('.snack').getByText('Takwa dingin terjual habis').waitFor();
    await expect.poll(async () => (await api.get('/batches/dingin')).body.soldOutAt).not.toBeNull();
    await page.locator('.snack').getByRole('button', { name: 'Urungkan' }).click();
    await page.getByRole('button', { name: 'Terjual habis' }).waitFor();
    await expect.poll(async () => (await api.get('/batches/dingin')).body.soldOutAt).toBeNull();
  });

  it('that does not exist says so and leads home', async () => {
    await page.goto(`${tahan.httpUrl}/batch/tidak-ada`);
    await page.getByRole('heading', { name: 'Batch ini tidak ada' }).waitFor();
    await page.getByRole('link', { name: 'Ke Beranda' }).click();
    await page.locator('[data-batch=dingin]').waitFor();
  });
});

describe('the home list', () => {
  it('keeps its order while somebody looks, and offers the new one', async () => {
    await addBatch('ruang', 'Takwa ruang', 'room', 30);
    await page.locator('.changes button').waitFor();
    const before = await order();
    expect(before).not.toContain('ruang');
    await page.locator('.changes button').click();
    await expect.poll(() => order()).toContain('ruang');
    await expect.poll(async () => (await order())[0]).toBe('ruang');
    await page.locator('.changes button').waitFor({ state: 'detached' });
  });

  it('fits a screen of 320 px without sideways scroll, as every page does', async () => {
    await page.setViewportSize({ width: 320, height: 700 });
    for (const path of ['/', '/sensor', '/batch-baru', '/batch/dingin']) {
      await page.goto(tahan.httpUrl + path);
      await page.locator('h1').waitFor();
      const widthPx = await page.evaluate('document.documentElement.scrollWidth');
      expect(widthPx, path).toBeLessThanOrEqual(320);
    }
    await page.setViewportSize({ width: 360, height: 780 });
  });

  it('speaks English when asked, with its language declared, and keeps to it', async () => {
    await choose('English');
    await page.goto(tahan.httpUrl);
    await page.locator('[data-batch=dingin]').getByText('At least').waitFor();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('en');
  });

  it('speaks Japanese when asked, on every page', async () => {
    await choose('日本語');
    await page.goto(tahan.httpUrl);
    await page.locator('[data-batch=dingin]').getByText('少なくとも').waitFor();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('ja');
    await expect.poll(() => page.locator('[data-batch=dingin] .figure').textContent()).toMatch(/(時間|日)$/);
    for (const path of ['/batch/dingin', '/sensor', '/batch-baru', '/peringatan', '/pengaturan']) {
      await page.goto(tahan.httpUrl + path);
      await page.locator('main h1').first().waitFor();
      const text = (await page.locator('main').textContent()) ?? '';
      expect(text, path).toMatch(/[\u3040-\u30ff]/);
      // The name of a message in place of its words: its file was not there.
      expect(text, path).not.toMatch(/\b[a-z]{3,}\.[a-z]{3,}[a-zA-Z.]*\b/);
    }
  });

  it('turns dark when asked', async () => {
    await choose('Bahasa Indonesia');
    await page.getByRole('button', { name: 'Gelap' }).click();
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.getByRole('button', { name: 'Ikut HP' }).click();
    await page.goto(tahan.httpUrl);
  });
});

describe('the end of the day', () => {
  it('shows the cut and keeps the last figures when the server is gone', async () => {
    const before = await page.locator('[data-batch=dingin] .figure').textContent();
    await tahan.kill('SIGTERM');
    await page.locator('.offline').waitFor();
    await expect.poll(() => page.locator('.offline').textContent()).toContain('Sambungan terputus');
    await expect.poll(() => page.locator('[data-batch=dingin] .figure').textContent()).toBe(before);
  });

  it('forgets the lists of the account that signs out', async () => {
    await page.getByRole('link', { name: 'Akun' }).first().click();
    await page.getByRole('button', { name: 'Keluar' }).last().click();
    await page.getByRole('heading', { name: 'Masuk' }).waitFor();
    await expect.poll(() => page.evaluate('localStorage.getItem("tahan.lists")')).toBeNull();
  });
});

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingTopic } from '../../models/contracts/topics.ts';
import { apiClient } from '../support/apiClient.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';

/** Pictures go to a folder git ignores. */
const pictures = process.env.TAHAN_PICTURES ?? 'test-results/pictures';
const email = 'sri@example.com';
const password = 'tahu-kuning-kediri';
const nodeId = 'kulkas-1';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const data = longTempDir();
let tahan: TahanProcess;
let browser: Browser;
let page: Page;
const errors: string[] = [];

/** A year, hourly; the last two days every 5 minutes; five hours of silence yesterday, and a door left open. */
function aYear(now: number): { measuredAt: string; temperatureC: number }[] {
  const end = Math.floor(now / minuteMs) * minuteMs;
  const hourly = Array.from({ length: 363 * 24 }, (_, i) => end - 365 * dayMs + i * hourMs);
  const fine = Array.from({ length: 2 * 288 }, (_, i) => end - 2 * dayMs + (i + 1) * 5 * minuteMs);
  const silent = (at: number): boolean => at > end - 14 * hourMs && at < end - 9 * hourMs;
  const doorOpen = (at: number): boolean => at > end - 4 * hourMs && at < end - 3 * hourMs;
  return [...hourly, ...fine]
    .filter(at => !silent(at))
    .map(at => ({
      measuredAt: new Date(at).toISOString(),
      temperatureC:
        Math.round((4 + Math.sin(at / hourMs) + 1.5 * Math.sin((at / dayMs / 365) * 6.28)) * 100) / 100 +
        (doorOpen(at) ? 6 : 0),
    }));
}

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  tahan = await startTahanProcess({ dataDir: data.path });
  const { token } = await runTahanJson<{ token: string }>(data.path, 'token', 'add', '--role', 'owner');
  await runTahanJson(
    ...([data.path, 'user', 'add', email, '--role', 'producer', '--name', 'Bu Sri'] as const),
    ...(['--password', password] as const),
  );
  const api = apiClient(tahan.httpUrl, token);
  const added = await api.post('/nodes', { nodeId, name: 'Kulkas depan', reportEveryS: 3600 });
  const { username, password: secret } = added.body.mqtt as { username: string; password: string };
  const client = await mqtt.connectAsync(tahan.mqttUrl, { username, password: secret, clientId: username });
  const readings = aYear(Date.now());
  for (let i = 0; i < readings.length; i += 500)
    await client.publishAsync(readingTopic(nodeId), JSON.stringify(readings.slice(i, i + 500)), { qos: 1 });
  await client.endAsync();
  browser = await chromium.launch(browserOptions);
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'id-ID',
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', error => errors.push(error.message));
  await page.goto(`${tahan.httpUrl}/sensor/${nodeId}`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Kata sandi').fill(password);
  await page.locator('button[type=submit]').click();
  await drawn('24-jam');
});

afterAll(async () => {
  await browser?.close();
  await tahan?.kill('SIGTERM');
  data.remove();
});

/** The chart of the drift stands below. */
const card = () => page.locator('.chart-card').first();
const chart = (range: string) => page.locator(`.charts[data-range="${range}"][aria-busy="false"]`);
async function drawn(range: string): Promise<number> {
  const found = chart(range);
  await found.waitFor();
  return Number(await found.getAttribute('data-points'));
}
const choose = (name: string) => page.getByRole('button', { name, exact: true }).click();

describe('the temperatures on the page of a sensor', () => {
  it('show the last day first, with what is silent said in words', async () => {
    expect(await drawn('24-jam')).toBeGreaterThan(200);
    const summary = await card().locator('figcaption').textContent();
    expect(summary).toContain('terpanas');
    expect(summary).toContain('1 jeda tanpa data.');
    await page.screenshot({ path: join(pictures, 'sensor-day-desktop.png'), fullPage: true });
  });

  it('draw a year from one request of at most 500 spans, and keep it in the address', async () => {
    const asked: string[] = [];
    page.on('request', request => {
      if (request.url().includes('/readings?')) asked.push(request.url());
    });
    await choose('1 tahun');
    expect(await drawn('1-tahun')).toBeLessThanOrEqual(500);
    expect(asked).toHaveLength(1);
    await expect.poll(() => new URL(page.url()).search).toBe('?rentang=1-tahun');
    await page.screenshot({ path: join(pictures, 'sensor-year-desktop.png'), fullPage: true });
    await page.reload();
    expect(await drawn('1-tahun')).toBeGreaterThan(400);
  });

  it.each([
    ['7 hari', '7-hari'],
    ['30 hari', '30-hari'],
  ])('draw %s', async (name, range) => {
    await choose(name);
    expect(await drawn(range)).toBeGreaterThan(150);
    await page.screenshot({ path: join(pictures, `sensor-${range}-desktop.png`), fullPage: true });
  });

  it('are read by the arrow keys', async () => {
    await choose('24 jam');
    await drawn('24-jam');
    await card().locator('.charts').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await expect
      .poll(() => page.locator('.panel-head p.reading').textContent())
      .toMatch(/ · \d+,\d sampai \d+,\d °C$/);
    await expect.poll(() => card().locator('.value').textContent()).toMatch(/^rata-rata \d+,\d °C$/);
  });

  it('are a table, newest first, and a CSV', async () => {
    await card().getByRole('button', { name: 'Lihat tabel' }).click();
    const rows = card().locator('tbody tr');
    await expect.poll(() => rows.count()).toBeGreaterThan(200);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      card().getByRole('button', { name: 'Unduh CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('kulkas-1-24-jam.csv');
    const csv = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(csv[0]).toBe('from,to,minC,meanC,maxC,count');
    expect(csv.length - 1).toBe(await rows.count());
    await card().getByRole('button', { name: 'Lihat grafik' }).click();
  });

  it('fit on a small phone', async () => {
    await page.setViewportSize({ width: 360, height: 780 });
    await drawn('24-jam');
    for (const [name, range] of [
      ['24 jam', '24-jam'],
      ['1 tahun', '1-tahun'],
    ] as const) {
      await choose(name);
      await drawn(range);
      const widest = await page.evaluate('document.documentElement.scrollWidth');
      expect(widest).toBeLessThanOrEqual(360);
      await page.screenshot({ path: join(pictures, `sensor-${range}-phone.png`), fullPage: true });
    }
  });

  it('say since when the store cannot be reached, and what failed', async () => {
    const staleSince = '2026-11-24T07:05:00.000Z';
    await page.route('**/readings?*', async route => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), stale: true, staleSince } });
    });
    await choose('7 hari');
    await drawn('7-hari');
    expect(await page.locator('.chart-note').textContent()).toMatch(
      /^Data sampai .*14\.05, penyimpanan belum dapat dihubungi\.$/,
    );
    await page.screenshot({ path: join(pictures, 'sensor-stale-phone.png'), fullPage: true });
    await page.unroute('**/readings?*');
    await page.route('**/readings?*', route => route.fulfill({ status: 503, json: {} }));
    await choose('30 hari');
    await page.getByText('Gagal memuat.').waitFor();
    await page.unroute('**/readings?*');
    await page.getByRole('button', { name: 'Coba lagi' }).click();
    await drawn('30-hari');
    await expect.poll(() => page.locator('.chart-note').count()).toBe(0);
  });

  it('cause no error on the page', () => {
    expect(errors).toEqual([]);
  });
});

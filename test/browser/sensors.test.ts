import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingTopic } from '../../models/contracts/topics.ts';
import { apiClient } from '../support/apiClient.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';
import { axeFindings, pastTheEdge, showTheme } from './pageChecks.ts';

/** Pictures go to a folder git ignores. */
const pictures = process.env.TAHAN_PICTURES ?? 'test-results/pictures';
const email = 'sri@example.com';
const password = 'tahu-kuning-kediri';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const phone = { width: 360, height: 640 };
const desk = { width: 1440, height: 900 };
const data = longTempDir();
let tahan: TahanProcess;
let api: ReturnType<typeof apiClient>;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let startedAt: number;
const errors: string[] = [];

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  tahan = await startTahanProcess({ dataDir: data.path });
  const { token } = await runTahanJson<{ token: string }>(data.path, 'token', 'add', '--role', 'owner');
  await runTahanJson(
    ...([data.path, 'user', 'add', email, '--role', 'producer', '--name', 'Bu Sri'] as const),
    ...(['--password', password] as const),
  );
  api = apiClient(tahan.httpUrl, token);
  browser = await chromium.launch(browserOptions);
  context = await browser.newContext({ viewport: phone, locale: 'id-ID', reducedMotion: 'reduce' });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', error => errors.push(error.message));
  await page.goto(`${tahan.httpUrl}/sensor`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Kata sandi').fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('main h1').waitFor();
});

afterAll(async () => {
  await browser?.close();
  await tahan?.kill('SIGTERM');
  data.remove();
});

interface Sent {
  readonly measuredAt: string;
  readonly temperatureC: number;
  readonly batteryPct?: number;
}

async function send(nodeId: string, readings: readonly (Sent | object)[]): Promise<void> {
  const added = await api.post('/nodes', { nodeId, name: nodeId, reportEveryS: 600 });
  const { username, password: secret } = added.body.mqtt as { username: string; password: string };
  const client = await mqtt.connectAsync(tahan.mqttUrl, { username, password: secret, clientId: username });
  for (let i = 0; i < readings.length; i += 500)
    await client.publishAsync(readingTopic(nodeId), JSON.stringify(readings.slice(i, i + 500)), { qos: 1 });
  await client.endAsync();
}

/** Every ten minutes of the last 26 h, without what `silent` says. */
const aDay = (silent: (agoMs: number) => boolean = () => false): Sent[] =>
  Array.from({ length: 156 }, (_, i) => (155 - i) * 10 * minuteMs)
    .filter(agoMs => !silent(agoMs))
    .map(agoMs => ({
      measuredAt: new Date(startedAt - agoMs).toISOString(),
      temperatureC: 5 + Math.sin(agoMs / hourMs) / 2,
    }));

/** On a desk in light colours, on a phone in dark ones. */
async function looksRight(name: string): Promise<void> {
  for (const [theme, viewport] of [
    ['light', desk],
    ['dark', phone],
  ] as const) {
    await page.setViewportSize(viewport);
    await showTheme(page, theme);
    expect(await axeFindings(page)).toEqual([]);
    await expect.poll(() => pastTheEdge(page)).toEqual([]);
    await page.screenshot({ path: join(pictures, `${name}-${theme}.png`), fullPage: true });
  }
}

describe('the sensors', () => {
  it('begin with three steps to the first one', async () => {
    await page.getByRole('heading', { name: 'Belum ada sensor' }).waitFor();
    await expect.poll(() => page.locator('.steps li').count()).toBe(3);
    await looksRight('sensors-empty');
  });

  it('are listed worst first, with what came in and how long the battery lasts', async () => {
    startedAt = Math.floor(Date.now() / minuteMs) * minuteMs;
    const battery = Array.from({ length: 28 }, (_, i) => ({
      measuredAt: new Date(startedAt - (28 - i) * dayMs - 5 * minuteMs).toISOString(),
      ...{ temperatureC: 5, batteryPct: 78 - i },
    }));
    const last = { measuredAt: new Date(startedAt - 1000).toISOString(), temperatureC: 5, batteryPct: 50 };
    await send('kulkas', [...battery, ...aDay(ago => ago > 9 * hourMs && ago < 12 * hourMs), last]);
    await send(
      'boks',
      aDay(ago => ago < 5 * hourMs),
    );
    const asked: string[] = [];
    page.on('request', request => {
      if (request.url().includes('/reception')) asked.push(request.url());
    });
    await page.setViewportSize(phone);
    await page.goto(`${tahan.httpUrl}/sensor`);
    await page.locator('svg.reception').nth(1).waitFor();
    const names = await page.locator('.item .name').allTextContents();
    expect(names).toEqual(['boks', 'kulkas']);
    const strip = page.locator('[data-node=kulkas] svg.reception');
    await expect.poll(() => strip.getAttribute('aria-label')).toBe('Data masuk 24 jam: 1 jeda');
    await expect.poll(() => strip.locator('.gap').count()).toBeGreaterThanOrEqual(5);
    await expect.poll(() => strip.locator('rect').count()).toBe(48);
    await expect
      .poll(() => page.locator('[data-node=kulkas] .battery').textContent())
      .toMatch(/50%±\d+ hari$/);
    expect(asked).toHaveLength(1);
    await looksRight('sensors');
  });

  it('say when nothing comes from the server any more, and go on ageing', async () => {
    await context.setOffline(true);
    await page.locator('.offline').waitFor();
    await expect.poll(() => page.locator('.item svg.reception rect').count()).toBe(96);
    await context.setOffline(false);
    await page.locator('.offline').waitFor({ state: 'detached' });
  });
});

describe('the page of a sensor', () => {
  it('shows its drift as a chart, by keys, as a table and as CSV', async () => {
    for (const [days, temperatureOffsetC] of [
      [90, -0.1],
      [30, -0.2],
    ] as const)
      await api.post('/nodes/kulkas/offsets', {
        temperatureOffsetC,
        from: new Date(startedAt - days * dayMs).toISOString(),
      });
    await page.goto(`${tahan.httpUrl}/sensor/kulkas`);
    const drift = page.locator('.drift-card');
    const chart = drift.locator('.charts[data-points="2"]');
    await chart.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => drift.locator('.value').textContent()).toMatch(/ · \+0,1 °C$/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => drift.locator('.value').textContent()).toMatch(/ · \+0,2 °C$/);
    await page.keyboard.press('Enter');
    await drift.locator('.table-box:focus tbody tr').nth(1).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      drift.getByRole('button', { name: 'Unduh CSV' }).click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8').split('\r\n')[0]).toBe('at,differenceC,offsetC,note');
    await drift.getByRole('button', { name: 'Lihat grafik' }).click();
  });

  it('tells what an offset would do to the batches, and saves nothing until it is told to', async () => {
    const producedAt = new Date(startedAt - 8 * hourMs).toISOString();
    await api.post('/batches', {
      batchId: 'uji',
      productId: 'takwa',
      name: 'Uji',
      storage: 'fridge',
      producedAt,
    });
    await api.post('/batches/uji/placements', { nodeId: 'kulkas', from: producedAt });
    const effect = page.locator('.offset-effect');
    await page.getByLabel('Geser, °C').fill('+4');
    await page.getByRole('button', { name: 'Ubah: Mulai berlaku' }).click();
    await page.locator('input[type=datetime-local]').fill('2026-01-01T00:00');
    await effect.getByText(/sisa umur 1 batch/).waitFor();
    // From long ago on: the lines of the calibrations that came later take over.
    await expect.poll(() => effect.textContent()).toBe('Kalau disimpan: sisa umur 1 batch tetap.');
    const local = new Date(startedAt - 7 * hourMs + 7 * hourMs).toISOString().slice(0, 16);
    await page.locator('input[type=datetime-local]').fill(local);
    await effect.getByText(/berkurang paling banyak/).waitFor();
    await expect.poll(async () => (await api.get('/nodes/kulkas/offsets')).body.offsets).toHaveLength(2);
    await looksRight('sensor');
    await page.getByRole('button', { name: 'Simpan geser' }).click();
    await page.locator('.drift-card .charts[data-points="3"]').waitFor();
  });

  it('shows what came in last, and how long that took', async () => {
    const rows = page.locator('.deliveries tbody tr');
    await rows.nth(7).waitFor();
    await expect.poll(() => rows.first().textContent()).toMatch(/Alat: \d,\d$/);
  });
});

describe('what could not be used', () => {
  it('stands in quarantine with its bytes and what can be done', async () => {
    await send('rusak', [{ measuredAt: new Date(startedAt).toISOString(), temperatureC: 'panas' }]);
    await page.goto(`${tahan.httpUrl}/karantina`);
    await page.locator('.quarantine-card').waitFor();
    await looksRight('quarantine');
  });

  it('leaves the page for setting up a sensor as it should look', async () => {
    await page.goto(`${tahan.httpUrl}/pasang-sensor`);
    await page.getByLabel('Nama sensor').fill('Kulkas depan');
    await looksRight('install');
    await page.getByRole('button', { name: 'Buat kode pasang' }).click();
    await page.locator('.claim-code .code').waitFor();
    await looksRight('install-code');
  });

  it('causes no error on any page', () => {
    expect(errors).toEqual([]);
  });
});

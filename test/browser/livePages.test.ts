import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingTopic } from '../../models/contracts/topics.ts';
import { apiClient } from '../support/apiClient.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';

/** Pictures go to a folder git ignores; `npm run pictures` puts them into docs/ for the README. */
const pictures = process.env.TAHAN_PICTURES ?? 'test-results/pictures';

const hourMs = 3_600_000;
const data = longTempDir();
let tahan: TahanProcess;
let browser: Browser;
let client: MqttClient;

const publish = (readings: object) =>
  client.publishAsync(readingTopic('uji'), JSON.stringify(readings), { qos: 1 });

/** The demo as a stranger starts it, and one more batch whose temperatures this test decides. */
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  tahan = await startTahanProcess({ dataDir: data.path, args: ['demo'] });
  const { token } = await runTahanJson<{ token: string }>(data.path, 'token', 'add', '--role', 'owner');
  const api = apiClient(tahan.httpUrl, token);
  const node = await api.post('/nodes', { nodeId: 'uji', name: 'Kulkas uji' });
  client = await mqtt.connectAsync(tahan.mqttUrl, { ...node.body.mqtt, clientId: 'uji' });
  const now = Date.now();
  const producedAt = now - 3 * hourMs;
  await publish(
    Array.from({ length: 18 }, (_, i) => ({
      measuredAt: producedAt + i * 600_000,
      temperatureC: 4 + (i % 3) / 10,
    })),
  );
  const batch = { batchId: 'uji-1', productId: 'takwa', name: 'Takwa uji', storage: 'fridge', producedAt };
  expect((await api.post('/batches', batch)).status).toBe(201);
  expect((await api.post('/batches/uji-1/placements', { nodeId: 'uji', from: producedAt })).status).toBe(201);
  browser = await chromium.launch(browserOptions);
});

afterAll(async () => {
  await browser?.close();
  await client?.endAsync();
  await tahan?.kill('SIGTERM');
  data.remove();
});

const sizes = [
  { name: 'phone', width: 360, height: 780 },
  { name: 'desktop', width: 1440, height: 900 },
] as const;

async function signedIn(size: (typeof sizes)[number], colorScheme: 'light' | 'dark') {
  const context = await browser.newContext({
    viewport: size,
    colorScheme,
    deviceScaleFactor: 2,
    locale: 'id-ID',
    timezoneId: 'Asia/Jakarta',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.message));
  page.on('console', message => {
    // Asking who is signed in answers 401 until somebody is.
    if (message.type() === 'error' && !message.text().includes('401')) errors.push(message.text());
  });
  await page.goto(tahan.httpUrl);
  await page
    .locator('input[type=email], input[autocomplete=username]')
    .first()
    .fill('produsen@tahan.example');
  await page.locator('input[type=password]').fill('tahu-takwa-kediri');
  await page.locator('button[type=submit]').click();
  await page.locator('a[href="/batch/uji-1"]').waitFor();
  return { page, errors, close: () => context.close() };
}

const rows = (page: Page) => page.locator('a[href^="/batch/"]');

describe.each(sizes)('the pages on a $name', size => {
  it('show at least six batches, each with its remaining life and its assumption', async () => {
    const { page, errors, close } = await signedIn(size, 'light');
    const texts = await rows(page).allInnerTexts();
    expect(texts.length).toBeGreaterThanOrEqual(6);
    for (const text of texts) expect(text).toMatch(/(\d|½)\s*(jam|hari)|\?/);
    for (const text of texts) expect(text).toMatch(/°C|Sensor diam|Tanpa sensor/);
    await page.screenshot({ path: join(pictures, `beranda-${size.name}.png`) });
    expect(errors).toEqual([]);
    await close();
  });

  it('draw every bar under the one axis of the list', async () => {
    const { page, close } = await signedIn(size, 'light');
    const ends = (selector: string) =>
      page.locator(selector).evaluateAll(found =>
        found.map(element => {
          const { left, right } = element.getBoundingClientRect();
          return `${Math.round(left)} to ${Math.round(right)}`;
        }),
      );
    const [axis] = await ends('.axis-row .life-axis');
    const bars = await ends('.item .life-bar');
    expect(bars).toEqual(bars.map(() => axis));
    await close();
  });

  it('change the numbers while somebody looks', async () => {
    const { page, errors, close } = await signedIn(size, 'light');
    const row = page.locator('a[href="/batch/uji-1"]');
    const before = await row.textContent();
    const now = Date.now();
    await publish([
      { measuredAt: now - 90 * 60_000, temperatureC: 31 },
      { measuredAt: now - 45 * 60_000, temperatureC: 32 },
      { measuredAt: now, temperatureC: 30 + Math.random() },
    ]);
    await expect.poll(() => row.textContent()).not.toBe(before);
    await page.goto(`${tahan.httpUrl}/batch/uji-1`);
    await page.locator('canvas').nth(2).waitFor();
    // Near the one before: a jump of many degrees in a second would wait for a second reading to confirm it.
    const seen = size.name === 'phone' ? 29.3 : 28.7;
    await publish({ measuredAt: Date.now(), temperatureC: seen });
    await page
      .getByText(`${String(seen).replace('.', ',')} °C`)
      .first()
      .waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it.each(['light', 'dark'] as const)('draw a batch of the real refrigerator, %s', async scheme => {
    const { page, errors, close } = await signedIn(size, scheme);
    if (scheme === 'dark') await page.screenshot({ path: join(pictures, `beranda-${size.name}-dark.png`) });
    await page.goto(`${tahan.httpUrl}${await page.locator('a[href$="K07"]').getAttribute('href')}`);
    await page.locator('canvas').nth(2).waitFor();
    await expect.poll(() => page.locator('h1:visible').textContent()).toContain('K-07');
    // Not below the fold: the whole page, as far as a tall screen shows it.
    await page.setViewportSize({ width: size.width, height: size.name === 'phone' ? 1640 : 900 });
    await page.locator('canvas').nth(2).waitFor();
    await page.screenshot({
      path: join(pictures, `batch-${size.name}${scheme === 'dark' ? '-dark' : ''}.png`),
    });
    expect(errors).toEqual([]);
    await close();
  });
});

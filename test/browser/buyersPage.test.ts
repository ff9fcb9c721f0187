import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everyTenMinutes, hourMs, startAt, testServer } from '../server/testServer.ts';
import { browserOptions } from './browserOptions.ts';

/** Pictures go to a folder git ignores. */
const pictures = process.env.TAHAN_PICTURES ?? 'test-results/pictures';
let browser: Browser;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  browser = await chromium.launch(browserOptions);
});
afterAll(() => browser?.close());

it('the page of a pack fits a phone of 320 px in light and dark, loads nothing, and takes a verdict without a script', async () => {
  const server = await testServer();
  await server.placedBatch({ productId: 'takwa-vakum' });
  await server.consume(everyTenMinutes(startAt - 10 * hourMs, startAt, 6, { nodeId: 'S-01' }));
  const { body } = await server.get('/batches/B-01/label');
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({
      ...{ viewport: { width: 360, height: 740 }, colorScheme, locale: 'id-ID', javaScriptEnabled: false },
      deviceScaleFactor: 2,
    });
    const page = await context.newPage();
    const requests: string[] = [];
    page.on('request', request => requests.push(request.url()));
    page.on('console', message => faults.push(message.text()));
    for (const [name, query] of [
      ['fridge', '?storage=fridge'],
      ['room', '?storage=room'],
      ['ja', '?lang=ja&storage=fridge&bought=6'],
      ['unknown', ''],
    ] as const) {
      const code = name === 'unknown' ? '0000000000' : body.code;
      await page.goto(`${server.url}/p/${code}${query}`);
      await page.screenshot({ path: join(pictures, `pack-${name}-${colorScheme}.png`), fullPage: true });
      await page.setViewportSize({ width: 320, height: 740 });
      const box = await page.locator('main').boundingBox();
      expect(box!.width).toBeLessThanOrEqual(320);
      for (const button of await page.locator('button, .seg a').all())
        await expect.poll(async () => (await button.boundingBox())!.height).toBeGreaterThanOrEqual(48);
      await page.setViewportSize({ width: 360, height: 740 });
    }
    expect(requests.every(url => new URL(url).pathname.startsWith('/p/'))).toBe(true);
    await page.goto(`${server.url}/p/${body.code}?lang=id`);
    await page.getByRole('button', { name: 'Masih bagus' }).click();
    await page.getByRole('status').waitFor();
    await page.screenshot({ path: join(pictures, `pack-thanks-${colorScheme}.png`), fullPage: true });
    await context.close();
  }
  expect(faults.filter(text => !text.includes('404'))).toEqual([]);
  const { body: list } = await server.get('/batches/B-01/observations');
  expect(list.observations).toMatchObject([{ verdict: 'still-good' }, { verdict: 'still-good' }]);
});

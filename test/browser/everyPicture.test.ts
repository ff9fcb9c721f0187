import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';
import { everyPage, goTo, openPages, settled, watchedPage } from './everyPage.ts';

/** Every page there is as a picture, for whoever wants to look at all of them: `npm run pictures`. */
const folder = process.env.TAHAN_ALL_PICTURES;
const data = longTempDir();
let tahan: TahanProcess;
let browser: Browser;

beforeAll(async () => {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  tahan = await startTahanProcess({ dataDir: data.path, args: ['demo'] });
  browser = await chromium.launch(browserOptions);
});

afterAll(async () => {
  await browser?.close();
  await tahan?.kill('SIGTERM');
  data.remove();
});

const sizes = [
  { width: 360, height: 640 },
  { width: 1440, height: 900 },
] as const;
const people = [
  ['produsen', 'produsen@tahan.example'],
  ['pengirim', 'pengirim@tahan.example'],
  ['peneliti', 'peneliti@tahan.example'],
] as const;

const nameOf = (path: string): string => path.slice(1).replaceAll(/[^\w]+/g, '-') || 'beranda';

describe.each(sizes)('every page on $width px', size => {
  it.each(['light', 'dark'] as const)('is drawn without a fault, %s', async colorScheme => {
    for (const [who, identity] of people) {
      const context = await browser.newContext({
        ...{ viewport: size, colorScheme, locale: 'id-ID', timezoneId: 'Asia/Jakarta' },
        ...{ reducedMotion: 'reduce', serviceWorkers: 'block' },
      });
      const page = await watchedPage(context);
      page.setDefaultTimeout(60_000);
      const errors: string[] = [];
      page.on('pageerror', error => errors.push(error.message));
      const picture = async (name: string): Promise<void> => {
        if (folder !== undefined)
          await page.screenshot({ path: join(folder, `${who}-${name}-${size.width}-${colorScheme}.png`) });
      };
      await page.goto(tahan.httpUrl);
      await settled(page);
      if (who === 'produsen') {
        await picture('masuk');
        for (const path of openPages) {
          await goTo(page, path);
          await picture(nameOf(path));
        }
        await page.goto(tahan.httpUrl);
      }
      await page.locator('input[autocomplete=username]').fill(identity);
      await page.locator('input[type=password]').fill('tahu-takwa-kediri');
      await page.locator('button[type=submit]').click();
      await page.locator('.rail').waitFor({ state: 'attached' });
      for (const path of await everyPage(page)) {
        await goTo(page, path);
        await picture(nameOf(path).replaceAll(/[0-9a-f]{8}-[\w-]+/g, 'id'));
      }
      expect(errors).toEqual([]);
      await context.close();
    }
  });
});

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';
import { axeFindings } from './pageChecks.ts';

/** Pictures go to a folder git ignores. */
const pictures = process.env.TAHAN_PICTURES ?? 'test-results/pictures';
const email = 'aoki@example.com';
const password = 'tahu-kuning-kediri';
const data = longTempDir();
let tahan: TahanProcess;
let browser: Browser;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  tahan = await startTahanProcess({ dataDir: data.path });
  await runTahanJson(
    ...([data.path, 'user', 'add', email, '--role', 'researcher', '--name', 'Aoki'] as const),
    ...(['--password', password] as const),
  );
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
  await page.goto(`${tahan.httpUrl}/bandingkan`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Kata sandi').fill(password);
  await page.locator('button[type=submit]').click();
  await page.getByRole('heading', { name: 'Bandingkan perlakuan' }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  await tahan?.kill('SIGTERM');
  data.remove();
});

const whatIf = () => page.locator('.compared.what-if .compared-life');
const slider = (name: string) => page.getByRole('slider', { name, exact: true });
const addressHolds = (part: string) => page.waitForURL(url => url.search.includes(part));

/** Milliseconds from moving the slider to the charts drawn and laid out, ascending. */
const slidingTimes = `(async () => {
  const input = document.querySelector('.what-if-panel input[type=range]');
  const main = document.querySelector('main');
  const times = [];
  for (let i = 0; i < 50; i++) {
    const before = main.dataset.drawn;
    const from = performance.now();
    const drawn = new Promise(resolve => {
      const seen = new MutationObserver(() => {
        if (main.dataset.drawn === before) return;
        seen.disconnect();
        // Asking for a place in the picture makes the browser lay it out.
        for (const chart of document.querySelectorAll('.lab-chart')) chart.getBoundingClientRect();
        resolve();
      });
      seen.observe(main, { attributes: true, subtree: true, childList: true, characterData: true });
    });
    input.value = String(4 + (i % 25));
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await drawn;
    times.push(performance.now() - from);
    await new Promise(requestAnimationFrame);
  }
  return times.sort((a, b) => a - b);
})()`;

describe('the comparison', () => {
  it('counts at once what is changed, by arrow keys, typed, or chosen, and keeps all of it in the address', async () => {
    const before = await whatIf().textContent();
    await slider('Suhu simpan').press('ArrowRight');
    await page.getByRole('heading', { name: 'Andaikan pada 8,5 °C' }).waitFor();
    await page.getByRole('textbox', { name: 'Suhu simpan, °C' }).fill('20,5');
    await page.getByRole('textbox', { name: 'Suhu simpan, °C' }).press('Enter');
    await page.getByRole('heading', { name: 'Andaikan pada 20,5 °C' }).waitFor();
    await expect.poll(() => whatIf().textContent()).not.toBe(before);
    await page.getByRole('button', { name: 'Vakum', exact: true }).click();
    await page.getByRole('button', { name: 'Biang', exact: true }).click();
    await page.getByRole('combobox', { name: 'Perlakuan lain' }).selectOption('salt');
    await addressHolds('salt:2');
    const address = new URL(page.url()).search;
    expect(address).toBe(
      '?suhu=20.5&andai=turmeric-boiled,p90,vacuum,acid-whey:5.3,salt:2&acuan=turmeric-boiled&hukum=indonesia',
    );
    const said = await page.locator('.compare-answer').textContent();
    await page.reload();
    await page.getByRole('heading', { name: 'Andaikan pada 20,5 °C' }).waitFor();
    await expect.poll(() => page.locator('.compare-answer').textContent()).toBe(said);
    expect(said).toContain('Belum diuji dengan set ini');
  });

  it('gives no figure for what the law has not let pass, until its limit is entered', async () => {
    await page.getByRole('button', { name: 'GDL', exact: true }).click();
    await page.getByText('GDL: batas hukumnya belum dibaca').first().waitFor();
    await expect.poll(() => whatIf().textContent()).toContain('–');
    await page.getByRole('button', { name: 'Buka GDL' }).click();
    await page.getByText('Isi batas di atas nol').waitFor();
    await page.getByLabel('Peraturan dan barisnya').fill('BPOM 11/2019, baris 12');
    await page.getByRole('button', { name: 'Buka GDL' }).click();
    await page.locator('.compared.what-if .compared-life small').waitFor();
    await addressHolds('batas=coagulant-ph');
  });

  it('draws a moved slider anew at every step', async () => {
    const times = await page.evaluate<number[]>(slidingTimes);
    const median = times[Math.floor(times.length / 2)]!;
    console.log(
      `slider to redrawn chart: median ${median.toFixed(1)} ms, most ${times.at(-1)!.toFixed(1)} ms`,
    );
    expect(times.length).toBeGreaterThan(10);
    expect(times.every(ms => ms > 0)).toBe(true);
  });

  it('says the same as a table and as a file', async () => {
    await page.getByRole('button', { name: 'Tabel' }).click();
    await expect.poll(() => page.locator('.table-box').first().locator('tbody tr').count()).toBe(14);
    await page.getByRole('button', { name: 'Grafik' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Unduh CSV' }).first().click(),
    ]);
    expect(file.suggestedFilename()).toBe('bandingkan.csv');
  });

  it('plans the next experiments within a budget, and promises what they would be worth', async () => {
    await page.goto(`${tahan.httpUrl}/bandingkan?suhu=8&andai=turmeric-boiled&acuan=turmeric-boiled`);
    await page.getByRole('button', { name: 'Rancang percobaan berikutnya' }).click();
    await page.locator('[data-plan]').waitFor();
    await expect.poll(() => page.locator('.plan').textContent()).toMatch(/berkurang \d+%/);
    const promised = await page.locator('[data-plan] p').first().textContent();
    await page.getByRole('textbox', { name: 'Jumlah masakan' }).fill('6');
    await page.getByRole('textbox', { name: 'Jumlah masakan' }).press('Enter');
    await page
      .locator('[data-plan] p')
      .first()
      .filter({ hasNotText: promised ?? '' })
      .waitFor();
    await addressHolds('rencana=64,6,4,life');
  });

  it('works without the server', async () => {
    await page.context().setOffline(true);
    await slider('Suhu simpan').press('ArrowLeft');
    await page.getByRole('heading', { name: 'Andaikan pada 7,5 °C' }).waitFor();
    await page.context().setOffline(false);
  });
});

describe('why Japanese tofu keeps', () => {
  it('opens every way that has figures in the comparison', async () => {
    await page.goto(`${tahan.httpUrl}/mengapa-tahu-jepang-awet`);
    await page.getByRole('heading', { name: 'Dipanaskan dalam kemasan tertutup' }).waitFor();
    await expect.poll(() => page.locator('.technique').count()).toBe(12);
    await expect.poll(() => page.getByText('Tidak ada angka untuk tahu').count()).toBe(2);
    await page.locator('#acid-whey').getByRole('link', { name: 'Buka di Bandingkan' }).click();
    await page.getByRole('heading', { name: 'Andaikan pada 10 °C' }).waitFor();
    await expect.poll(() => page.url()).toContain('andai=turmeric-boiled,acid-whey:5.3');
    await page.goBack();
    await page.getByRole('heading', { name: 'Dipanaskan dalam kemasan tertutup' }).waitFor();
  });
});

describe('both pages', () => {
  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('have no fault that axe finds, and no sideways scroll, %s at %d px', async (theme, width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(`localStorage.setItem('tahan.theme', '${theme}')`);
    for (const path of ['/bandingkan?rencana=64,2,4,life', '/mengapa-tahu-jepang-awet']) {
      await page.goto(tahan.httpUrl + path);
      await page
        .locator(path.startsWith('/bandingkan') ? '[data-plan]' : '.technique table')
        .first()
        .waitFor();
      expect(await axeFindings(page), path).toStrictEqual([]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(
        width,
      );
      await page.screenshot({
        path: join(pictures, `${path.split('?')[0]!.slice(1)}-${width}-${theme}.png`),
        fullPage: true,
      });
    }
    expect(errors).toStrictEqual([]);
  });
});

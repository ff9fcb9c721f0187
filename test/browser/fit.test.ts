import { readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { growthCurves } from '../support/growthCurves.ts';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';

/** A researcher fits curves, sees how sure that is, leaves a point out, and stops a fit that takes long. */
const phone = '0812 9999 0001';
const password = 'tahu-kuning-kediri';
const errors: string[] = [];
const data = longTempDir();
let tahan: TahanProcess;
let browser: Browser;
let page: Page;
let experimentId = '';

beforeAll(async () => {
  tahan = await startTahanProcess({ dataDir: data.path });
  const named = ['--role', 'owner', '--name', 'Dr. Aoki', '--password', password];
  await runTahanJson(data.path, 'user', 'add', phone, ...named);
  browser = await chromium.launch(browserOptions);
  const context = await browser.newContext({
    ...{ viewport: { width: 1440, height: 900 }, locale: 'id-ID', reducedMotion: 'reduce' },
  });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', error => errors.push(error.message));
  await page.goto(`${tahan.httpUrl}/`);
  await page.getByLabel('Nomor HP atau email').fill(phone);
  await page.getByLabel('Kata sandi').fill(password);
  await page.locator('button[type=submit]').click();
  await page.getByRole('link', { name: 'Beranda' }).first().waitFor();
  const curves = growthCurves([5, 10, 15, 25], 12, 0.3);
  const rows = curves.rows.map((row, i) =>
    i === 20 ? { ...row, log10CfuPerG: row.log10CfuPerG - 2.5 } : row,
  );
  experimentId = await call('POST', '/experiments', { title: 'Takwa vakum', ...curves, rows }).then(
    made => made.experimentId,
  );
});

afterAll(async () => {
  await browser?.close();
  await tahan?.kill('SIGTERM');
  data.remove();
});

/** As the page itself asks, with its session. */
// biome-ignore lint/suspicious/noExplicitAny: each answer has a shape of its own
async function call(method: string, path: string, body?: unknown): Promise<any> {
  return page.evaluate(
    async ([method, path, body]) => {
      const response = await fetch(`/api/v1${path}`, {
        method: method as string,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    },
    [method, path, body] as const,
  );
}

const estimate = (name: string) =>
  page.locator('.estimates-card tbody tr', { hasText: name }).first().locator('td').first().textContent();

describe('the page of an experiment', () => {
  it('shows the points before there is a fit, then curves, ranking and estimates that `tahan fit` prints too', async () => {
    await page.goto(`${tahan.httpUrl}/percobaan/${experimentId}`);
    await page.getByRole('heading', { level: 1, name: 'Takwa vakum' }).waitFor();
    await page.locator('.growth-panels canvas').nth(3).waitFor();
    await page.getByText('4 suhu, 4 deret, 48 hitungan.').waitFor();
    await page.getByRole('button', { name: 'Cocokkan', exact: true }).click();
    await page
      .locator('.ranking-card tr.chosen')
      .getByText('Terbaik')
      .or(page.locator('.ranking-card .best'))
      .first()
      .waitFor();
    await page.locator('.estimates-card tbody tr').nth(4).waitFor();
    const [fit] = (await call('GET', `/experiments/${experimentId}/fits`)).fits.filter(
      (one: { kind: string }) => one.kind === 'fit',
    );
    const { report } = await call('GET', `/fits/${fit.fitId}`);
    expect(await estimate('°C⁻¹ h⁻½')).toBe(report.estimates.b.toFixed(4).replace('.', ','));
    await page.locator('.fit-card summary').click();
    await expect.poll(() => page.locator('.reproduce code').textContent()).toBe(fit.command);
    await page
      .locator('figure', { hasText: '10 °C' })
      .first()
      .getByText(/lipat dua/)
      .waitFor();
  });

  it('names what is left in the residuals with the row, and reads each point by keys', async () => {
    await page.getByText(/Baris 22 menyimpang −2,/).waitFor();
    const panel = page.locator('.growth-panels .canvas-box').nth(1);
    await panel.focus();
    await page.keyboard.press('Home');
    await page.getByText(/^Baris 14: 0,0 jam, /).waitFor();
  });

  it('leaves a point out with a reason: a new version, fitted again, the old one still there', async () => {
    const before = await estimate('°C⁻¹ h⁻½');
    const panel = page.locator('.growth-panels .canvas-box').nth(1);
    await panel.focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < 8; i += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Baris 22/ }).waitFor();
    await page.getByLabel('Alasan').fill('tutup toples terbuka');
    await page.getByRole('button', { name: 'Keluarkan, buat versi 2' }).click();
    await page.getByText('1 dikeluarkan. Versi 2').waitFor();
    await page.locator('.estimates-card tbody tr').nth(4).waitFor();
    await expect.poll(() => estimate('°C⁻¹ h⁻½')).not.toBe(before);
    const { rows } = await call('GET', `/experiments/${experimentId}/versions/2`);
    expect(rows[20]).toMatchObject({ row: 22, excluded: 'tutup toples terbuka' });
    await page.getByRole('button', { name: /^v1: 48 baris, 0 dikeluarkan/ }).click();
    await page.getByText('48 hitungan. Versi 1').waitFor();
    await expect.poll(() => estimate('°C⁻¹ h⁻½')).toBe(before);
    await page.getByRole('button', { name: /^v2:/ }).click();
    await page.getByText('1 dikeluarkan. Versi 2').waitFor();
  });

  it('fits another model when its radio is chosen, and shows the first again without a new fit', async () => {
    await page.locator('.ranking-card .best').waitFor();
    await page.getByRole('radio', { name: 'Huang' }).check();
    await page.locator('.chart-keys').getByText('Kurva Huang').waitFor();
    await page.getByRole('radio', { name: 'Baranyi', exact: true }).check();
    await page.locator('.chart-keys').getByText('Kurva Baranyi').waitFor();
    const { fits } = await call('GET', `/experiments/${experimentId}/fits`);
    const ofVersion = fits.filter(
      (one: { kind: string; version: number }) => one.kind === 'fit' && one.version === 2,
    );
    expect(ofVersion).toHaveLength(2);
  });

  it('tells how far a long fit is that somebody ordered, and ends it when asked', async () => {
    const long = { version: 2, model: 'one_step_baranyi_ratkowsky_sqrt', bootstrap: 5000 };
    const { fitId } = await call('POST', `/experiments/${experimentId}/fits`, long);
    await page.getByText(/^Bootstrap: \d+ dari 5000/).waitFor();
    await page.getByRole('button', { name: 'Batalkan' }).click();
    await page.getByRole('button', { name: 'Cocokkan lagi' }).waitFor();
    expect(await call('GET', `/fits/${fitId}`)).toMatchObject({ state: 'cancelled', report: null });
  });

  it('keeps a note, gives the points as a table and as CSV', async () => {
    await page.getByRole('button', { name: 'Tulis catatan' }).click();
    await page.getByRole('textbox', { name: 'Catatan', exact: true }).fill('Toples 3 diganti.');
    await page.getByRole('button', { name: 'Simpan' }).click();
    await page.getByText('Toples 3 diganti.').waitFor();
    await page.locator('.growth-card').getByRole('button', { name: 'Lihat tabel' }).click();
    await page.getByRole('button', { name: 'Ubah baris 22' }).waitFor();
    const saved = page.waitForEvent('download');
    await page.locator('.growth-card').getByRole('button', { name: 'Unduh CSV' }).click();
    const csv = readFileSync(await (await saved).path(), 'utf8');
    expect(csv.split('\n')[21]).toMatch(/^22,10 °C,,10,.*,tutup toples terbuka,,$/);
    await page.locator('.growth-card').getByRole('button', { name: 'Lihat grafik' }).click();
  });

  it('stands on a small phone without a sideways scroll, and axe finds nothing in either theme', async () => {
    const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
    for (const [width, colorScheme] of [
      [360, 'light'],
      [320, 'dark'],
      [1440, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth'), `${width}`).toBeLessThanOrEqual(
        width,
      );
      await page.evaluate(axe);
      const found = await page.evaluate(
        `axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target).join(' | ')))`,
      );
      expect(found).toEqual([]);
    }
  });

  it('never threw', () => {
    expect(errors).toEqual([]);
  });
});

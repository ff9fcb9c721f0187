import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memberOf, password } from '../server/signedIn.ts';
import { hourMs, testServer } from '../server/testServer.ts';
import { coverageOf, fleet } from '../support/secretFleet.ts';
import { curvesCsv, secret } from '../support/secretTruth.ts';
import { browserOptions } from './browserOptions.ts';

/**
 * The whole loop by hand, from a file of counts to promises that hold: what test/end-to-end/knownTruth.test.ts does by the
 * API (and where it says why 88 to 92 %), here a lecturer and the owner of a kitchen do on their pages. The server is the
 * real one with a clock that stands still.
 */
const dashboardDir = fileURLToPath(new URL('../../dashboard/dist/', import.meta.url));
/** Pictures go to a folder git ignores; `npm run pictures` puts them into docs/ for the guide. */
const pictures = process.env.TAHAN_PICTURES ?? 'test-results/pictures';
const errors: string[] = [];
let browser: Browser;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  browser = await chromium.launch(browserOptions);
});
afterAll(() => browser?.close());

async function signedInPage(url: string, email: string, path: string, language: 'id' | 'en'): Promise<Page> {
  const context = await browser.newContext({
    ...{ viewport: { width: 1440, height: 900 }, locale: 'id-ID', reducedMotion: 'reduce' },
  });
  await context.addInitScript(`localStorage.setItem('tahan.language', '${language}')`);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', error => errors.push(error.message));
  await page.goto(`${url}${path}`);
  await page.locator('input[autocomplete=username]').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
  return page;
}

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

it('leads from a file of counts to promises of 500 batches of which 88 to 92 % hold', async () => {
  const tani = await testServer({ dashboardDir });
  await tani.otherFirm();
  const lecturer = await memberOf(tani, 'researcher', { orgId: 'lain', name: 'aoki' });
  const owner = await memberOf(tani, 'owner', { name: 'sri' });
  const expiresAt = new Date(tani.clock.now() + 24 * hourMs).toISOString();
  const grant = { toOrgId: 'lain', subject: 'readings-pseudonymised', expiresAt };
  expect((await tani.post('/grants', grant)).status).toBe(201);

  // The lecturer uploads, fits and publishes.
  const lab = await signedInPage(tani.url, lecturer.email, '/percobaan', 'en');
  await lab.getByRole('link', { name: 'New experiment' }).click();
  const upload = { name: 'rahasia.csv', mimeType: 'text/csv', buffer: Buffer.from(curvesCsv(1)) };
  await lab.locator('input[type=file]').setInputFiles(upload);
  await lab.getByLabel('Name of the experiment').fill('Tahu rahasia');
  await picture(lab, 'lab-upload');
  await lab.getByRole('button', { name: 'Save 144 rows' }).click();
  await lab.getByRole('heading', { level: 1, name: 'Tahu rahasia' }).waitFor();
  await lab.getByRole('button', { name: 'Fit', exact: true }).click();
  await lab.locator('.estimates-card tbody tr').nth(4).waitFor();
  const publish = lab.locator('.publish-panel');
  await publish.getByRole('button', { name: /^Publish v\d+$/ }).waitFor();
  await lab.locator('.ranking-card .best').waitFor();
  await lab.getByRole('button', { name: 'Close', exact: true }).click();
  await picture(lab, 'lab-experiment');
  await publish.getByRole('button', { name: /^Publish v\d+$/ }).click();
  await lab
    .getByText(/was proposed to/)
    .first()
    .waitFor();

  // What was done goes home as one file, and comes back as an experiment.
  const downloading = lab.waitForEvent('download');
  await lab.getByRole('link', { name: 'Archive', exact: true }).click();
  const archive = await downloading;
  expect(archive.suggestedFilename()).toBe('tahu-rahasia-v1.zip');
  await lab.goto(`${tani.url}/percobaan`);
  await lab.getByRole('button', { name: 'Import an archive' }).waitFor();
  await lab.locator('input[type=file]').setInputFiles(await archive.path());
  await lab.getByRole('heading', { level: 1, name: 'Tahu rahasia' }).waitFor();
  const { experiments } = (await tani.get('/experiments', lecturer.session)).body;
  expect(experiments).toHaveLength(2);

  // The owner of the kitchen takes the numbers into use.
  const kitchen = await signedInPage(tani.url, owner.email, '/parameter', 'id');
  const use = kitchen.getByRole('button', { name: /^Pakai v\d+$/ }).first();
  await use.waitFor();
  await picture(kitchen, 'lab-proposal');
  await use.click();
  await expect
    .poll(async () =>
      (await tani.get('/parameter-sets')).body.inUse.map((one: { title: string }) => one.title),
    )
    .toContain('Tahu rahasia');
  const { inUse, parameterSets } = (await tani.get('/parameter-sets')).body;
  const used = inUse.find((one: { title: string }) => one.title === 'Tahu rahasia');
  expect(used.treatment).toBe('none');
  const set = parameterSets.find(
    (one: { parameterSetId: string }) => one.parameterSetId === used.parameterSetId,
  );
  const b = set.parameters.find((one: { name: string }) => one.name === 'b').value;
  expect(b / secret.b).toBeCloseTo(1, 1);

  const { estimates, truths } = await fleet(tani, 1);
  const shares = coverageOf(estimates, truths);
  expect(estimates[0]!.parameterSetId).toBe(used.parameterSetId);
  expect(shares.inside, JSON.stringify(shares)).toBeGreaterThanOrEqual(0.88);
  expect(shares.inside, JSON.stringify(shares)).toBeLessThanOrEqual(0.92);
  expect(errors).toEqual([]);
});

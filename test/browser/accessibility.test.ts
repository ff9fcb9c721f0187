import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runTahanJson, startTahanProcess, type TahanProcess } from '../support/tahanProcess.ts';
import { longTempDir } from '../support/tempDir.ts';
import { browserOptions } from './browserOptions.ts';
import { everyPage, goTo, openPages, settled, watchedPage } from './everyPage.ts';
import { axeFindings, focusFaults, moving, pastTheEdge, showTheme, smallForThumbs } from './pageChecks.ts';

/** Every page there is, and every component of the gallery, for eyes, fingers, keys and screen readers. */
const password = 'tahu-takwa-kediri';
const phone = { width: 360, height: 640 };
const desk = { width: 1440, height: 900 };
const data = longTempDir();
let tahan: TahanProcess;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  tahan = await startTahanProcess({ dataDir: data.path, args: ['demo'] });
  const owner = ['--role', 'owner', '--name', 'Pak Darmo', '--password', password];
  await runTahanJson(data.path, 'user', 'add', 'pemilik@tahan.example', ...owner);
  await runTahanJson(data.path, 'org', 'add', 'baru', '--name', 'Tahu Baru');
  await runTahanJson(data.path, 'user', 'add', 'baru@tahan.example', '--org', 'baru', ...owner);
  browser = await chromium.launch(browserOptions);
  context = await browser.newContext({
    ...{ viewport: phone, locale: 'id-ID', timezoneId: 'Asia/Jakarta' },
    ...{ reducedMotion: 'reduce', serviceWorkers: 'block' },
  });
  page = await watchedPage(context);
  page.setDefaultTimeout(60_000);
  page.on('pageerror', error => thrown.push(`threw ${error.message}`));
});

/** What one test asked of the page is nothing to the next. */
afterEach(async () => {
  await context.setOffline(false);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.setViewportSize(phone);
  await withLetters(100);
});

afterAll(async () => {
  await browser?.close();
  await tahan?.kill('SIGTERM');
  data.remove();
});

async function signIn(identity: string): Promise<void> {
  await context.clearCookies();
  await page.goto(tahan.httpUrl);
  await page.evaluate('localStorage.clear()');
  await page.goto(tahan.httpUrl);
  await page.locator('input[autocomplete=username]').fill(identity);
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('.rail').waitFor({ state: 'attached' });
  await settled(page);
}

/** What the pages themselves threw since it was last asked for; one that throws leaves nothing drawn on those after it. */
const thrown: string[] = [];

type Check = (page: Page) => Promise<string[]>;

/** @returns what was found, by page; empty where all is well */
async function findingsOf(paths: readonly string[], check: Check): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const path of paths) {
    await goTo(page, path);
    const findings = [...(await check(page)), ...thrown.splice(0)];
    if (findings.length > 0) found[path] = findings;
  }
  return found;
}

/** All rules in the light, and the colours once more in the dark: the only thing that is different there. */
const inBothThemes: Check = async shown => {
  const light = await axeFindings(shown);
  await showTheme(shown, 'dark');
  const dark = await axeFindings(shown, 'colours');
  await showTheme(shown, 'light');
  return [...light, ...dark.map(finding => `dark: ${finding}`)];
};

const withLetters = (percent: number) =>
  page.evaluate(`document.documentElement.style.fontSize = '${percent}%'`);

describe('every page of an owner', () => {
  let paths: string[] = [];

  beforeAll(async () => {
    await signIn('pemilik@tahan.example');
    paths = await everyPage(page);
  });

  it('is found', () => {
    expect(paths.length).toBeGreaterThan(22);
  });

  it('has nothing that axe finds, on a phone', async () => {
    expect(await findingsOf(paths, inBothThemes)).toEqual({});
  });

  it('has nothing that axe finds, on a desk', async () => {
    await page.setViewportSize(desk);
    expect(await findingsOf(paths, inBothThemes)).toEqual({});
  });

  it('has actions a thumb can hit, and nothing moves for whoever asked for that', async () => {
    const check: Check = async shown => [...(await smallForThumbs(shown)), ...(await moving(shown))];
    expect(await findingsOf(paths, check)).toEqual({});
  });

  it('shows where the focus is, never below a bar', async () => {
    expect(await findingsOf(paths, shown => focusFaults(shown, 30))).toEqual({});
  });

  it('never scrolls sideways: on 320 px, nor with letters twice as large', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await findingsOf(paths, pastTheEdge)).toEqual({});
    await page.setViewportSize(phone);
    await withLetters(200);
    expect(await findingsOf(paths, pastTheEdge)).toEqual({});
  });

  it('has nothing that axe finds while the server fails', async () => {
    await page.route('**/api/v1/**', route =>
      route.fulfill({ status: 500, json: { code: 'server.failed' } }),
    );
    expect(await findingsOf(paths, axeFindings)).toEqual({});
  });

  it('has nothing that axe finds without internet', async () => {
    await context.setOffline(true);
    await page.locator('.offline').waitFor();
    expect(await findingsOf(paths, axeFindings)).toEqual({});
  });
});

describe.each([
  ['distributor', 'pengirim@tahan.example'],
  ['laboratory', 'peneliti@tahan.example'],
  ['firm that has nothing yet', 'baru@tahan.example'],
])('every page of a %s', (_, identity) => {
  it('has nothing that axe finds', async () => {
    await signIn(identity);
    expect(await findingsOf(await everyPage(page), axeFindings)).toEqual({});
  });
});

describe('pages for whoever is not signed in', () => {
  it('have nothing that axe finds, with and without what was in the link', async () => {
    await context.clearCookies();
    await page.goto(tahan.httpUrl);
    await page.evaluate('localStorage.clear()');
    const found: Record<string, string[]> = {};
    for (const path of ['/', ...openPages, ...openPages.map(path => `${path}#${'x'.repeat(43)}`)]) {
      await page.goto('about:blank');
      await page.goto(tahan.httpUrl + path);
      await settled(page);
      const findings = [
        ...(await inBothThemes(page)),
        ...(await focusFaults(page, 20)),
        ...(await smallForThumbs(page)),
        ...(await pastTheEdge(page)),
      ];
      if (findings.length > 0) found[path] = findings;
    }
    expect(found).toEqual({});
  });
});

describe('the gallery', () => {
  it('lists components, and none has anything that axe finds in any state', async () => {
    await page.goto(`${tahan.httpUrl}/?gallery`);
    await page.locator('.gallery-index a').first().waitFor();
    const names = await page.locator('.gallery-index a').allInnerTexts();
    const wide = await page.locator('.gallery-index [data-wide=true] a').allInnerTexts();
    expect(names.length).toBeGreaterThan(35);
    const found: Record<string, string[]> = {};
    for (const name of ['', ...names]) {
      await page.setViewportSize(wide.includes(name) ? desk : phone);
      await page.goto(`${tahan.httpUrl}/?gallery=${name}`);
      await page.locator(`html[data-gallery="${name === '' ? 'index' : name}"]`).waitFor();
      const findings = [...(await inBothThemes(page)), ...(await pastTheEdge(page))];
      if (findings.length > 0) found[name] = findings;
    }
    expect(found).toEqual({});
    expect(thrown).toEqual([]);
  });

  it('tells every status by shape and word, to whoever sees no colours', async () => {
    const shapes = new Map<string, Set<string>>();
    const bare: string[] = [];
    for (const name of [
      'status-pill',
      'verdict',
      'alert-item',
      'note',
      'batch-row',
      'truck-strip',
      'timeline',
    ]) {
      await page.goto(`${tahan.httpUrl}/?gallery=${name}`);
      await page.locator(`html[data-gallery="${name}"]`).waitFor();
      const marks = await page.locator('.pill, .alert-item, .note, .events > li').evaluateAll(found =>
        found.map(mark => ({
          status: /\b(fresh|soon|risk|none)\b/.exec(mark.className)?.[1] ?? 'other',
          shape: mark.querySelector('svg')?.innerHTML ?? '',
          word: mark.textContent?.trim() ?? '',
        })),
      );
      expect(marks.length, name).toBeGreaterThan(0);
      for (const { status, shape, word } of marks) {
        if (shape === '' || word === '') bare.push(`${name}: ${status} "${word}"`);
        shapes.set(status, (shapes.get(status) ?? new Set()).add(shape));
      }
    }
    expect(bare).toEqual([]);
    const each = ['fresh', 'soon', 'risk', 'none'].map(status => [...(shapes.get(status) ?? [])]);
    // One shape for each status, and none of two.
    expect(each.map(found => found.length)).toEqual([1, 1, 1, 1]);
    expect(new Set(each.flat()).size).toBe(4);
  });

  it('draws a bar whose parts are told apart without colours', async () => {
    await page.goto(`${tahan.httpUrl}/?gallery=life-bar`);
    await page.locator('html[data-gallery="life-bar"]').waitFor();
    const looks = await page.evaluate<string[]>(`[
      '.life-bar.fresh .sure', '.life-bar.fresh .maybe', '.life-bar.none.unknown',
    ].map(part => { const { backgroundImage, borderBottomStyle } = getComputedStyle(document.querySelector(part));
      const after = getComputedStyle(document.querySelector(part), '::before');
      return [backgroundImage, borderBottomStyle, after.backgroundImage, after.borderTopStyle].join(' ').replaceAll(/rgb[^)]*\\)/g, ''); })`);
    expect(new Set(looks).size).toBe(3);
  });
});

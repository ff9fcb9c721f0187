import type { BrowserContext, Page, Request } from 'playwright-core';
import { pages, pagesOfOne } from '../../dashboard/pages.ts';

/** Pages for whoever has a link or a code, signed in or not. */
export const openPages = [pages.claim, pages.invitation, pages['new-password'], pages.shared] as const;

/** What a person's own lists hold, one of each kind. */
const firstOf = `(async () => {
  const ask = path => fetch('/api/v1' + path).then(answer => (answer.ok ? answer.json() : {}));
  const [b, n, s, a] = await Promise.all(
    ['/batches?limit=5', '/nodes?limit=5', '/shipments?limit=5', '/alerts?limit=5&state=all'].map(ask));
  return {
    batch: b.batches?.[0]?.batchId, label: b.batches?.[0]?.batchId, node: n.nodes?.[0]?.nodeId,
    shipment: s.shipments?.[0]?.shipmentId, alert: a.alerts?.[0]?.alertId,
  };
})()`;

/**
 * The address of every page there is for whoever is signed in, made of the list the router has, so that a page that is
 * added is looked at without a line here. Pages of one thing are left out where there is none.
 */
export async function everyPage(page: Page): Promise<string[]> {
  const ids = await page.evaluate<Record<string, string | undefined>>(firstOf);
  await goTo(page, pages.settings);
  const sections = await page
    .locator(`a[href^="${pages.settings}/"]`)
    .evaluateAll(links => links.map(link => link.getAttribute('href') ?? ''));
  const ofOne = Object.entries(pagesOfOne).flatMap(([name, path]) => {
    const id = ids[name];
    return id === undefined ? [] : [path.replace('*', encodeURIComponent(id))];
  });
  const plain = Object.values(pages).filter(path => !(openPages as readonly string[]).includes(path));
  return [...new Set([...plain, ...ofOne, ...sections, '/tidak-ada'])];
}

/** Follows a link of the site: without a load, as a person does. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`new Promise(drawn => {
    history.pushState({ inside: true }, '', ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent('popstate'));
    scrollTo(0, 0);
    requestAnimationFrame(() => requestAnimationFrame(() => drawn()));
  })`);
  await settled(page);
}

/** Answers that are still to come, by page. The stream of what happens never ends, and is no answer. */
const onTheirWay = new WeakMap<Page, Set<Request>>();

/** A new page of which `settled` knows what it waits for. */
export async function watchedPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  const open = new Set<Request>();
  onTheirWay.set(page, open);
  page.on('request', request => {
    if (request.resourceType() !== 'eventsource') open.add(request);
  });
  const ended = (request: Request) => {
    open.delete(request);
  };
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
  return page;
}

const placeholders = '.delayed, .charts-waiting, .node-chart-waiting, .alert-chart-waiting';

/** Everything that was on its way is there: a heading, no answer to come, nothing in the place of something else. */
export async function settled(page: Page): Promise<void> {
  const open = onTheirWay.get(page);
  if (open === undefined) throw new Error('settled() knows the pages of watchedPage() alone');
  const until = Date.now() + patienceMs;
  // An answer is drawn in the frame after it, and what is drawn may ask again: nothing must move for two looks.
  for (let calm = 0; calm < 2; ) {
    const drawn =
      await page.evaluate<boolean>(`new Promise(looked => requestAnimationFrame(() => setTimeout(() => looked(
      document.querySelector('h1, [role=alert]') !== null && document.querySelector('${placeholders}') === null))))`);
    calm = drawn && open.size === 0 ? calm + 1 : 0;
    if (Date.now() > until)
      throw new Error(
        `${page.url()} is not settled: ${[...open].map(request => request.url()).join(', ') || 'no heading, or a placeholder'}`,
      );
  }
}

const patienceMs = 30_000;

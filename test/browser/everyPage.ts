import type { Page } from 'playwright-core';
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

/** Everything that was on its way is there. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1, [role=alert]').first().waitFor({ state: 'attached' });
  const waiting = page.locator('.delayed, .charts-waiting, .node-chart-waiting, .alert-chart-waiting');
  await waiting.first().waitFor({ state: 'detached' });
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const everyRule = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds, a line each: rule, element, what is wrong with it. `colours` looks at those alone. */
export async function axeFindings(page: Page, only: 'all' | 'colours' = 'all'): Promise<string[]> {
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(axeSource);
  const runOnly = only === 'all' ? everyRule : { type: 'rule', values: ['color-contrast'] };
  return page.evaluate<string[]>(`axe
    .run({ runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(node => id + ' ' + node.target.join(' ') + ': ' + node.failureSummary.replaceAll(/\\s+/g, ' '))))`);
}

/** Shows the other colours without a load. */
export const showTheme = (page: Page, theme: 'light' | 'dark'): Promise<unknown> =>
  page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);

/** What reaches past the right edge of the window; nothing where the page does not scroll sideways. */
export const pastTheEdge = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll('body *')]
      .filter(element => element.getBoundingClientRect().right > wide + 1)
      .filter(element => {
        for (let box = element.parentElement; box !== null; box = box.parentElement)
          if (box !== document.documentElement && getComputedStyle(box).overflowX !== 'visible') return false;
        return true;
      })
      .map(element => element.tagName + '.' + element.className + ' ' + Math.round(element.getBoundingClientRect().right))
      .slice(0, 4);
  })()`);

/** Main actions lower than a thumb needs on a phone. */
export const smallForThumbs = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('.button.primary, .tabs a, .thumb button, .thumb a, .icon-button')]
    .filter(element => element.checkVisibility() && element.getBoundingClientRect().height > 0)
    .filter(element => element.getBoundingClientRect().height < 47.5)
    .map(element => element.tagName + '.' + element.className + ' ' + element.textContent.trim().slice(0, 30) + ' '
      + element.getBoundingClientRect().height)`);

/** What moves although this person asked for nothing that moves. */
export const moving = (page: Page): Promise<string[]> =>
  page.evaluate(`document.getAnimations()
    .filter(one => one.playState === 'running' && one.effect.getComputedTiming().activeDuration > 10)
    .map(one => one.animationName ?? one.transitionProperty)`);

/** Goes through the page by Tab: what takes the focus without showing it, or hidden below something else. */
export async function focusFaults(page: Page, steps: number): Promise<string[]> {
  const faults: string[] = [];
  await page.evaluate('document.activeElement?.blur()');
  for (let step = 0; step < steps; step++) {
    await page.keyboard.press('Tab');
    const fault = await page.evaluate<string | null>(`(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return 'end';
      const box = element.getBoundingClientRect();
      const name = element.tagName + '.' + element.className + ' ' + (element.textContent ?? '').trim().slice(0, 30);
      // The parts of a date show their own.
      if (/^(date|time|datetime-local)$/.test(element.type)) return null;
      // A radio button inside its label shows the focus there, a link that covers its card on the card.
      const card = element.closest('article, label');
      const shown = [element, element.parentElement, element.nextElementSibling, card].some(one => {
        if (one === null) return false;
        const style = getComputedStyle(one);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
      });
      if (!shown) return 'no ring: ' + name;
      if (box.width < 2 || box.height < 2) return null;
      const within = (x, y) => {
        const top = document.elementFromPoint(x, y);
        return top === null || element.contains(top) || top.contains(element);
      };
      const x = box.left + box.width / 2;
      const visible = [box.top + 3, box.top + box.height / 2, box.bottom - 3].some(y =>
        y >= 0 && y <= innerHeight && within(x, y));
      return visible ? null : 'hidden: ' + name;
    })()`);
    if (fault === 'end') break;
    if (fault !== null) faults.push(fault);
  }
  return faults;
}

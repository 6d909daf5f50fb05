import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { expectAccessible, onPage, picture, sizes, type Opening } from './page';

/** Looks that are far from the usual one. */
export const ways: [string, Opening, 'ltr' | 'rtl'][] = [
  ['german', { lang: 'de', theme: 'dark', size: sizes.small }, 'ltr'],
  ['zoomed', { lang: 'en', theme: 'light', size: sizes.wide, zoom: 2 }, 'ltr'],
  ['right-to-left', { lang: 'en', theme: 'light', size: sizes.small }, 'rtl'],
];

/** Fails if anything of the page or of a dialog is cut off at a side. */
export async function expectFits(page: Page): Promise<void> {
  const out = await page.evaluate(() =>
    [...document.querySelectorAll('main, main *, [aria-modal="true"], [aria-modal="true"] *')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return (
          width > 1 &&
          (right > innerWidth + 1 || left < -1) &&
          element.checkVisibility({ visibilityProperty: true })
        );
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  expect(out).toEqual([]);
}

/** Opens a page in one of these looks. */
export const openFar = (
  opening: Opening,
  direction: 'ltr' | 'rtl',
  query: Record<string, string>,
  act: (page: Page) => Promise<void>,
): Promise<void> =>
  onPage({ ...opening, query }, async (page) => {
    await page.evaluate((dir) => (document.documentElement.dir = dir), direction);
    await act(page);
  });

/** Looks at the page as it is: nothing is cut off, axe is content, and a picture is kept. */
export async function keep(page: Page, way: string, name: string): Promise<void> {
  await expectFits(page);
  await expectAccessible(page);
  await picture(page, `${way}-${name}`);
}

import { describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { testids } from '../../src/shared/testids';
import { id, onPage, withBrowser } from './page';

withBrowser();

/** A screen, and the keys that lead to it. */
interface Screen {
  query?: Record<string, string>;
  /** Keys, and selectors of elements to wait for. */
  keys?: string[];
  /** An element of the screen once it is there. */
  shows: string;
}

const settings = (tabs: number): string[] => ['Control+,', ...Array<string>(tabs).fill('ArrowDown')];
const screens: Record<string, Screen> = {
  'the first run': { query: { state: 'first_run' }, shows: id(testids.firstRunScreen) },
  unlocking: { query: { state: 'locked' }, shows: id(testids.unlockPassword, ':focus') },
  'unlocking with a PIN': { query: { state: 'locked', pin: '' }, shows: id(testids.unlockScreen) },
  'the list': { shows: id(testids.itemRow) },
  'an item': { keys: ['F2', 'ArrowDown', 'Enter'], shows: id(testids.detailTitle, ':focus') },
  'a new item': {
    keys: ['Control+n', id(testids.newType, ':focus'), 'Enter'],
    shows: id(testids.editTitle, ':focus'),
  },
  'an empty profile': { query: { items: '0' }, shows: id(testids.mainScreen) },
  'a draft': { query: { draft: '' }, shows: id(testids.draftOffer) },
  'the generator': { keys: ['Control+g'], shows: id(testids.generatorDialog) },
  'the commands': { keys: ['Control+k'], shows: id(testids.palette) },
  'the shortcuts': { keys: ['Control+/'], shows: id(testids.shortcutSheet) },
  'the import': { keys: ['Control+i'], shows: id(testids.importDialog) },
  'the general settings': { keys: settings(0), shows: id(testids.settingsDialog) },
  'the security settings': { keys: settings(1), shows: id(testids.settingsDialog) },
  'the password settings': { keys: settings(2), shows: id(testids.settingsDialog) },
  'the recovery code': { keys: settings(3), shows: id(testids.settingsDialog) },
  'the Kit': { keys: settings(4), shows: id(testids.settingsDialog) },
  'the backups': { keys: settings(5), shows: id(testids.settingsDialog) },
};

/** What has the focus, for messages; `body` if nothing has. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return 'body';
    const name = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 30) ?? '';
    const all = [...document.querySelectorAll(element.tagName)];
    return `${element.tagName.toLowerCase()} ${element.dataset['testid'] ?? ''} ${name} ${all.indexOf(element)}`;
  });

/** Presses a key and fails if the focus is on nothing afterwards. */
async function press(page: Page, key: string, where: string): Promise<void> {
  await page.keyboard.press(key);
  await expect
    .poll(() => focused(page), { message: `${where}, after ${key}`, timeout: 2000 })
    .not.toBe('body');
}

async function open(page: Page, { keys = [], shows }: Screen): Promise<void> {
  await page.reload();
  await page
    .locator(keys.length > 0 ? id(testids.itemRow) : shows)
    .first()
    .waitFor();
  for (const key of keys) {
    if (key.startsWith('[')) await page.locator(key).first().waitFor();
    else await press(page, key, 'on the way');
  }
  await page.locator(shows).first().waitFor();
}

/** Presses Tab. After the last control the focus leaves the page for its frame once, and the next Tab brings it back. */
async function tab(page: Page, where: string): Promise<string> {
  await page.keyboard.press('Tab');
  const now = await focused(page);
  if (now !== 'body') return now;
  await press(page, 'Tab', where);
  return focused(page);
}

describe('the focus is never lost', () => {
  for (const [name, screen] of Object.entries(screens)) {
    test(name, { timeout: 240_000 }, () =>
      onPage({ query: screen.query ?? {} }, async (page) => {
        await open(page, screen);
        const stops: string[] = [];
        for (let step = 0; step < 60; step += 1) {
          const stop = await tab(page, name);
          if (stops.includes(stop)) break;
          stops.push(stop);
        }
        expect(stops.length).toBeGreaterThan(0);
        for (const [index, stop] of stops.entries()) {
          await open(page, screen);
          for (let step = 0; step <= index; step += 1) await tab(page, name);
          for (const key of ['Enter', 'Escape']) await press(page, key, `${name}, on ${stop}`);
        }
      }),
    );
  }
});

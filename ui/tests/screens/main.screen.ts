import { describe, expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { expectAccessible, id, onPage, picture, sizes, themes, withBrowser } from './page';

withBrowser();

describe.each(themes)('in %s', (theme) => {
  describe.each(Object.entries(sizes))('at size %s', (name, size) => {
    test('the three panes with an item chosen', () =>
      onPage({ theme, size }, async (page) => {
        await page.locator(id(testids.itemRow, '[data-title="Fastmail"]')).click();
        await expect.poll(() => page.locator(id(testids.detailTitle)).textContent()).toContain('Fastmail');
        await page.locator(id(testids.codeValue)).waitFor();
        await expectAccessible(page);
        await picture(page, `main-${theme}-${name}`);
      }));
    test('an item in the form', () =>
      onPage({ theme, size }, async (page) => {
        await page.locator(id(testids.itemRow, '[data-title="Fastmail"]')).click();
        await page.locator(id(testids.detailEdit)).click();
        await page.locator(id(testids.editTitle)).waitFor();
        await expectAccessible(page);
        await picture(page, `editor-${theme}-${name}`);
      }));
    test('unlock with two profiles', () =>
      onPage({ theme, size, query: { state: 'locked' } }, async (page) => {
        await page.locator(id(testids.unlockPassword)).waitFor();
        await expectAccessible(page);
        await picture(page, `unlock-${theme}-${name}`);
      }));
    test('first run', () =>
      onPage({ theme, size, query: { state: 'first_run' } }, async (page) => {
        await page.locator(id(testids.firstRunCreate)).waitFor();
        await expectAccessible(page);
        await picture(page, `first-run-1-welcome-${theme}-${name}`);
        await page.locator(id(testids.firstRunCreate)).click();
        await page.locator(id(testids.firstRunName)).fill('Mara');
        await page.locator(id(testids.firstRunSuggest)).click();
        await page.locator(id(testids.firstRunSuggestion)).waitFor();
        await expectAccessible(page);
        await picture(page, `first-run-2-suggest-${theme}-${name}`);
        const passphrase = (await page.locator(id(testids.firstRunSuggestion)).textContent()) ?? '';
        await page.locator(id(testids.firstRunUseSuggestion)).click();
        await page.locator(id(testids.firstRunRepeat)).fill(passphrase);
        await expectAccessible(page);
        await picture(page, `first-run-3-password-${theme}-${name}`);
        await page.locator(id(testids.firstRunSubmit)).click();
        await page.locator(id(testids.kitSave)).click();
        await expectAccessible(page);
        await picture(page, `first-run-4-kit-${theme}-${name}`);
        await page.locator(id(testids.kitGroup)).fill('XXXX');
        await page.locator(id(testids.kitConfirm)).click();
        await page.locator(id(testids.kitError)).waitFor();
        await page.locator(id(testids.kitGroup)).fill('g28a');
        await page.locator(id(testids.kitConfirm)).click();
        await page.locator(id(testids.firstRunFinish)).waitFor();
        await expectAccessible(page);
        await picture(page, `first-run-5-finish-${theme}-${name}`);
        await page.locator(id(testids.firstRunFinish)).click();
        await page.locator(id(testids.listEmpty)).waitFor();
        await expectAccessible(page);
        await picture(page, `main-empty-${theme}-${name}`);
      }));
  });
});

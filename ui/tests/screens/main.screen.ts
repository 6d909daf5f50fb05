import { test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

test('the three panes with an item chosen, then the item in the form', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.searchField)).fill('Fastmail');
    await page.keyboard.press('Enter');
    await page.locator(id(testids.codeValue)).waitFor();
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await page.locator(id(testids.itemList)).focus();
    await everyLook(page, 'main');
    await page.locator(id(testids.detailEdit)).click();
    await page.locator(id(testids.editTitle)).waitFor();
    await everyLook(page, 'form');
  }));

test('the three panes set tightly', () =>
  onPage({ query: { density: 'compact' } }, async (page) => {
    await page.locator(id(testids.itemRow, '[data-title="Bandcamp"]')).click();
    await page.locator(id(testids.detailTitle)).waitFor();
    await everyLook(page, 'compact');
  }));

test('unlocking with two profiles', () =>
  onPage({ query: { state: 'locked' } }, async (page) => {
    await page.locator(id(testids.unlockPassword)).waitFor();
    await everyLook(page, 'unlock');
  }));

test('the first run, step by step', () =>
  onPage({ query: { state: 'first_run' } }, async (page) => {
    await page.locator(id(testids.firstRunCreate)).waitFor();
    await everyLook(page, 'first-run-1-welcome');
    await page.locator(id(testids.firstRunCreate)).click();
    await page.locator(id(testids.firstRunName, ':focus')).fill('Mara');
    await page.locator(id(testids.firstRunSuggest)).click();
    await page.locator(id(testids.firstRunSuggestion)).waitFor();
    await page.locator(id(testids.firstRunUseSuggestion, ':focus')).waitFor();
    await everyLook(page, 'first-run-2-suggestion');
    const passphrase = (await page.locator(id(testids.firstRunSuggestion)).textContent()) ?? '';
    await page.locator(id(testids.firstRunUseSuggestion)).click();
    await page.locator(id(testids.firstRunRepeat)).fill(passphrase);
    // Made by chance: now and then a word comes twice.
    await page
      .getByText(/Very strong|Strong/)
      .first()
      .waitFor();
    await everyLook(page, 'first-run-3-password');
    await page.locator(id(testids.firstRunSubmit)).click();
    await page.locator(id(testids.kitSave)).click();
    await page.locator(id(testids.kitGroup, ':focus')).waitFor();
    await everyLook(page, 'first-run-4-kit');
    await page.locator(id(testids.kitGroup)).fill('XXXX');
    await page.locator(id(testids.kitConfirm)).click();
    await page.locator(id(testids.kitError)).waitFor();
    await page.locator(id(testids.kitGroup)).fill('g28a');
    await page.locator(id(testids.kitConfirm)).click();
    await page.locator(id(testids.firstRunFinish)).waitFor();
    await everyLook(page, 'first-run-5-finish');
    await page.locator(id(testids.firstRunFinish)).click();
    await page.locator(id(testids.listEmpty)).waitFor();
    await everyLook(page, 'main-empty');
  }));

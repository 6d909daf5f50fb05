import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { testids } from '../../src/shared/testids';
import { answering, everyLook, id, onPage, withBrowser } from './page';

withBrowser();

const entry = (page: Page, label: string) =>
  page.locator(id(testids.sidebarEntry)).filter({ has: page.getByText(label, { exact: true }) });

async function menu(page: Page, label: string): Promise<void> {
  await entry(page, label).click({ button: 'right' });
}

async function type(page: Page, text: string): Promise<void> {
  await page.locator(id(testids.placeName, ':focus')).waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.locator(id(testids.placeDialog)).waitFor({ state: 'detached' });
}

for (const lang of ['en', 'de'] as const) {
  test(`a vault is created, renamed and deleted with its items (${lang})`, () =>
    onPage({ lang, query: { items: 'types' } }, async (page) => {
      await page.locator(id(testids.menuButton)).click();
      await page.locator(id(testids.openNewVault)).click();
      await page.locator(id(testids.placeName, ':focus')).waitFor();
      await everyLook(page, `vault-new-${lang}`);
      await type(page, '  Family ');
      await entry(page, 'Family').and(page.locator('[aria-current]')).waitFor();

      await menu(page, 'Family');
      await page.locator(id(testids.placeRename)).click();
      await type(page, 'Relatives');
      await entry(page, 'Relatives').waitFor();
      await expect.poll(() => entry(page, 'Family').count()).toBe(0);

      await menu(page, 'Relatives');
      await everyLook(page, `vault-menu-${lang}`);
      await page.locator(id(testids.placeRemove)).click();
      await page.locator(id(testids.confirmDialog)).waitFor();
      await everyLook(page, `vault-delete-${lang}`);
      await page.locator(id(testids.confirmYes)).click();
      await entry(page, 'Relatives').waitFor({ state: 'detached' });
      // Where one was is no more: all items are shown.
      await page.locator(id(testids.sidebarEntry, '[data-scope="all"][aria-current]')).waitFor();
    }));
}

test('a vault goes with its items only when one says so', () =>
  onPage({ query: { items: 'types', vault: 'Family' } }, async (page) => {
    await page.locator(id(testids.itemRow, '[data-title="Attic"]')).waitFor();
    await menu(page, 'Family');
    await answering(page, false, () => page.locator(id(testids.placeRemove)).click());
    await page.locator(id(testids.itemRow, '[data-title="Attic"]')).waitFor();
    await menu(page, 'Family');
    await answering(page, true, () => page.locator(id(testids.placeRemove)).click());
    await page.locator(id(testids.itemRow, '[data-title="Attic"]')).waitFor({ state: 'detached' });
  }));

test('an item that is begun in a vault lies in it', () =>
  onPage({ query: { items: 'types', vault: 'Family' } }, async (page) => {
    await entry(page, 'Family').click();
    await page.keyboard.press('Control+n');
    await page.locator(id(testids.newType, '[data-type="note"]')).click();
    await page.locator(id(testids.editTitle)).fill('Recipes');
    await page.locator(id(testids.editSave)).click();
    await page.locator(id(testids.itemRow, '[data-title="Recipes"]')).waitFor();
    await entry(page, 'Personal').click();
    await page.locator(id(testids.itemRow, '[data-title="Router"]')).waitFor();
    await expect.poll(() => page.locator(id(testids.itemRow, '[data-title="Recipes"]')).count()).toBe(0);
  }));

test('the home vault can be named and not deleted', () =>
  onPage({ query: { items: 'types', vault: 'Family' } }, async (page) => {
    await menu(page, 'Personal');
    await page.locator(id(testids.placeRename)).waitFor();
    await expect.poll(() => page.locator(id(testids.placeRemove)).count()).toBe(0);
    await page.locator(id(testids.placeRename)).click();
    await type(page, 'Mine');
    await entry(page, 'Mine').waitFor();
  }));

test('renaming a folder and removing a tag can be undone', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.sidebarEntry, '[data-scope^="folder:"]')).first().waitFor();
    const folder = page.locator(id(testids.sidebarEntry, '[data-scope^="folder:"]')).first();
    const path = (await folder.getAttribute('title')) ?? '';
    const at = (to: string) => page.locator(id(testids.sidebarEntry, `[data-scope="folder:${to}"]`));
    await folder.click();
    await folder.click({ button: 'right' });
    await page.locator(id(testids.placeRename)).click();
    await type(page, 'Elsewhere');
    await at('Elsewhere').and(page.locator('[aria-current]')).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await at(path).and(page.locator('[aria-current]')).waitFor();

    const tag = page.locator(id(testids.sidebarEntry, '[data-scope^="tag:"]')).first();
    const name = (await tag.getAttribute('title')) ?? '';
    await tag.click({ button: 'right' });
    await page.locator(id(testids.placeRemove)).click();
    await page.locator(id(testids.confirmYes)).click();
    await page.locator(id(testids.sidebarEntry, `[data-scope="tag:${name}"]`)).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await page.locator(id(testids.sidebarEntry, `[data-scope="tag:${name}"]`)).waitFor();
  }));

test('the form suggests every folder, those without items of their own too', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.newButton)).click();
    await page.locator(id(testids.newType, '[data-type="note"]')).click();
    await page.locator(id(testids.editTitle)).fill('Padlock');
    const folder = page.locator(id(testids.editFolder));
    await folder.fill('House/Garden/Shed');
    await page.locator(id(testids.editSave)).click();
    await page.locator(id(testids.detailEdit)).click();
    const suggested = async () => {
      const list = page.locator(`#${await folder.getAttribute('list')} option`);
      return list.evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    };
    await expect
      .poll(suggested)
      .toEqual(expect.arrayContaining(['House', 'House/Garden', 'House/Garden/Shed']));
  }));

import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { testids } from '../../src/shared/testids';
import { answering, everyLook, id, onPage, withBrowser } from './page';

withBrowser();

const rows = (page: Page) => page.locator(id(testids.itemRow));
const row = (page: Page, at: number) => page.locator(id(testids.itemRow, `[aria-posinset="${at}"]`));
const titles = (page: Page) => rows(page).evaluateAll((all) => all.map((one) => one.dataset['title']));
const selected = (page: Page) =>
  page
    .locator(id(testids.itemRow, '[aria-selected="true"]'))
    .evaluateAll((all) => all.map((one) => Number(one.getAttribute('aria-posinset'))));
const pane = (page: Page, count: number) => page.locator(id(testids.manyPane, `[data-count="${count}"]`));
const act = (page: Page, action: string) =>
  page.locator(id(testids.manyAction, `[data-action="${action}"]`)).click();
const entry = (page: Page, action: string) =>
  page.locator(id(testids.rowMenuEntry, `[data-action="${action}"]`));
const count = (page: Page, scope: string) =>
  page.locator(id(testids.sidebarEntry, `[data-scope="${scope}"]`)).locator(id(testids.sidebarCount));

for (const lang of ['en', 'de'] as const) {
  test(`several items are selected and changed at once (${lang})`, () =>
    onPage({ lang, query: { items: 'types', vault: 'Family' } }, async (page) => {
      await row(page, 2).click();
      await page.locator(id(testids.detail)).waitFor();
      await row(page, 4).click({ modifiers: ['Control'] });
      await pane(page, 2).waitFor();
      await row(page, 6).click({ modifiers: ['Shift'] });
      await pane(page, 4).waitFor();
      await expect.poll(() => selected(page)).toEqual([2, 4, 5, 6]);
      await everyLook(page, `many-${lang}`);

      await act(page, 'tag');
      await page.locator(id(testids.manyName, ':focus')).waitFor();
      await everyLook(page, `many-tag-${lang}`);
      await page.keyboard.type('weekend');
      await page.keyboard.press('Enter');
      await expect.poll(() => count(page, 'tag:weekend').textContent()).toBe('4');
      await pane(page, 4).waitFor();

      await row(page, 2).click({ button: 'right' });
      await page.locator(id(testids.rowMenu)).waitFor();
      await everyLook(page, `many-menu-${lang}`);
      await page.keyboard.press('Escape');
      await page.locator(id(testids.rowMenu)).waitFor({ state: 'detached' });

      const before = await titles(page);
      await page.locator(id(testids.itemList)).focus();
      await page.keyboard.press('Delete');
      await expect.poll(() => count(page, 'trash').textContent()).toBe('4');
      await pane(page, 4).waitFor({ state: 'detached' });
      await page.keyboard.press('Control+z');
      await expect.poll(() => titles(page)).toEqual(before);
      await page.keyboard.press('Control+z');
      await expect.poll(() => count(page, 'tag:weekend').count()).toBe(0);
    }));
}

test('the keyboard selects, and Escape ends the selection', () =>
  onPage({ query: { items: 'types' } }, async (page) => {
    await row(page, 1).waitFor();
    await page.keyboard.press('F2');
    await page.keyboard.press('Home');
    await expect.poll(() => selected(page)).toEqual([1]);
    await page.keyboard.press('Shift+ArrowDown');
    await pane(page, 2).waitFor();
    await page.keyboard.press('Shift+ArrowDown');
    await pane(page, 3).waitFor();
    await page.keyboard.press('Control+Space');
    await pane(page, 2).waitFor();
    await expect.poll(() => selected(page)).toEqual([1, 2]);
    await page.keyboard.press('Control+a');
    await pane(page, await rows(page).count()).waitFor();
    await page.keyboard.press('Escape');
    await page.locator(id(testids.detail)).waitFor();
    await expect.poll(() => selected(page).then((all) => all.length)).toBe(1);
    await page.locator(id(testids.itemList, ':focus')).waitFor();
  }));

test('all of a hundred thousand items are selected', () =>
  onPage({ query: { items: '100000' } }, async (page) => {
    await row(page, 1).click();
    await page.locator(id(testids.detail)).waitFor();
    await page.keyboard.press('Control+a');
    const total = Number(await page.locator(id(testids.listTotal)).getAttribute('data-total'));
    await pane(page, total).waitFor();
    await page.keyboard.press('End');
    await expect.poll(() => selected(page)).toEqual([total]);
  }));

test('the box of a row selects it without opening it', () =>
  onPage({ query: { items: 'types' } }, async (page) => {
    await row(page, 1).click();
    await row(page, 3).hover();
    await row(page, 3).locator(id(testids.rowCheck)).click();
    await pane(page, 2).waitFor();
    await expect.poll(() => selected(page)).toEqual([1, 3]);
    await row(page, 5).click();
    await page.locator(id(testids.detail)).waitFor();
    await expect.poll(() => selected(page)).toEqual([5]);
  }));

test('the menu of a row acts on the item, by pointer and by key', () =>
  onPage({ query: { items: 'types', vault: 'Family' } }, async (page) => {
    await row(page, 4).click({ button: 'right' });
    await page.locator(id(testids.rowMenu)).waitFor();
    await everyLook(page, 'row-menu');
    await entry(page, 'favourite').or(entry(page, 'unfavourite')).click();
    await page.locator(id(testids.itemList, ':focus')).waitFor();
    await page.keyboard.press('Shift+F10');
    await page.locator(id(testids.rowMenu)).waitFor();
    await entry(page, 'edit').click();
    await page.locator(id(testids.editTitle)).waitFor();
    // A form that nothing was typed in is left without a question.
    await page.keyboard.press('Escape');
    await page.locator(id(testids.detail)).waitFor();
    await page.keyboard.press('F2');
    await page.keyboard.press('ContextMenu');
    await page.locator(id(testids.rowMenu)).waitFor();
    await page.getByText('Move to a vault').click();
    await page.locator(id(testids.rowMenuEntry, '[data-name="Family"]')).click();
    await expect.poll(() => page.getByText('Moved to “Family”').count()).toBe(1);
  }));

test('items are dragged to a folder, and Escape drops nothing', () =>
  onPage({ query: { vault: 'Family' } }, async (page) => {
    const folder = page.locator(id(testids.sidebarEntry, '[data-scope^="folder:"]')).first();
    const path = (await folder.getAttribute('data-scope')) ?? '';
    const held = async () => Number((await count(page, path).textContent()) ?? 0);
    const before = await held();
    const carry = async (at: number) => {
      await row(page, at).hover();
      await page.mouse.down();
      const box = await folder.boundingBox();
      await page.mouse.move((box?.x ?? 0) + 90, (box?.y ?? 0) + 8, { steps: 8 });
      await page.locator(id(testids.dragGhost)).waitFor();
    };
    await row(page, 2).click();
    await page.locator(id(testids.detail)).waitFor();
    await row(page, 3).click({ modifiers: ['Control'] });
    await pane(page, 2).waitFor();
    await carry(3);
    await everyLook(page, 'drag');
    await page.keyboard.press('Escape');
    await page.locator(id(testids.dragGhost)).waitFor({ state: 'detached' });
    await page.mouse.up();
    expect(await held()).toBe(before);
    await carry(3);
    await page.mouse.up();
    await expect.poll(held).toBeGreaterThan(before);
    await page.locator(id(testids.dragGhost)).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await expect.poll(held).toBe(before);
  }));

test('selected items are exported, restored and deleted permanently', () =>
  onPage({ query: { items: 'types' } }, async (page) => {
    await row(page, 1).click();
    await row(page, 2).click({ modifiers: ['Control'] });
    await pane(page, 2).waitFor();
    // There is one vault, so nothing can be moved to another.
    expect(await page.locator(id(testids.manyAction, '[data-action="vault"]')).count()).toBe(0);
    await act(page, 'export');
    await page.locator(id(testids.exportItems, '[data-count="2"]')).waitFor();
    await page.keyboard.press('Escape');
    await act(page, 'trash');
    await expect.poll(() => count(page, 'trash').textContent()).toBe('2');
    await page.locator(id(testids.sidebarEntry, '[data-scope="trash"]')).click();
    await row(page, 1).click();
    await page.keyboard.press('Control+a');
    await pane(page, 2).waitFor();
    await everyLook(page, 'many-trash');
    await answering(page, false, () => act(page, 'purge'));
    await pane(page, 2).waitFor();
    await answering(page, true, () => act(page, 'purge'));
    await expect.poll(() => rows(page).count()).toBe(0);
  }));

test('Ctrl+Z in a field undoes typing, not the last change', () =>
  onPage({ query: { items: 'types' } }, async (page) => {
    await row(page, 1).click();
    await page.keyboard.press('Delete');
    await expect.poll(() => count(page, 'trash').textContent()).toBe('1');
    await page.keyboard.press('Control+f');
    await page.keyboard.press('Control+z');
    expect(await count(page, 'trash').textContent()).toBe('1');
    await page.keyboard.press('F2');
    await page.keyboard.press('Control+z');
    await expect.poll(() => count(page, 'trash').count()).toBe(0);
  }));

test('an item that is saved during a search is shown', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.searchField)).fill('amazon');
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.locator(id(testids.newButton)).click();
    await page.locator(id(testids.newType, '[data-type="note"]')).click();
    await page.locator(id(testids.editTitle)).fill('Zebra');
    await page.locator(id(testids.editSave)).click();
    await page.locator(id(testids.itemRow, '[data-title="Zebra"][aria-selected="true"]')).waitFor();
    expect(await page.locator(id(testids.searchField)).inputValue()).toBe('');
  }));

test('folders and groups of the sidebar collapse, by pointer and by key', () =>
  onPage({}, async (page) => {
    const at = (scope: string) => page.locator(id(testids.sidebarEntry, `[data-scope="${scope}"]`));
    const work = at('folder:Work');
    await at('folder:Work/Servers').waitFor();
    await page.locator('li', { has: work }).locator(id(testids.sidebarFold)).click();
    await at('folder:Work/Servers').waitFor({ state: 'detached' });
    await everyLook(page, 'sidebar-folded');
    await work.focus();
    await page.keyboard.press('ArrowRight');
    await at('folder:Work/Servers').waitFor();
    await page.keyboard.press('ArrowLeft');
    await at('folder:Work/Servers').waitFor({ state: 'detached' });
    await page.locator(id(testids.sidebarGroup, '[data-group="types"]')).click();
    await at('type:card').waitFor({ state: 'detached' });
    await page.locator(id(testids.sidebarGroup, '[data-group="types"]')).press('Enter');
    await at('type:card').waitFor();
    // The trash is always in view.
    await expect.poll(async () => (await at('trash').boundingBox())?.y ?? 9999).toBeLessThan(800);
  }));

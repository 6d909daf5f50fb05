import { describe, expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { answering, expectAccessible, id, onPage, withBrowser } from './page';

withBrowser();

describe('with the keyboard alone', () => {
  test('an item is made, found, revealed, changed, left, and the vault locked', () =>
    onPage({}, async (page) => {
      await page.locator(id(testids.itemRow)).first().waitFor();
      await page.keyboard.press('Control+n');
      await page.locator(id(testids.newType, '[data-type="login"]:focus')).waitFor();
      await page.keyboard.press('Enter');
      await page.locator(id(testids.editTitle, ':focus')).waitFor();
      await page.keyboard.type('Zebra crossing');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.locator(id(testids.editField, '[data-role="username"]:focus')).waitFor();
      await page.keyboard.type('zoe');
      await page.keyboard.press('Tab');
      await page.keyboard.type('striped-Horse-42');
      await page.keyboard.press('Control+s');
      await page.locator(id(testids.detailTitle, ':focus')).getByText('Zebra crossing').waitFor();

      await page.keyboard.press('Control+f');
      await page.keyboard.type('zebra');
      await expect.poll(() => page.locator(id(testids.listTotal)).getAttribute('data-total')).toBe('1');
      await page.keyboard.press('Enter');
      await page.locator(id(testids.itemList, ':focus')).waitFor();
      await page.keyboard.press('Control+Shift+C');
      await page.locator(id(testids.fieldRow, '[data-role="password"]')).getByText('striped').waitFor();
      await page.keyboard.press('Control+c');
      await page.getByText('Password copied; cleared in 30 seconds').waitFor();
      await page.keyboard.press('Control+b');
      await page.getByText('User name copied').waitFor();

      await page.keyboard.press('Control+e');
      await page.locator(id(testids.editTitle, ':focus')).waitFor();
      await page.keyboard.type(' twice');
      await page.keyboard.press('F1');
      await page.locator(id(testids.sidebarEntry, ':focus')).waitFor();
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await page.locator(id(testids.leaveDialog)).waitFor();
      await page.keyboard.press('Escape');
      await page.locator(id(testids.leaveDialog)).waitFor({ state: 'detached' });
      await page.locator(id(testids.editTitle)).waitFor();

      await page.keyboard.press('Control+l');
      await page.locator(id(testids.unlockPassword, ':focus')).waitFor();
      await expect.poll(() => page.locator(id(testids.mainScreen)).count()).toBe(0);
    }));

  test('the search keeps the focus after an item was archived', () =>
    onPage({}, async (page) => {
      const search = page.locator(id(testids.searchField));
      await page.locator(id(testids.itemRow)).first().click();
      await page.locator(id(testids.detailTitle)).waitFor();
      await page.locator(id(testids.detailMore)).click();
      await page.locator(id(testids.detailArchive)).click();
      await page.locator(id(testids.itemList, ':focus')).waitFor();
      await page.keyboard.press('Control+f');
      // Nothing fits at first, so the list goes and comes back while the text is corrected.
      await page.keyboard.type('zzz');
      await page.locator(id(testids.itemList)).waitFor({ state: 'detached' });
      await page.locator(id(testids.detailTitle)).waitFor({ state: 'detached' });
      for (let i = 0; i < 3; i++) await page.keyboard.press('Backspace');
      await page.locator(id(testids.itemList)).waitFor();
      await page.keyboard.type('fast');
      await expect.poll(() => search.inputValue()).toBe('fast');
      await expect.poll(() => search.evaluate((field) => field === document.activeElement)).toBe(true);
    }));

  test('the arrow keys go on in the list after an item was entered', () =>
    onPage({}, async (page) => {
      const list = page.locator(id(testids.itemList));
      await page.locator(id(testids.itemRow)).first().click();
      await page.locator(id(testids.detailTitle)).waitFor();
      await page.keyboard.press('Enter');
      await page.locator(id(testids.detailTitle, ':focus')).waitFor();
      await list.focus();
      for (const position of ['2', '3', '4']) {
        const title = await page.locator(id(testids.detailTitle)).textContent();
        await page.keyboard.press('ArrowDown');
        await page.locator(`[role="option"][aria-selected="true"][aria-posinset="${position}"]`).waitFor();
        await expect.poll(() => page.locator(id(testids.detailTitle)).textContent()).not.toBe(title);
        await expect.poll(() => list.evaluate((element) => element === document.activeElement)).toBe(true);
      }
    }));

  test('a counter-based code is shown only once it is taken', () =>
    onPage({}, async (page) => {
      await page.locator(id(testids.itemRow)).first().waitFor();
      await page.keyboard.press('Control+n');
      await page.locator(id(testids.newType, '[data-type="login"]:focus')).waitFor();
      await page.keyboard.press('Enter');
      await page.locator(id(testids.editTitle, ':focus')).waitFor();
      await page.keyboard.type('Bank token');
      await page
        .locator(id(testids.editField, '[data-role="code"]'))
        .fill('otpauth://hotp/Bank:zoe?secret=GEZDGNBVGY3TQOJQ&counter=4');
      await page.keyboard.press('Control+s');
      await page.getByText('Next use: number 4').waitFor();
      await expect.poll(() => page.locator(id(testids.codeValue, '[data-code]')).count()).toBe(0);
      await page.locator(id(testids.codeTake)).click();
      await page.locator(id(testids.codeValue, '[data-code]')).waitFor();
      await page.getByText('Next use: number 5').waitFor();
      await expectAccessible(page);
    }));

  test('focus returns to its place after every dialog', () =>
    onPage({}, async (page) => {
      await page.locator(id(testids.itemRow, '[data-title="Amazon"]')).click();
      for (const [keys, dialog] of [
        ['Control+g', testids.generatorDialog],
        ['Control+,', testids.settingsDialog],
        ['Control+k', testids.palette],
        ['Control+/', testids.shortcutSheet],
        ['Control+i', testids.importDialog],
      ] as const) {
        await page.locator(id(testids.itemList)).focus();
        await page.keyboard.press(keys);
        await page.locator(id(dialog)).waitFor();
        await expect
          .poll(() => page.locator(id(dialog)).evaluate((one) => one.contains(document.activeElement)))
          .toBe(true);
        await page.keyboard.press('Escape');
        await page.locator(id(dialog)).waitFor({ state: 'detached' });
        await page.locator(id(testids.itemList, ':focus')).waitFor();
      }
    }));

  test('letters jump in the list and Enter opens the item', () =>
    onPage({}, async (page) => {
      await page.locator(id(testids.itemRow)).first().waitFor();
      await page.keyboard.press('F2');
      await page.keyboard.type('rail');
      await page.locator(id(testids.detailTitle)).getByText('Railway').waitFor();
      await page.keyboard.press('Enter');
      await page.locator(id(testids.detailTitle, ':focus')).waitFor();
    }));

  test('every field can be reached with Tab and copied with Enter', () =>
    onPage({}, async (page) => {
      await page
        .locator(id(testids.itemRow, '[data-title="GitHub"]'))
        .scrollIntoViewIfNeeded()
        .catch(() => undefined);
      await page.locator(id(testids.searchField)).fill('GitHub');
      await page.keyboard.press('Enter');
      await page.locator(id(testids.detailTitle)).getByText('GitHub').waitFor();
      await page.keyboard.press('F3');
      const copied = new Set<string>();
      for (let step = 0; step < 30; step += 1) {
        await page.keyboard.press('Tab');
        const role = await page.evaluate(
          () => document.activeElement?.closest<HTMLElement>('[data-testid="field-row"]')?.dataset['role'],
        );
        const testid = await page.evaluate(
          () => (document.activeElement as HTMLElement | null)?.dataset['testid'],
        );
        if (role && testid === testids.fieldCopy) {
          await page.keyboard.press('Enter');
          copied.add(role);
        }
      }
      expect([...copied].sort()).toEqual(['code', 'password', 'username']);
    }));
});

describe('items', () => {
  test('go to the trash, are restored, and deleted only after confirmation', () =>
    onPage({}, async (page) => {
      await page.locator(id(testids.itemRow, '[data-title="Amazon"]')).click();
      await page.locator(id(testids.detailMore)).click();
      await page.locator(id(testids.detailTrash)).click();
      await page.locator(id(testids.detailTitle)).getByText('Aurora Airlines').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.locator(id(testids.itemRow, '[data-title="Amazon"]')).waitFor();

      await page.locator(id(testids.sidebarEntry, '[data-scope="trash"]')).click();
      await page.locator(id(testids.itemRow, '[data-title="Old bank"]')).click();
      await answering(page, false, () => page.locator(id(testids.detailPurge)).click());
      await page.locator(id(testids.itemRow, '[data-title="Old bank"]')).waitFor();
      await answering(page, true, () => page.locator(id(testids.detailPurge)).click());
      await page.locator(id(testids.itemRow, '[data-title="Old bank"]')).waitFor({ state: 'detached' });
      await answering(page, true, () => page.locator(id(testids.emptyTrash)).click());
      await page.locator(id(testids.listEmpty)).waitFor();
    }));

  test('become favourites without the focus being lost', () =>
    onPage({}, async (page) => {
      await page.locator(id(testids.itemRow, '[data-title="Amazon"]')).click();
      await page.locator(id(testids.detailFavourite)).focus();
      await page.keyboard.press('Enter');
      await page.locator(id(testids.detailFavourite, '[aria-pressed="true"]:focus')).waitFor();
      await expect
        .poll(() =>
          page
            .locator(id(testids.sidebarEntry, '[data-scope="favourites"]'))
            .locator(id(testids.sidebarCount))
            .textContent(),
        )
        .toBe('5');
    }));

  test('show an earlier version and take it back', () =>
    onPage({}, async (page) => {
      await page.locator(id(testids.searchField)).fill('Fastmail');
      await page.keyboard.press('Enter');
      await page.locator(id(testids.detailEdit)).click();
      await page.locator(id(testids.editTitle)).fill('Slowmail');
      await page.locator(id(testids.editSave)).click();
      await page.locator(id(testids.detailTitle)).getByText('Slowmail').waitFor();
      await page.locator(id(testids.detailMore)).click();
      await page.locator(id(testids.detailHistory)).click();
      await page.locator(id(testids.historyEntry)).nth(1).locator(id(testids.historyRestore)).click();
      await page.locator(id(testids.detailTitle)).getByText('Fastmail').waitFor();
    }));

  test('cannot be changed when the profile is open for reading only', () =>
    onPage({ query: { readOnly: '' } }, async (page) => {
      await page.locator(id(testids.readOnlyBanner)).waitFor();
      await page.locator(id(testids.itemRow, '[data-title="Amazon"]')).click();
      await expect.poll(() => page.locator(id(testids.detailEdit)).isDisabled()).toBe(true);
      await expect.poll(() => page.locator(id(testids.newButton)).isDisabled()).toBe(true);
      await page.keyboard.press('Control+e');
      await expect.poll(() => page.locator(id(testids.editor)).count()).toBe(0);
    }));

  test('a half-filled form survives the lock and is offered again', () =>
    onPage({ query: { draft: '' } }, async (page) => {
      await page.locator(id(testids.draftOffer)).locator(id(testids.draftResume)).click();
      await expect.poll(() => page.locator(id(testids.editTitle)).inputValue()).toBe('Tram tickets');
      await page.locator(id(testids.editSave)).click();
      await page.locator(id(testids.detailTitle)).getByText('Tram tickets').waitFor();
      await expect
        .poll(() => page.locator(id(testids.sidebarEntry, '[data-scope="drafts"]')).count())
        .toBe(0);
    }));
});

describe('a hundred thousand items', () => {
  test('scroll to the last one with few elements on the page', () =>
    onPage({ query: { items: '100000' } }, async (page) => {
      await page.locator(id(testids.itemRow)).first().waitFor();
      await expect.poll(() => page.locator(id(testids.listTotal)).getAttribute('data-total')).toBe('100000');
      await page.locator(id(testids.itemList)).focus();
      await page.keyboard.press('End');
      await page.locator(id(testids.itemRow, '[data-title="Account 100000"]')).waitFor();
      await page.keyboard.type('account 0500');
      await page.locator(id(testids.itemRow, '[data-title="Account 050000"]')).waitFor();
      await expect.poll(() => page.getByRole('option').count()).toBeLessThan(40);
    }));
});

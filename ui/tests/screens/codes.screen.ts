import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';

withBrowser();

test('one-time codes out of a picture become items, once they were seen', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+k');
    await page.locator(id(testids.paletteEntry, '[data-command="codes"]')).click();
    await page.locator(id(testids.codesDialog)).waitFor();
    await expect.poll(() => page.locator(id(testids.codesFound)).count()).toBe(2);
    await everyLook(page, 'codes-found');
    await page.getByRole('checkbox', { name: 'Mail' }).uncheck();
    await page.locator(id(testids.codesAdd)).click();
    await page.getByText('1 item added').waitFor();
    await page.getByText('39 items').waitFor();
    // All that was added goes with one step back.
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('38 items').waitFor();
  }));

for (const lang of ['en', 'de'] as const) {
  test(`entries that cannot be used and missing parts are named with the reason (${lang})`, () =>
    onPage({ lang, query: { codesInText: 'yes' } }, async (page) => {
      await page.locator(id(testids.mainScreen)).waitFor();
      await page.keyboard.press('Control+k');
      await page.locator(id(testids.paletteEntry, '[data-command="codes"]')).click();
      await page.locator(id(testids.codesDialog)).waitFor();
      const unread = await page.locator(id(testids.codesUnread)).innerText();
      expect(unread).toContain('Harbour Club: mara');
      expect(unread).toContain('SHA-512');
      expect(unread).toContain(lang === 'en' ? 'Line 4' : 'Zeile 4');
      await expect.poll(() => page.locator(id(testids.codesMissing)).innerText()).toContain('2, 3');
      await everyLook(page, `codes-unread-${lang}`);
      await expect.poll(() => page.locator(id(testids.codesFound)).count()).toBe(2);
    }));
}

/** Drops a picture with so many codes; the program sees the drop, the page only learns of it. */
const drop = (page: Page, count: number) =>
  page.evaluate((detail) => window.dispatchEvent(new CustomEvent('drop', { detail })), count);

/** Pastes where the focus is, as if there was a picture on the clipboard. */
const pastePicture = (page: Page, selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((target) => {
      const data = new DataTransfer();
      data.items.add(new File([], 'screen.png', { type: 'image/png' }));
      const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      target.dispatchEvent(event);
    });

test('codes in a dropped picture are offered, or the picture is added', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await drop(page, 2);
    await page.locator(id(testids.codesDialog)).waitFor();
    await everyLook(page, 'codes-dropped');
    await page.locator(id(testids.codesAdd)).click();
    await page.getByText('2 items added').waitFor();
    await drop(page, 1);
    await page.locator(id(testids.codesKeep)).click();
    await page.locator(id(testids.codesDialog)).waitFor({ state: 'detached' });
    await page.locator(id(testids.jobTray)).waitFor();
  }));

test('a picture pasted where nothing is typed is read by the program', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await pastePicture(page, 'body');
    await page.locator(id(testids.codesDialog)).waitFor();
    await expect.poll(() => page.locator(id(testids.codesFound)).count()).toBe(1);
    await page.keyboard.press('Escape');
    // Into a field of text nothing but text goes.
    await pastePicture(page, id(testids.searchField));
    await page.keyboard.press('Control+k');
    await page.locator(id(testids.paletteEntry, '[data-command="codesPaste"]')).click();
    await page.locator(id(testids.codesDialog)).waitFor();
  }));

test('a code found while a form is open goes into its field', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    const field = id(testids.editField, '[data-role="code"]');
    const begin = async () => {
      await page.keyboard.press('Control+n');
      await page.locator(id(testids.newType, '[data-type="login"]')).click();
      await page.locator(field).waitFor();
      await expect.poll(() => page.locator(field).inputValue()).toBe('');
    };
    const filled = async (with_: string) => {
      await expect.poll(() => page.locator(field).inputValue()).toContain(with_);
      await page.locator(field).fill('');
    };
    await begin();
    await drop(page, 1);
    await filled('otpauth://totp/Harbour');
    await pastePicture(page, field);
    await filled('otpauth://totp/Harbour');
    await page.locator(id(testids.codeFill)).click();
    await page.locator(id(testids.codePaste)).waitFor();
    await everyLook(page, 'codes-fill');
    await page.locator(id(testids.codePaste)).click();
    await filled('otpauth://totp/Harbour');
    // Several are not for one field.
    await page.locator(id(testids.codeFill)).click();
    await page.locator(id(testids.codePick)).click();
    await page.getByText('There are several codes').waitFor();
    await drop(page, 2);
    await page.locator(id(testids.codesDialog)).waitFor();
    await expect.poll(() => page.locator(field).inputValue()).toBe('');
  }));

for (const lang of ['en', 'de'] as const) {
  test(`a code is shown for another device, a wrong clock is reported (${lang})`, () =>
    onPage({ lang, query: { clock: 'before_last_change' } }, async (page) => {
      await page.locator(id(testids.mainScreen)).waitFor();
      await page.locator(id(testids.searchField)).fill('has:totp');
      await page.locator(id(testids.itemRow)).first().click();
      await page.locator(id(testids.codeClock)).waitFor();
      await everyLook(page, `code-clock-${lang}`);
      await page.locator(id(testids.codeShare)).focus();
      await page.keyboard.press('Enter');
      await page.locator(id(testids.codeQr)).waitFor();
      await everyLook(page, `code-share-${lang}`);
      await page.keyboard.press('Escape');
      await page.locator(id(testids.codeQr)).waitFor({ state: 'detached' });
    }));
}

test('a clock that is right is not spoken of', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.locator(id(testids.searchField)).fill('has:totp');
    await page.locator(id(testids.itemRow)).first().click();
    await page.locator(id(testids.codeNext)).waitFor();
    await expect.poll(() => page.locator(id(testids.codeClock)).count()).toBe(0);
  }));

for (const lang of ['en', 'de'] as const) {
  test(`codes are handed to another program once the password was given (${lang})`, () =>
    onPage({ lang }, async (page) => {
      await page.locator(id(testids.mainScreen)).waitFor();
      await page.keyboard.press('Control+k');
      await page.locator(id(testids.paletteEntry, '[data-command="codesOut"]')).click();
      await page.locator(id(testids.codesOutRow)).first().waitFor();
      const rows = await page.locator(id(testids.codesOutRow)).count();
      expect(rows).toBeGreaterThan(2);
      await everyLook(page, `codes-out-${lang}`);
      const all = page.locator(id(testids.codesOutAll));
      await all.uncheck();
      await expect.poll(() => page.locator(id(testids.codesOutShow)).isDisabled()).toBe(true);
      await all.check();
      await page.locator(id(testids.codesOutShow)).click();
      await page.locator(id(testids.confirmPasswordField)).fill('correct horse');
      await page.locator(id(testids.confirmPasswordGo)).click();
      await page.locator(id(testids.codeQr)).waitFor();
      const first = await page.locator(`${id(testids.codeQr)} path`).getAttribute('d');
      await everyLook(page, `codes-out-pictures-${lang}`);
      await page.getByRole('button', { name: lang === 'en' ? 'Next picture' : 'Nächstes Bild' }).click();
      await expect.poll(() => page.locator(`${id(testids.codeQr)} path`).getAttribute('d')).not.toBe(first);
      await page.getByRole('button', { name: lang === 'en' ? 'Back' : 'Zurück', exact: true }).click();
      await page.locator(id(testids.codesOutSave)).click();
      await page.locator(id(testids.codesOut)).waitFor({ state: 'detached' });
      await page.locator(id(testids.jobTray)).waitFor();
    }));
}

test('rules of a site, and what was made before', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+g');
    await page.getByText('Site requirements').click();
    await page.locator(id(testids.generatorLeast, '[data-class="digits"]')).fill('3');
    await page.locator(id(testids.generatorOwnSymbols)).fill('#!');
    await page.locator(id(testids.generatorCopy)).click();
    await page.locator(`${id(testids.generatorHistory)} summary`).click();
    await expect.poll(() => page.locator(id(testids.generatorPast)).count()).toBe(1);
    await everyLook(page, 'generator-history');
    await page.locator(id(testids.generatorForget)).click();
    await expect.poll(() => page.locator(id(testids.generatorPast)).count()).toBe(0);
  }));

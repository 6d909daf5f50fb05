import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { testids } from '../../src/shared/testids';
import { answering, everyLook, expectAccessible, id, onPage, sizes, withBrowser } from './page';

withBrowser();

async function open(page: Page, title: string): Promise<void> {
  await page.locator(id(testids.itemRow, `[data-title="${title}"]`)).click();
  await page.locator(id(testids.detailTitle)).getByText(title, { exact: true }).waitFor();
}

async function edit(page: Page, title: string): Promise<void> {
  await open(page, title);
  await page.locator(id(testids.detailEdit)).click();
  await page.locator(id(testids.editTitle)).waitFor();
}

const shows: Record<string, (page: Page) => Promise<void>> = {
  'a server with sections, links and rules': async (page) => {
    await open(page, 'Router');
    await page.getByText('Attic').last().waitFor();
  },
  'a server in the form': (page) => edit(page, 'Router'),
  'an ssh key': (page) => open(page, 'Build machine'),
  'a bank account that asks again': (page) => open(page, 'Nordbank account'),
  'a passkey': (page) => open(page, 'Forum'),
  'the menu with templates': async (page) => {
    await page.locator(id(testids.newButton)).click();
    await page.locator(id(testids.newTemplate)).waitFor();
  },
};

for (const [name, show] of Object.entries(shows)) {
  test(`${name}: accessible in both themes and sizes`, async () => {
    await onPage({ query: { items: 'types' } }, async (page) => {
      await show(page);
      await everyLook(page, `types-${name.replaceAll(' ', '-')}`);
    });
  });
}

test('a guarded secret is shown after the master password', async () => {
  await onPage({ query: { items: 'types' } }, async (page) => {
    await open(page, 'Nordbank account');
    const pin = page.locator(id(testids.fieldRow, '[data-role="account_pin"]'));
    await pin.locator(id(testids.fieldReveal)).click();
    const field = page.locator(id(testids.confirmPasswordField));
    await page.locator(id(testids.confirmPasswordField, ':focus')).waitFor();
    await field.fill('wrong');
    await page.locator(id(testids.confirmPasswordGo)).click();
    await page.getByText('does not open').waitFor();
    await expectAccessible(page);
    await field.fill('correct horse');
    await page.locator(id(testids.confirmPasswordGo)).click();
    await pin.getByText('4711').waitFor();
    await expect.poll(() => page.locator(id(testids.confirmPassword)).count()).toBe(0);
  });
});

test('sections are added, filled and moved; a link is chosen by title', async () => {
  await onPage({ query: { items: 'types' } }, async (page) => {
    await edit(page, 'Shop');
    await page.locator(id(testids.editAddSection)).click();
    const name = page.locator(id(testids.editSectionName));
    await name.fill('Belongs to');
    await name.press('Tab');
    await page.locator(id(testids.editSection, '[data-title="Belongs to"]')).waitFor();
    await page.locator(id(testids.editSectionAdd)).click();
    await page.locator(id(testids.editAddKind, '[data-kind="link"]')).click();
    const label = page.locator(id(testids.editFieldLabel)).last();
    await label.fill('Machine');
    await page.locator(id(testids.linkSearch)).fill('Build');
    await page.locator(id(testids.linkChoice)).first().click();
    await page.locator(id(testids.editSave)).click();
    const row = page.locator(id(testids.fieldRow, '[data-label="Machine"]'));
    await row.getByText('Build machine').click();
    await page.locator(id(testids.detailTitle)).getByText('Build machine', { exact: true }).waitFor();
  });
});

for (const lang of ['en', 'de'] as const) {
  test(`a link says when its item is in another vault, in the trash or gone (${lang})`, () =>
    onPage({ lang, query: { items: 'types', vault: 'Family' } }, async (page) => {
      await open(page, 'Router');
      const row = page.locator(id(testids.fieldRow, '[data-label="Wireless network"]'));
      await row.getByText(lang === 'en' ? 'in the vault Family' : 'im Tresor Family').waitFor();
      await everyLook(page, `link-vault-${lang}`);
      await row.getByText('Attic').click();
      await page.locator(id(testids.detailTitle)).getByText('Attic', { exact: true }).waitFor();
      const trash = async () => {
        await page.locator(id(testids.detailMore)).click();
        await page.locator(id(testids.detailTrash)).click();
      };
      await trash();
      await open(page, 'Router');
      await row.getByText(lang === 'en' ? 'in the trash' : 'im Papierkorb').waitFor();
      await row.getByText('Attic').click();
      await answering(page, true, () => page.locator(id(testids.detailPurge)).click());
      await open(page, 'Router');
      await row
        .getByText(lang === 'en' ? 'This item no longer exists.' : 'Diesen Eintrag gibt es nicht mehr.')
        .waitFor();
    }));
}

test('what looks wrong is marked in the list and found', () =>
  onPage({}, async (page) => {
    await page.locator(id(testids.mainScreen)).waitFor();
    await page.keyboard.press('Control+n');
    await page.locator(id(testids.newType, '[data-type="bank_account"]')).click();
    await page.locator(id(testids.editTitle)).fill('Old account');
    await page.locator(id(testids.editField, '[data-role="iban"]')).fill('12345');
    await page.locator(id(testids.editSave)).click();
    await page.locator(id(testids.fieldWarning)).waitFor();
    await page.locator(id(testids.searchField)).fill('is:doubtful');
    const row = page.locator(id(testids.itemRow, '[data-title="Old account"]'));
    await row.getByLabel('Something looks wrong').waitFor();
    await expect.poll(() => page.locator(id(testids.unknownFilters)).count()).toBe(0);
    await everyLook(page, 'list-doubtful');
    await page.locator(id(testids.searchField)).fill('is:conflict');
    await page.getByLabel('Edited in two places').first().waitFor();
    await expect.poll(() => row.count()).toBe(0);
  }));

test('a new item is made from a template', async () => {
  await onPage({ query: { items: 'types' } }, async (page) => {
    await page.locator(id(testids.newButton)).click();
    await page.locator(id(testids.newTemplate, '[data-title="Site of a customer"]')).click();
    await page.locator(id(testids.editTitle)).fill('Bakery');
    await page.locator(id(testids.editSave)).click();
    await page.locator(id(testids.detailTitle)).getByText('Bakery', { exact: true }).waitFor();
    await page.locator(id(testids.fieldValue)).getByText('web', { exact: true }).waitFor();
  });
});

test('the menu fits, and the page never scrolls', () =>
  onPage({ query: { items: 'types' }, size: sizes.small }, async (page) => {
    await page.locator(id(testids.itemRow)).first().click();
    await page.locator(id(testids.detailEdit)).click();
    for (let field = 0; field < 6; field += 1) {
      await page.locator(id(testids.editAddField)).last().click();
      await page.locator(id(testids.editAddKind, '[data-kind="text"]')).click();
    }
    await page.locator(id(testids.editExpires)).evaluate((field) => field.scrollIntoView({ block: 'start' }));
    expect(await page.evaluate(() => document.documentElement.scrollTop)).toBe(0);
  }));

test.each([
  ['en', '12312027', '31/12/2027', '31 Dec 2027', 'This is not a date'],
  ['de', '31.12.2027', '31.12.2027', '31.12.2027', 'Das ist kein Datum'],
] as const)('a typed date is understood, or its error is shown: %s', (lang, typed, digits, words, wrong) =>
  onPage({ query: { items: 'types' }, lang }, async (page) => {
    await page.locator(id(testids.itemRow)).first().click();
    await page.locator(id(testids.detailEdit)).click();
    const form = page.locator(id(testids.editor));
    const expires = page.locator(id(testids.editExpires));
    await expires.focus();
    await page.keyboard.type('next week');
    await page.keyboard.press('Tab');
    await form.getByText(wrong).waitFor();
    await expect.poll(() => expires.inputValue()).toBe('next week');
    await expires.fill('');
    await page.keyboard.type(typed);
    await expect.poll(() => expires.inputValue()).toBe(typed);
    await form.getByText(words, { exact: true }).waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => expires.inputValue()).toBe(digits);
    await everyLook(page, `edit-date-${lang}`);
    await page.locator(id(testids.editSave)).click();
    await page.locator(id(testids.detail)).getByText(words).waitFor();
  }),
);

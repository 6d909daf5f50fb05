import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { testids } from '../../src/shared/testids';
import { everyLook, expectAccessible, id, onPage, withBrowser } from './page';

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

test('a secret of an item that asks again is shown once the master password was given', async () => {
  await onPage({ query: { items: 'types' } }, async (page) => {
    await open(page, 'Nordbank account');
    const pin = page.locator(id(testids.fieldRow, '[data-role="account_pin"]'));
    await pin.locator(id(testids.fieldReveal)).click();
    const field = page.locator(id(testids.confirmPasswordField));
    await field.fill('wrong');
    await page.locator(id(testids.confirmPasswordGo)).click();
    await page.getByText('does not open').waitFor();
    await expectAccessible(page);
    await field.fill('correct horse');
    await page.locator(id(testids.confirmPasswordGo)).click();
    await pin.getByText('4711').waitFor();
    expect(await page.locator(id(testids.confirmPassword)).count()).toBe(0);
  });
});

test('sections are added, filled and moved, and a link is chosen by its title', async () => {
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

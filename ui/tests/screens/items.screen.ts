import { describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { testids } from '../../src/shared/testids';
import { answering, everyLook, expectAccessible, id, onPage, picture, sizes, withBrowser } from './page';

withBrowser();

async function open(page: Page, title: string): Promise<void> {
  await page.locator(id(testids.searchField)).fill(title);
  await page.locator(id(testids.itemRow, `[data-title="${title}"]`)).click();
  await page.locator(id(testids.detailTitle)).getByText(title, { exact: true }).waitFor();
}

async function more(page: Page, entry: string): Promise<void> {
  await page.locator(id(testids.detailMore)).click();
  await page.locator(id(entry)).click();
}

/** Gives the open document a new version and waits until the one before is listed. */
async function replaceFile(page: Page): Promise<void> {
  await page.locator(id(testids.attachmentReplace)).click();
  await page.locator(id(testids.earlierFiles)).waitFor();
}

/** What is shown in every theme and size. */
const shows: Record<string, (page: Page) => Promise<void>> = {
  'a card': (page) => open(page, 'Visa credit card'),
  'an identity': (page) => open(page, 'Jonas Lindqvist'),
  'a note': (page) => open(page, 'Wi-Fi at the cabin'),
  'a document whose name does not fit': (page) => open(page, 'Birth certificate'),
  'a document with its earlier versions': async (page) => {
    await open(page, 'Passport scan');
    await page.locator(id(testids.attachmentThumbnail)).waitFor();
    await replaceFile(page);
    await page.locator(id(testids.earlierFiles)).getByRole('button').click();
    await page.locator(id(testids.earlierFile)).waitFor();
  },
  'an item edited in two places': async (page) => {
    await open(page, 'Nordbank');
    await page.locator(id(testids.supersededBanner)).waitFor();
  },
  'a revealed password with its past': async (page) => {
    await open(page, 'Fastmail');
    const row = page.locator(id(testids.fieldRow, '[data-role="password"]'));
    await row.locator(id(testids.fieldReveal)).click();
    await row.getByText('tidal').waitFor();
    await row.locator(id(testids.fieldPast)).click();
  },
  'a password in large type': async (page) => {
    await open(page, 'GitHub');
    await page.locator(id(testids.fieldRow, '[data-role="password"]')).hover();
    await page
      .locator(id(testids.fieldRow, '[data-role="password"]'))
      .locator(id(testids.fieldLarge))
      .click();
    await page.locator(id(testids.largeType)).waitFor();
  },
  'the history': async (page) => {
    await open(page, 'Fastmail');
    await more(page, testids.detailHistory);
    await page
      .locator(id(testids.historyEntry))
      .first()
      .getByRole('button', { name: 'Show', exact: true })
      .click();
    await page.locator(id(testids.historyDifference)).first().waitFor();
  },
  'the menu of a new item': async (page) => {
    await page.locator(id(testids.newButton)).click();
    await page.locator(id(testids.newType, '[data-type="login"]')).waitFor();
  },
  'a new login, half filled': async (page) => {
    await page.locator(id(testids.newButton)).click();
    await page.locator(id(testids.newType, '[data-type="login"]')).click();
    await page.locator(id(testids.editTitle)).fill('Tram');
    await page.locator(id(testids.editField, '[data-role="password"]')).fill('sommer');
    await page.locator(id(testids.editField, '[data-role="code"]')).fill('not a key!');
    await page.locator(id(testids.editTags)).fill('tra');
    await page.getByText('This is not a set-up key').waitFor();
    await page.getByRole('button', { name: 'travel', exact: true }).waitFor();
  },
  'a card in the form': async (page) => {
    await open(page, 'Visa credit card');
    await page.locator(id(testids.detailEdit)).click();
    await page.locator(id(testids.editTitle)).waitFor();
  },
  'the question on leaving': async (page) => {
    await open(page, 'GitHub');
    await page.locator(id(testids.detailEdit)).click();
    await page.locator(id(testids.editTitle)).fill('GitHub 2');
    await page.locator(id(testids.sidebarEntry, '[data-scope="trash"]')).click();
    await page.locator(id(testids.leaveDialog)).waitFor();
  },
  'the trash': async (page) => {
    await page.locator(id(testids.sidebarEntry, '[data-scope="trash"]')).click();
    await page.locator(id(testids.itemRow, '[data-title="Old bank"]')).click();
    await page.locator(id(testids.detailRestore)).waitFor();
  },
  'a search without a result': async (page) => {
    await page.locator(id(testids.searchField)).fill('zzz');
    await page.locator(id(testids.listEmpty)).waitFor();
  },
};

test.each(Object.keys(shows))('%s', (what) =>
  onPage({}, async (page) => {
    await page.locator(id(testids.itemRow)).first().waitFor();
    await shows[what]?.(page);
    await everyLook(page, what.replace(/[^\w]+/g, '-'));
  }),
);

test('drafts offered after unlocking, and their list', () =>
  onPage({ query: { draft: '', kit: '' } }, async (page) => {
    await page.locator(id(testids.draftOffer)).waitFor();
    await everyLook(page, 'draft-offer');
    await page.locator(id(testids.sidebarEntry, '[data-scope="drafts"]')).click();
    await page.locator(id(testids.draftRow)).waitFor();
    await everyLook(page, 'drafts');
  }));

describe('in German', () => {
  test('an item, the form and the menus', () =>
    onPage({ lang: 'de', size: sizes.small }, async (page) => {
      await open(page, 'Fastmail');
      await picture(page, 'german-detail');
      await page.locator(id(testids.detailEdit)).click();
      await expectAccessible(page);
      await picture(page, 'german-form');
      await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('de');
    }));
});

describe('enlarged to 200 %', () => {
  test.each(Object.entries(sizes))('at size %s everything can be reached', (name, size) =>
    onPage({ size, zoom: 2 }, async (page) => {
      await page.locator(id(testids.itemRow, '[data-title="Amazon"]')).click();
      await page.locator(id(testids.detailEdit)).waitFor();
      await expectAccessible(page);
      await picture(page, `zoom-detail-${name}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      await page.locator(id(testids.detailEdit)).click();
      await page.locator(id(testids.editSave)).click({ trial: true });
      await picture(page, `zoom-form-${name}`);
      await page.locator(id(testids.editCancel)).click();
      if (name === 'small') await page.getByRole('button', { name: 'Back to the list' }).click();
      await page.getByRole('button', { name: 'Sidebar' }).click();
      await page.locator(id(testids.sidebarEntry, '[data-scope="trash"]')).click();
      await page.locator(id(testids.itemRow, '[data-title="Old bank"]')).waitFor();
      await picture(page, `zoom-list-${name}`);
    }),
  );
});

test('an earlier version is restored and deleted permanently', () =>
  onPage({}, async (page) => {
    await open(page, 'Passport scan');
    const row = page.locator(id(testids.attachmentRow));
    const first = await row.getAttribute('data-blob-id');
    await replaceFile(page);
    await expect.poll(() => row.getAttribute('data-blob-id')).not.toBe(first);
    await page.locator(id(testids.earlierFiles)).getByRole('button').click();
    const earlier = page.locator(id(testids.earlierFile));
    await expect.poll(() => earlier.getAttribute('data-blob-id')).toBe(first);

    await earlier.locator(id(testids.earlierFileRestore)).click();
    await expect.poll(() => row.getAttribute('data-blob-id')).toBe(first);
    const files = page.locator(id(testids.earlierFiles));
    if ((await files.getAttribute('data-open')) === 'false') await files.getByRole('button').click();
    await answering(page, true, () => earlier.locator(id(testids.earlierFileDrop)).click());
    await expect.poll(() => earlier.getAttribute('data-kept')).toBe('false');
    await expect.poll(() => earlier.locator(id(testids.earlierFileExport)).count()).toBe(0);
  }));

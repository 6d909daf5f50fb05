import type { Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { fakeInvitation } from '../../src/backend/fake/sharing';
import { testids } from '../../src/shared/testids';
import { answering, id, withBrowser } from './page';
import { keep, openFar, ways } from './far';

withBrowser();

const entry = (page: Page) => page.locator(id(testids.sidebarEntry, '[data-scope^="vault:"]')).nth(1);

async function people(page: Page): Promise<void> {
  await entry(page).click({ button: 'right' });
  await page.locator(id(testids.placePeople)).click();
  await page.locator(id(testids.peopleDialog)).waitFor();
}

describe.each(ways)('%s', (way, opening, direction) => {
  const open = (query: Record<string, string>, act: (page: Page) => Promise<void>) =>
    openFar(opening, direction, query, act);

  test('the sidebar with shared vaults', () =>
    open({ sync: 'up_to_date', sharing: 'family,viewer,former,joining' }, async (page) => {
      await page.locator(id(testids.sidebarJoining)).waitFor({ state: 'attached' });
      await keep(page, way, 'shared-sidebar');
    }));

  test('the people of a vault', () =>
    open({ sync: 'offline', sharing: 'family' }, async (page) => {
      await page.keyboard.press('F1');
      await people(page);
      await page.locator(id(testids.peopleMember)).last().waitFor();
      await keep(page, way, 'shared-people');
      await page.locator(id(testids.peopleCompare)).nth(1).click();
      await page
        .locator(id(testids.peopleMatch))
        .or(page.locator(id(testids.peopleDiffer)))
        .first()
        .waitFor();
      await keep(page, way, 'shared-words');
      await page.locator(id(testids.peopleClose)).scrollIntoViewIfNeeded();
      await keep(page, way, 'shared-people-below');
    }));

  test('an invitation and its link', () =>
    open({ sync: 'up_to_date', vault: 'Holiday' }, async (page) => {
      await page.keyboard.press('F1');
      await people(page);
      await page.locator(id(testids.inviteOwn)).fill('Mara');
      await keep(page, way, 'shared-invite');
      await answering(page, true, () => page.locator(id(testids.inviteSubmit)).click());
      await page.locator(id(testids.linkCopy, ':focus')).waitFor();
      await keep(page, way, 'shared-link');
    }));

  test('what an invitation offers', () =>
    open({ sync: 'up_to_date' }, async (page) => {
      await page.locator(id(testids.openPalette)).click();
      await page.keyboard.type(way === 'german' ? 'beitreten' : 'join a shared');
      await page.keyboard.press('Enter');
      await page.locator(id(testids.joinVaultLink, ':focus')).fill(fakeInvitation);
      await page.locator(id(testids.joinVaultSubmit)).click();
      await page.locator(id(testids.joinVaultName, ':focus')).waitFor();
      await keep(page, way, 'shared-offer');
    }));

  test('names without end, with marks of direction and with markup', () =>
    open({ sync: 'offline', sharing: 'hostile,hostileOwn' }, async (page) => {
      await page.keyboard.press('F1');
      await keep(page, way, 'shared-names-sidebar');
      await people(page);
      await page.locator(id(testids.peopleMember)).nth(2).waitFor();
      await keep(page, way, 'shared-names');
      await page.keyboard.press('Escape');
      await page.keyboard.press('F1');
      await page
        .locator(id(testids.sidebarEntry, '[data-scope^="vault:"]'))
        .nth(2)
        .click({ button: 'right' });
      await page.locator(id(testids.placePeople)).click();
      await page.locator(id(testids.peopleRemove)).waitFor();
      await keep(page, way, 'shared-names-own');
      await page.locator(id(testids.peopleRemove)).click();
      await page.locator(id(testids.confirmDialog)).waitFor();
      await keep(page, way, 'shared-names-remove');
    }));
});

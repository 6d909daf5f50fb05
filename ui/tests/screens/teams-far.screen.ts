import type { Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { testids } from '../../src/shared/testids';
import { id, withBrowser } from './page';
import { keep, openFar, ways } from './far';
import { openTab } from './teamsPage';

withBrowser();

const looks = [
  ...ways,
  ['narrow', { lang: 'de', theme: 'light', size: { width: 420, height: 700 } }, 'ltr'],
] as const;

async function open(page: Page): Promise<void> {
  await page.keyboard.press('F1');
  await page.locator(id(testids.teamEntry)).first().click();
  await page.locator(id(testids.teamPerson)).first().waitFor();
}

describe.each(looks)('%s', (way, opening, direction) => {
  const openPage = (query: Record<string, string>, act: (page: Page) => Promise<void>) =>
    openFar(opening, direction, { sync: 'offline', ...query }, act);

  test('a team', () =>
    openPage({ team: 'company' }, async (page) => {
      await open(page);
      await keep(page, way, 'team-people');
      for (const tab of ['groups', 'vaults', 'rules']) {
        await openTab(page, tab);
        await keep(page, way, `team-${tab}`);
      }
      await openTab(page, 'groups');
      await page.locator(id(testids.teamGroupOpen)).first().click();
      await page.locator(id(testids.teamGroupName, ':focus')).waitFor();
      await keep(page, way, 'team-group');
      await page.locator(id(testids.teamFormCancel)).click();
      await openTab(page, 'vaults');
      await page.locator(id(testids.teamVaultGive)).first().click();
      await page.locator(id(testids.teamGive)).waitFor();
      await keep(page, way, 'team-give');
    }));

  test('names without end, with marks of direction and with markup', () =>
    openPage({ team: 'hostile' }, async (page) => {
      await page.keyboard.press('F1');
      await page.locator(id(testids.teamEntry)).waitFor();
      await keep(page, way, 'team-names-sidebar');
      await page.keyboard.press('Escape');
      await open(page);
      await keep(page, way, 'team-names-people');
      await page.locator(id(testids.teamPersonMore)).nth(1).click();
      await page.locator(id(testids.teamSuspend)).click();
      await page.locator(id(testids.confirmDialog)).waitFor();
      await keep(page, way, 'team-names-suspend');
      await page.locator(id(testids.confirmNo)).click();
      for (const tab of ['groups', 'vaults', 'rules']) {
        await openTab(page, tab);
        await keep(page, way, `team-names-${tab}`);
      }
      await openTab(page, 'vaults');
      await page.locator(id(testids.teamVaultGive)).last().click();
      await page.locator(id(testids.teamGive)).waitFor();
      await keep(page, way, 'team-names-give');
    }));
});

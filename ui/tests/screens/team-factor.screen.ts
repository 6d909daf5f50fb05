import { expect, test } from 'vitest';
import { fakePassword } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, withBrowser } from './page';
import { openTab, openTeam } from './teamsPage';

withBrowser();

for (const lang of ['en', 'de'] as const) {
  test(`the rules ask for a second factor, and an owner requires it (${lang})`, () =>
    onPage({ lang, query: { sync: 'up_to_date', team: 'company' } }, async (page) => {
      await openTeam(page, 'Company', 'rules');
      await page.locator(id(testids.teamRuleFactor)).click();
      await page.locator(id(testids.teamFormSubmit)).click();
      await page.locator(id(testids.teamFactorDue)).waitFor();
      await everyLook(page, `team-factor-rules-${lang}`);
      await openTab(page, 'vaults');
      await page.locator(id(testids.teamFactorMissing)).first().waitFor();
      await everyLook(page, `team-factor-vaults-${lang}`);
      await page.locator(id(testids.teamFactorRequire)).click();
      await page.locator(id(testids.peoplePasswordField, ':focus')).fill('wrong');
      await page.locator(id(testids.peoplePasswordSubmit)).click();
      await page.locator(id(testids.peoplePasswordError)).waitFor();
      await page.locator(id(testids.peoplePasswordField, ':focus')).fill(fakePassword);
      await page.locator(id(testids.peoplePasswordSubmit)).click();
      await page.locator(id(testids.teamFactorDue)).waitFor({ state: 'detached' });
      await expect.poll(() => page.locator(id(testids.peoplePassword)).count()).toBe(0);
    }));
}

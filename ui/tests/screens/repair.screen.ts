import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fakePassword } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { everyLook, id, onPage, picture, withBrowser } from './page';

withBrowser();

const stage = (page: Page) => page.locator(id(testids.repairScreen)).getAttribute('data-stage');
const focused = (page: Page) => page.evaluate(() => document.activeElement?.tagName);

/** Types the password on the unlock screen, and goes on to what can be done. */
const damaged = (damage: string, act: (page: Page) => Promise<void>, lang: 'en' | 'de' = 'en') =>
  onPage({ query: { state: 'locked', damage }, lang }, async (page) => {
    await page.locator(id(testids.unlockPassword)).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.locator(id(testids.unlockError)).waitFor();
    await picture(page, `repair-0-unlock-${damage}`);
    await page.locator(id(testids.repairOpen)).click();
    await page.locator(id(testids.repairFound)).waitFor();
    await act(page);
  });

describe('a damaged database', () => {
  test('what still opens is saved into a new profile, by keyboard alone', () =>
    damaged('page', async (page) => {
      await page.getByRole('progressbar', { name: 'Examining every page' }).waitFor();
      await page.clock.runFor(4000);
      await page.locator(id(testids.repairSalvage)).waitFor();
      await expect
        .poll(() => page.locator(id(testids.repairFound)).textContent())
        .toContain('3 damaged pages');
      await expect.poll(() => page.locator(id(testids.repairPassword)).count()).toBe(0);
      await everyLook(page, 'repair-1-offers');
      const counts = page.locator(id(testids.repairCounts));
      await expect.poll(() => counts.getAttribute('data-items')).toBe('46');
      await page.getByText('2 items are lost').click();
      await page.getByText('Allotment <b>lock</b>').waitFor();
      await page.locator(id(testids.repairName)).focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('progressbar', { name: 'Saving what can be read' }).waitFor();
      await page.clock.runFor(4000);
      await expect.poll(() => stage(page)).toBe('salvaged');
      await expect.poll(() => focused(page)).toBe('H1');
      await page.getByText('3 documents saved').waitFor();
      await everyLook(page, 'repair-2-salvaged');
      await page.keyboard.press('Tab');
      while ((await focused(page)) !== 'BUTTON') await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.locator(id(testids.mainScreen)).waitFor();
      await page.locator(id(testids.kitBanner)).waitFor();
    }));

  test('a damaged backup is passed over for the next one', () =>
    damaged('page', async (page) => {
      await page.clock.runFor(4000);
      await page.locator(id(testids.repairRestore)).click();
      await page.clock.runFor(4000);
      await page.locator(id(testids.repairError)).waitFor();
      await picture(page, 'repair-3-damaged-backup');
      await page.locator(id(testids.repairRestore)).click();
      await page.clock.runFor(4000);
      await expect.poll(() => stage(page)).toBe('restored');
      await expect.poll(() => page.locator(id(testids.repairAside)).textContent()).toContain('.damaged-1');
      await everyLook(page, 'repair-4-restored');
      await page.locator(id(testids.repairBegin)).click();
      await page.locator(id(testids.mainScreen)).waitFor();
    }));

  test('nothing has to be done, and work is stopped', () =>
    damaged('page', async (page) => {
      await page.locator(id(testids.repairCancel)).click();
      await page.clock.runFor(500);
      await page.locator(id(testids.repairLeave)).waitFor();
      await expect.poll(() => page.locator(id(testids.repairError)).count()).toBe(0);
      await expect.poll(() => page.locator(id(testids.repairSalvage)).count()).toBe(0);
      await page.locator(id(testids.repairLeave)).click();
      await page.locator(id(testids.unlockScreen)).waitFor();
    }));

  test('of which nothing can be read: only a backup helps, in German', () =>
    damaged(
      'unreadable',
      async (page) => {
        await page.clock.runFor(4000);
        await page.getByText('Nur eine Sicherung').waitFor();
        await expect.poll(() => page.locator(id(testids.repairSalvage)).count()).toBe(0);
        await everyLook(page, 'repair-5-unreadable-german');
        await page.locator(id(testids.repairOther)).click();
        await page.locator(id(testids.restoreScreen)).waitFor();
      },
      'de',
    ));

  test('met while the profile is open', () =>
    onPage({ query: { damage: 'item' } }, async (page) => {
      await page.locator(id(testids.itemRow)).first().click();
      await page.locator(id(testids.repairOpen)).waitFor();
      await everyLook(page, 'repair-6-notice');
      await page.locator(id(testids.repairOpen)).click();
      const password = page.locator(id(testids.repairPassword));
      await password.fill('not this one');
      await page.locator(id(testids.repairLook)).click();
      await page.locator(id(testids.repairError)).waitFor();
      await password.fill(fakePassword);
      await page.keyboard.press('Enter');
      await page.clock.runFor(4000);
      await page.locator(id(testids.repairSalvage)).waitFor();
      await everyLook(page, 'repair-7-offers-password');
      await page.getByRole('button', { name: 'Back', exact: true }).first().click();
      await page.locator(id(testids.unlockScreen)).waitFor();
    }));
});

test('without a key file only a backup is offered', () =>
  damaged('keys', async (page) => {
    await expect.poll(() => page.locator(id(testids.repairFound)).textContent()).toContain('missing');
    await expect.poll(() => page.locator(id(testids.repairLook)).count()).toBe(0);
    await expect.poll(() => page.locator(id(testids.repairSalvage)).count()).toBe(0);
    await everyLook(page, 'repair-8-keys');
  }));

test('a sound profile is reported as sound', () =>
  onPage({ query: { state: 'locked', damage: 'whole' } }, async (page) => {
    await page.locator(id(testids.unlockForgot)).click();
    await page.locator(id(testids.repairOpen)).click();
    await page.locator(id(testids.repairPassword)).fill(fakePassword);
    await page.keyboard.press('Enter');
    await page.clock.runFor(4000);
    await page.getByText('Nothing damaged was found').waitFor();
    await expect.poll(() => page.locator(id(testids.repairRestore)).count()).toBe(0);
  }));

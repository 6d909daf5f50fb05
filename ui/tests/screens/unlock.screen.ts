import { describe, expect, test } from 'vitest';
import { fakePassword, fakeSecretKey } from '../../src/backend/fake';
import { testids } from '../../src/shared/testids';
import { expectAccessible, id, onPage, picture, sizes, themes, withBrowser } from './page';

withBrowser();

describe('unlocking', () => {
  test('a wrong password is one error, then a wait that counts down', () =>
    onPage({ query: { state: 'locked' } }, async (page) => {
      const password = page.locator(id(testids.unlockPassword));
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        await password.fill('wrong');
        await page.keyboard.press('Enter');
        await page.locator(id(testids.unlockError)).waitFor();
        await expect.poll(() => password.evaluate((one) => one === document.activeElement)).toBe(true);
      }
      await expectAccessible(page);
      await picture(page, 'unlock-wrong');
      await password.fill('wrong');
      await page.keyboard.press('Enter');
      await page.locator(id(testids.unlockWait)).waitFor();
      await expect.poll(() => page.locator(id(testids.unlockSubmit)).isDisabled()).toBe(true);
      await expectAccessible(page);
      await picture(page, 'unlock-wait');
      const elsewhere = page.locator(id(testids.unlockForgot));
      await elsewhere.focus();
      await page.clock.fastForward(6000);
      await page.locator(id(testids.unlockWait)).waitFor({ state: 'detached' });
      await expect.poll(() => elsewhere.evaluate((one) => one === document.activeElement)).toBe(true);
      await password.fill(fakePassword);
      await page.keyboard.press('Enter');
      await page.locator(id(testids.mainScreen)).waitFor();
    }));

  test.each(themes)('a missing Secret Key is asked for, a typing mistake shows, in %s', (theme) =>
    onPage({ theme, size: sizes.small, query: { state: 'locked', keyless: '' } }, async (page) => {
      await page.locator(id(testids.unlockPassword)).fill(fakePassword);
      await page.locator(id(testids.unlockSubmit)).click();
      const field = page.locator(id(testids.unlockSecretKey));
      await field.waitFor();
      const hint = page.locator(id(testids.unlockSecretKeyHint));
      await field.fill('C1-0410-6105');
      await expect.poll(() => hint.getAttribute('data-state')).toBe('short');
      await field.fill(fakeSecretKey.replace('6105', '6106'));
      await expect.poll(() => hint.getAttribute('data-state')).toBe('mistyped');
      await expect.poll(() => page.locator(id(testids.unlockSubmit)).isDisabled()).toBe(true);
      await expectAccessible(page);
      await picture(page, `unlock-secret-key-${theme}`);
      await field.fill(fakeSecretKey.toLowerCase());
      await expect.poll(() => hint.getAttribute('data-state')).toBe('good');
      await page.locator(id(testids.unlockSubmit)).click();
      await page.locator(id(testids.mainScreen)).waitFor();
    }),
  );

  test('a second profile can be created from the unlock screen', () =>
    onPage({ query: { state: 'locked' } }, async (page) => {
      await page.locator(id(testids.unlockNewProfile)).click();
      await page.locator(id(testids.firstRunScreen)).waitFor();
      await page.getByRole('button', { name: 'Back', exact: true }).click();
      await page.locator(id(testids.unlockScreen)).waitFor();
    }));
});

describe('first run', () => {
  test('a profile that was copied from another computer can be opened', () =>
    onPage({ query: { state: 'first_run' } }, async (page) => {
      await page.locator(id(testids.unlockTakeIn)).click();
      await page.locator(id(testids.unlockScreen)).waitFor();
      await page.locator(id(testids.unlockPassword)).waitFor();
    }));

  test('a weak password is refused, the Kit can be postponed', () =>
    onPage({ query: { state: 'first_run' } }, async (page) => {
      await page.locator(id(testids.firstRunCreate)).click();
      await page.locator(id(testids.firstRunName)).fill('Mara');
      await page.locator(id(testids.firstRunPassword)).fill('aaaa');
      await page.locator(id(testids.firstRunRepeat)).fill('aaaa');
      await page.getByText('It is short.').waitFor();
      await expect.poll(() => page.locator(id(testids.firstRunSubmit)).isDisabled()).toBe(true);
      await page.locator(id(testids.firstRunPassword)).fill('Quartz-lantern-7-otter!');
      await page.locator(id(testids.firstRunRepeat)).fill('Quartz-lantern-7-otter!');
      await page.locator(id(testids.firstRunSubmit)).click();
      await page.locator(id(testids.kitReveal)).click();
      await expect.poll(() => page.locator(id(testids.kitSecretKey)).textContent()).toBe(fakeSecretKey);
      await page.locator(id(testids.kitLater)).click();
      await page.locator(id(testids.firstRunFinish)).click();
      await page.locator(id(testids.kitBanner)).waitFor();
      await page.locator(id(testids.kitBanner)).getByRole('button').first().click();
      await page.locator(id(testids.kitSave)).waitFor();
      await expectAccessible(page);
      await picture(page, 'kit-later');
    }));
});
